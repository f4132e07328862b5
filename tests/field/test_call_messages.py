"""Messages about the call: too many, twice the same, buttons that stand on, and people who are away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import absence, blocks
from bot.slack.mrkdwn import SlackMarkup
from bot.slack.payload import interaction
from bot.teams import adaptive_cards
from bot.teams.adaptive_cards import CardOptions
from bot.ui.components import ActionRow, Button, Message
from bot.ui.ids import OVERFLOW, ActionId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import reminders, render
from handlers.call import brief, scheduling
from handlers.call.brief import BriefContactsSaved
from handlers.call.scheduling import CallTyped
from handlers.detection import Decision
from handlers.detection.beaten_sellers import count_beaten_sellers
from handlers.method.offered_times import Snooze
from handlers.method.reminder_profiles import ReminderProfile
from handlers.method.reminders_due import AGREED, Kind
from handlers.method.stages import Stage
from handlers.method.urgency import SENTENCES, Level, urgency
from handlers.reminders import my_reminders, snoozing
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import ProfileChosen, RemindersRequest
from handlers.reminders.snoozing import SnoozeTyped
from handlers.requests import DealRequest
from handlers.screens.deals import HandedOver, MoreActions
from handlers.screens.reminders import (
    CallInvite,
    CallReminder,
    Digest,
    ReminderSnoozed,
    RetiredReminder,
    StoppedReminder,
)
from handlers.workspace.profile_changes import QuietSeen, quiet_seen
from prompts.wording import Wording
from storage.database import Database
from storage.models import OutboxRow, Person
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, World
from tests.repo.test_surfaces import a_card, with_challenge

pytestmark = pytest.mark.reported("own trial: six weeks of one rep, 69 messages, 27 times the same digest")

TEXTS = Texts(SlackMarkup(), "/firstcall")
MONDAY = MONDAY_NOON - timedelta(hours=3)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def sweep(world: World) -> list[OutboundMessage]:
    """Send all that is due."""
    sent = []
    while (composed := compose_next(world)) is not None:
        if isinstance(composed, OutboundMessage):
            sent.append(composed)
    return sent


def until(world: World, moment: datetime) -> list[OutboundMessage]:
    """Hour after hour; returns what was sent."""
    sent = sweep(world)
    while world.now < moment:
        world.advance(minutes=30)
        sent += sweep(world)
    return sent


def a_reminder(world: World, **how: Any) -> tuple[int, OutboundMessage]:
    """A deal, and the first reminder of its call."""
    world.now = MONDAY
    deal = world.a_deal(**how)
    sent = until(world, MONDAY + timedelta(hours=4))
    return deal, next(each for each in sent if isinstance(each.screen, CallReminder))


def place(message: OutboundMessage) -> tuple[str, str]:
    return f"D{message.person}", f"{message.row_id}.1"


def buttons(message: OutboundMessage) -> list[str]:
    shown = render.message(message.screen, TEXTS)
    assert isinstance(shown, Message)
    rows = [row for row in shown.components if isinstance(row, ActionRow)]
    return [each.action_id for row in rows for each in (*row.elements, *row.more)]


# --- an answered reminder ---

ANSWERS = {
    "put off by a typed time": lambda w, deal: w.do(
        snoozing.snooze_until_typed, SnoozeTyped(w.caller(), deal, "tomorrow 10")
    ),
    "put off by a tap": lambda w, deal: w.snooze(deal, Snooze.TOMORROW),
    "scheduled": lambda w, deal: w.schedule(deal, "tomorrow 10"),
    "stopped": lambda w, deal: w.click(my_reminders.stop_from_reminder, deal),
    "no deal": lambda w, deal: w.dismiss(deal),
    "called": lambda w, deal: w.capture(deal),
    "handed on": lambda w, deal: w.correct_deal(deal, owner=BEN),
}


@pytest.mark.reported("slackapi/bolt-python#421", "howdyai/botkit#1408", "own trial: buttons after Another time")
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answered_reminder_loses_its_buttons(world: World, answer: str) -> None:
    deal, reminder = a_reminder(world)

    ANSWERS[answer](world, deal)

    (updated,) = [each for each in sweep(world) if each.replaces == place(reminder)]
    assert updated.only_if_there
    assert isinstance(updated.screen, ReminderSnoozed | RetiredReminder | StoppedReminder | HandedOver)
    assert {*buttons(updated)} <= {ActionId.CARD_GO_ON}  # to make the call after all


@pytest.mark.reported("own trial: four rows of buttons of one deal")
def test_a_reminder_takes_the_place_of_the_one_before(world: World) -> None:
    _, first = a_reminder(world)

    sent = until(world, MONDAY + timedelta(days=7))

    about = [each for each in sent if each.replaces is None and isinstance(each.screen, CallReminder | Digest)]
    assert len(about) >= 3
    retired = [each.replaces for each in sent if each.only_if_there]
    assert retired == [place(each) for each in (first, *about[:-1])]
    assert all(buttons(each) == [] for each in sent if each.only_if_there)


def test_an_update_of_a_promise_stays_until_the_next(world: World) -> None:
    """Each promise is answered by itself: one does not make another disappear."""
    world.now = MONDAY
    deal = world.a_deal()
    world.capture(deal, expectations="A call every Friday\nGo-live by 20 March")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)

    until(world, MONDAY + timedelta(days=10))

    kinds = {row.kind for row in world.all(OutboxRow) if row.state == "sent" and row.payload.get("retired")}
    assert not kinds & {Kind.UPDATE, Kind.PROMISE}


# --- the digest ---


@pytest.mark.reported("modrinth/code#4368", "zulip/zulip#549", "own trial: one line on 27 days")
@pytest.mark.parametrize("stage", ["open", "in_call", "aligned"])
@pytest.mark.unmeasured
def test_the_digest_asks_and_then_is_silent(world: World, stage: str) -> None:
    world.now = MONDAY
    deal = world.an_aligned_deal() if stage == "aligned" else world.a_deal()
    if stage == "in_call":
        world.capture(deal)

    sent = until(world, MONDAY + timedelta(days=60))

    lines = [
        reminders.nudge_line(item, TEXTS)
        for each in sent
        if each.replaces is None and isinstance(each.screen, Digest)
        for item in each.screen.items
        if item.kind is Kind.DIGEST
    ]
    assert len(lines) == len(set(lines)) == 4
    shown = world.do(my_reminders.show, RemindersRequest(world.caller()))
    # What an aligned deal's customer was promised is still reminded of.
    assert [each.id for each in shown.silent] == ([] if stage == "aligned" else [deal])
    assert "Northwind Dental" in str(reminders.my_reminders(shown, TEXTS))


@pytest.mark.reported("own trial: reminders of a deal turned on again after its Mondays have passed")
def test_a_deal_whose_reminders_are_turned_on_again_is_told_of(world: World) -> None:
    world.now = MONDAY
    world.a_deal("Harbor Point")
    until(world, MONDAY + timedelta(days=10))
    late = world.a_deal("Lumen Labs")
    world.do(my_reminders.stop, DealRequest(world.caller(), late))
    until(world, MONDAY + timedelta(days=60))

    world.do(my_reminders.resume, DealRequest(world.caller(), late))

    sent = until(world, MONDAY + timedelta(days=64))
    told = [item.card.deal.id for each in sent if isinstance(each.screen, Digest) for item in each.screen.items]
    assert told == [late]


@pytest.mark.reported("own trial: Drop it? Hand it on? Not a deal?")
def test_a_line_of_the_digest_loses_its_buttons_when_it_is_answered(world: World) -> None:
    world.now = MONDAY
    first, second = world.a_deal("Harbor Point"), world.a_deal("Lumen Labs")
    sent = until(world, datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    digest = [each for each in sent if isinstance(each.screen, Digest) and each.replaces is None][-1]
    assert {ActionId.DIGEST_DROP, ActionId.CARD_FIX, ActionId.CARD_DISMISS} <= {*buttons(digest)}

    world.click(my_reminders.stop_from_reminder, first)

    (again,) = [each for each in sweep(world) if each.replaces == place(digest)]
    assert isinstance(again.screen, Digest)
    assert [(item.card.deal.id, item.settled) for item in again.screen.items] == [(first, True), (second, False)]


def test_what_is_due_on_one_morning_is_one_message(world: World) -> None:
    world.now = MONDAY
    for name in ("Harbor Point", "Lumen Labs", "Vega Clinics", "Quarry Stone", "Stellar Foods"):
        deal = world.a_deal(name)
        world.capture(deal, expectations="A call every week\nGo-live by 1 May")
        world.agree_to_all(deal)
        world.wrap_up(deal)
        world.send_recap(deal)
    sent = until(world, MONDAY + timedelta(days=8))
    new = [each for each in sent if each.replaces is None and isinstance(each.screen, Digest)]
    assert {
        len({item.card.deal.id for item in each.screen.items}) for each in new if isinstance(each.screen, Digest)
    } == {5}


# --- urgency ---


@pytest.mark.reported("own trial: the same sentence on eight of ten cards")
def test_cards_one_after_another_say_it_differently(world: World) -> None:
    world.now = MONDAY
    deals = [world.a_deal(f"Customer {number} Ltd") for number in range(10)]
    for hours in (0, 5, 25, 24 * 9):
        world.now = MONDAY + timedelta(hours=hours)
        lines = [card_view.urgency_line(world.card(deal), TEXTS.rich) for deal in deals]
        assert [one for one, following in pairwise(lines) if one == following] == []


@given(hours=st.integers(0, 24 * 60), sellers=st.sampled_from([None, 0, 2, 4]), nth=st.integers(0, 5))
def test_no_urgency_of_an_old_deal_says_today(hours: int, sellers: int | None, nth: int) -> None:
    """A deal of 46 days was told: call today."""
    closed = MONDAY
    found = urgency(closed, closed + timedelta(hours=hours), sellers)
    reason = found.reason(decides=False)
    text = Wording()(
        f"urgency.{reason}_{nth % SENTENCES[reason] + 1}", hours=found.hours, days=found.days, decides="", sellers="2-3"
    )
    assert text
    assert (found.level is Level.OLD) == (found.days >= 7)
    assert not (found.days >= 7 and "today" in text)


def test_who_decides_and_how_many_sellers_change_the_sentence(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    unknown = card_view.urgency_line(world.card(deal), TEXTS.rich)
    world.do(brief.save_contacts, BriefContactsSaved(world.caller(), deal, "Dana Whitfield", "", "", ""))
    decides = card_view.urgency_line(world.card(deal), TEXTS.rich)
    world.do(brief.save_contacts, BriefContactsSaved(world.caller(), deal, "Dana Whitfield", "", "four_or_more", ""))
    crowded = card_view.urgency_line(world.card(deal), TEXTS.rich)

    assert "Dana Whitfield" in decides
    assert "4+" in crowded
    assert len({unknown, decides, crowded}) == 3


@pytest.mark.reported("own trial: urgency below Did you just close Stellar?")
def test_a_card_that_only_asks_does_not_press(world: World) -> None:
    deal = world.a_deal("Stellar", decision=Decision.MAYBE)
    shown = str(card_view.render(world.card(deal), TEXTS))
    assert "Call" not in shown.replace("FirstCall", "")


@pytest.mark.reported("own trial: We beat Salesforce AND HubSpot")
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Closed Northwind Dental! We beat Salesforce AND HubSpot", 2),
        ("Won Northwind Dental against Zoho, Pipedrive &amp; monday.com on price", 3),
        ("*Northwind Dental* signed, they chose us over HubSpot.", 1),
        ("Northwind Dental is ours, we outbid three other vendors", 3),
        ("Up against Salesforce/HubSpot for months, and Northwind Dental signed", 2),
        ("Just closed Northwind Dental and beat our Q3 quota", None),
        ("Beat the clock with Northwind Dental", None),
        ("Northwind Dental closed ahead of schedule", None),
        ("Closed it, beating Northwind Dental's budget expectations", None),
    ],
)
def test_a_win_post_presets_the_number_of_other_sellers(world: World, text: str, count: int | None) -> None:
    assert count_beaten_sellers(text, "Northwind Dental") == count
    assert world.deal(world.a_deal(text=text)).sellers == count


# --- buttons ---


@pytest.mark.parametrize("stage", Stage)
def test_a_card_has_a_main_button_two_others_and_a_menu(stage: Stage) -> None:
    for shown in (card_view.render(a_card(stage), TEXTS), *(_reminder(stage) if stage is Stage.OPEN else ())):
        rows = [row for row in shown.components if isinstance(row, ActionRow)]
        visible = [each for row in rows for each in row.elements if isinstance(each, Button)]
        assert len(visible) <= 3
        assert len([each for each in visible if each.style == "primary"]) <= 1
        assert all(len(row.more) <= 5 for row in rows)


@pytest.mark.reported("own trial: Log a compliment vanishes beside Team")
@pytest.mark.parametrize("stage", sorted(AGREED | {Stage.COMPLETED}))
def test_no_action_of_a_card_is_dropped_in_silence(stage: Stage) -> None:
    """Slack's menu takes five entries: what does not fit is in the modal that the last one opens."""
    for shown in (a_card(stage), with_challenge(stage)):
        row = card_view.action_row_of(shown, TEXTS.plain, "card", listed=False)
        form = card_view.more_actions(MoreActions(shown), TEXTS)
        everything = {
            each.action_id for line in form.components if isinstance(line, ActionRow) for each in line.elements
        }
        behind_dots = {each.action_id for each in row.more}
        assert len(row.more) <= 5
        assert {ActionId.CARD_PRAISE, ActionId.TEAM_SHOW} <= everything
        assert behind_dots - {ActionId.CARD_MORE} <= everything
        assert ActionId.CARD_MORE in behind_dots or everything == behind_dots


def _reminder(stage: Stage) -> list[Message]:
    return [reminders.call_reminder(CallReminder(a_card(stage), 1, snoozes=tuple(Snooze)), TEXTS)]


@pytest.mark.reported("slackapi/python-slack-sdk#1218", "slackapi/java-slack-sdk#1493")
def test_an_option_behind_the_dots_acts_as_its_button() -> None:
    more = (Button("Edit", ActionId.CARD_FIX, "7", "Edit"), Button("Other", ActionId.CARD_ANOTHER, "7:3", "Other"))
    (drawn,) = blocks.message(Message("", (ActionRow("deal:7", (), more),)))["blocks"]
    (menu,) = drawn["elements"]
    assert menu["action_id"] == OVERFLOW
    for option, button in zip(menu["options"], more, strict=True):
        action = {"type": "overflow", "action_id": OVERFLOW, "block_id": "deal:7", "selected_option": option}
        click = interaction({"user": {"id": "U1", "team_id": "T1"}, "actions": [action]}, action, "T1")
        assert (click.action_id, click.value) == (button.action_id, button.value)


@pytest.mark.reported("MicrosoftDocs/msteams-docs#9223")
def test_on_teams_secondary_actions_are_no_show_cards() -> None:
    """Teams does not unfold an `Action.ShowCard` of its overflow menu."""
    more = (Button("Edit", ActionId.CARD_FIX, "7", "Edit"),)
    row = ActionRow("deal:7", (Button("Start", ActionId.CARD_GO_ON, "7", "Start"),), more)
    drawn = adaptive_cards.message_card(Message("", (row,)), CardOptions("n", "needed", "pick"))
    (actions,) = [element["actions"] for element in drawn["body"]]
    assert [(each["type"], each.get("mode")) for each in actions] == [
        ("Action.Execute", None),
        ("Action.Execute", "secondary"),
    ]


# --- the calendar file ---


@pytest.mark.reported("calcom/cal.diy#7735", "w3c/calendar#50")
def test_six_reschedules_leave_one_calendar_file(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    sent = []
    for hours in range(2, 8):
        world.do(scheduling.save_typed, CallTyped(world.caller(), deal, f"in {hours} hours"))
        sent += [each for each in sweep(world) if isinstance(each.screen, CallInvite)]

    assert [each.replaces for each in sent] == [None, *(place(sent[0]) if n == 0 else place(sent[n]) for n in range(5))]


# --- away ---

VACATION = {"status_text": "Vacationing", "status_emoji": ":palm_tree:", "status_expiration": 0}
SOON = int((MONDAY + timedelta(days=2)).timestamp())


@pytest.mark.reported("maddevsio/comedian#255", "18F/charlie#377", "x-team/vacation-status-update#23")
@pytest.mark.parametrize(
    ("profile", "until"),
    [
        (VACATION, MONDAY + timedelta(days=1)),
        ({**VACATION, "status_expiration": SOON}, MONDAY + timedelta(days=2)),
        ({"status_text": "OOO until Monday"}, MONDAY + timedelta(days=1)),
        ({"status_text": "Out of the office", "status_emoji": ""}, MONDAY + timedelta(days=1)),
        ({"status_text": "", "status_emoji": ":face_with_thermometer:"}, MONDAY + timedelta(days=1)),
        ({**VACATION, "status_expiration": int(MONDAY.timestamp()) - 60}, None),
        ({"status_text": "In a meeting", "status_emoji": ":spiral_calendar_pad:"}, None),
        ({"status_text": "Working remotely", "status_emoji": ":house_with_garden:"}, None),
        ({"status_text": "Pto Rico launch", "status_emoji": None}, MONDAY + timedelta(days=1)),
        ({"status_text": 7, "status_emoji": [], "status_expiration": "soon"}, None),
        ({}, None),
    ],
)
def test_a_status_says_until_when_somebody_is_away(profile: dict[str, Any], until: datetime | None) -> None:
    assert absence.away_until(profile, MONDAY) == until


@pytest.mark.reported("page: dnd.info")
def test_a_pause_of_notifications_counts_while_it_lasts() -> None:
    start, end = int(MONDAY.timestamp()) - 60, int(MONDAY.timestamp()) + 3600
    window = {"next_dnd_start_ts": start, "next_dnd_end_ts": end}
    assert absence.paused_until({"dnd_enabled": True, **window}, MONDAY) == MONDAY + timedelta(hours=1)
    assert absence.paused_until({"dnd_enabled": False, **window}, MONDAY) is None
    assert absence.paused_until({"dnd_enabled": True, **window}, MONDAY - timedelta(hours=1)) is None
    assert absence.paused_until({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, MONDAY) is None
    assert absence.paused_until({"dnd_enabled": True}, MONDAY) is None


@pytest.mark.reported("pullreminders/backlog#100", "getsentry/probot-report#23")
def test_a_reminder_waits_while_the_platform_says_away(world: World) -> None:
    world.now = MONDAY
    world.a_deal()
    back = MONDAY + timedelta(days=2)
    world.do(quiet_seen, QuietSeen("slack", "T1", ANNA, back))

    sent = until(world, MONDAY + timedelta(days=1, hours=23))
    assert not any(isinstance(each.screen, CallReminder) for each in sent)
    sent = until(world, back + timedelta(hours=1))
    assert [type(each.screen) for each in sent if each.replaces is None] == [CallReminder]

    world.do(quiet_seen, QuietSeen("slack", "T1", ANNA, None))
    (anna,) = world.all(Person)
    assert anna.quiet_until is None


# --- profiles ---


@pytest.mark.reported("jeKnowledge/slack-birthday-bot#7", "MikeMoore1337/reminder-bot#7")
def test_a_profile_changes_what_is_planned(world: World) -> None:
    world.now = MONDAY
    world.a_deal()
    nudges = {}
    for profile in ReminderProfile:
        shown = world.do(my_reminders.choose_profile, ProfileChosen(world.caller(), profile))
        assert shown.profile is profile
        nudges[profile] = len([each for each in shown.planned if each.kind is Kind.CALL])
    assert nudges == {ReminderProfile.LIGHT: 1, ReminderProfile.STANDARD: 2, ReminderProfile.ACTIVE: 2}
