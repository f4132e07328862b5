"""A colleague stands in for a rep: asked, accepted or declined, and back again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from handlers.call import card_actions, drafts
from handlers.call.drafts import FormRequest, FormTyped
from handlers.cover import asking, patience
from handlers.cover import away as away_rules
from handlers.cover.asking import CoverBackRequest, CoverFilled, CoverRequest
from handlers.cover.away import NobodyCovers, StandInPicked
from handlers.cover.patience import StandInForCall
from handlers.deal.covering import BACK, WHO
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.reminders import my_reminders
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import HoursSaved
from handlers.requests import DealRequest, Profile
from handlers.review import deal_review
from handlers.review.deal_review import ReviewFilled
from handlers.screens.cover import CallWaits, CoverAnswered, CoverAsk, CoverBack, CoverOffer, CoverWho
from handlers.screens.deals import DealCard, HandedOver, Passed
from handlers.screens.reminders import CallReminder, Digest
from handlers.team import departures, handover
from handlers.team.departures import PresenceSeen
from handlers.team.handover import HandoverFilled
from handlers.workspace import profile_changes
from handlers.workspace.profile_changes import QuietSeen
from storage import workspaces
from storage.models import Cover, Deal, OutboxRow
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, WINS, World

WORKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri"})
CARA = "U_CARA"
TOKYO = Profile("Ben", "Asia/Tokyo")


def ask(world: World, customers: str = "", until: str = "", stand_in: str = BEN) -> CoverAnswered:
    return world.do(asking.ask, CoverFilled(world.caller(), stand_in, TOKYO, customers, until))


def accept(world: World, cover: int, person: str = BEN) -> CoverAsk:
    return world.do(asking.accept, CoverRequest(world.caller(person), cover))


def reminded(world: World, deal: int) -> set[str]:
    """Who has queued reminders of the deal."""
    rows = [row for row in world.all(OutboxRow) if row.state == "queued" and row.deal_id == deal]
    return {
        world.read(lambda session, row=row: session.get_one(OutboxRow, row.id).person.external_id)
        for row in rows
        if row.kind not in ("card", "handed")
    }


def states(world: World) -> list[str]:
    return [row.state for row in world.all(Cover)]


def test_the_deals_pass_with_the_consent_and_come_back_with_the_news(world: World) -> None:
    first, second = world.a_deal("Northwind Dental"), world.a_deal("Contoso")

    asked = ask(world)
    assert (asked.stand_in, asked.state, asked.total) == (BEN, "asked", 2)
    assert reminded(world, first) == {ANNA}
    with pytest.raises(NotYoursError):
        world.click(card_actions.continue_call, first, BEN)

    screen = accept(world, asked.cover_id)
    assert (screen.state, len(screen.briefs)) == ("accepted", 2)
    assert reminded(world, first) == reminded(world, second) == {BEN}
    assert {row.zone for row in world.queued("reminder")} == {"Asia/Tokyo"}
    world.capture(first, person=BEN)
    assert world.deal(first).owner.external_id == ANNA

    world.advance(hours=1)
    world.do(asking.give_back, CoverRequest(world.caller(), asked.cover_id))
    assert states(world) == ["returned", "returned"]
    assert reminded(world, first) == {ANNA}
    with pytest.raises(NotYoursError):
        world.click(card_actions.continue_call, first, BEN)
    assert len([row for row in world.queued(BACK) if "ended" in row.payload]) == 2


def manage_wins(world: World, person: str) -> None:
    def manages(session: Session) -> None:
        channel = workspaces.get_or_create_channel(session, WINS, world.now)
        channel.purpose, channel.keeper = "wins", workspaces.get_or_create_person(session, person, world.now)

    world.write(manages)


def deliver_all(world: World, *, until: datetime | None = None) -> list[OutboundMessage]:
    """Everything that is sent until then, the clock moving from one due message to the next."""
    sent: list[OutboundMessage] = []
    end = until or world.now
    while True:
        composed = compose_next(world)
        if isinstance(composed, OutboundMessage):
            sent.append(composed)
        if composed is None:
            due = [row.due_at for row in world.all(OutboxRow) if row.state == "queued" and row.due_at <= end]
            if not due:
                world.now = end
                return sent
            world.now = max(world.now, min(due))


def test_it_comes_back_on_the_day_that_was_given_with_what_happened_meanwhile(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    asked = ask(world, until="Friday")
    assert asked.until == date(2026, 3, 6)
    deliver_all(world)
    accept(world, asked.cover_id)
    world.advance(hours=20)
    world.capture(deal, person=BEN)

    sent = deliver_all(world, until=world.now + timedelta(days=7))

    told = {each.person: each.screen for each in sent if isinstance(each.screen, CoverBack)}
    assert set(told) == {ANNA, BEN}
    assert {screen.to_rep for screen in told.values()} == {True, False}
    [meanwhile] = told[ANNA].deals
    assert "captured" in meanwhile.actions
    assert states(world) == ["returned"]
    [cover] = world.all(Cover)
    assert cover.ended_at is not None
    assert cover.ended_at.date() == date(2026, 3, 6)


def test_the_card_moves_with_the_work_and_the_questions_lose_their_buttons(world: World) -> None:
    world.a_deal("Northwind Dental")
    asked = ask(world)
    deliver_all(world)
    accept(world, asked.cover_id)
    world.now = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)  # Tuesday noon in Tokyo

    sent = deliver_all(world)

    cards = [each.person for each in sent if isinstance(each.screen, DealCard)]
    gone = [(each.person, each.screen.passed) for each in sent if isinstance(each.screen, HandedOver)]
    assert (cards, gone) == ([BEN], [(ANNA, Passed.COVERED)])
    world.do(asking.back, CoverBackRequest(world.caller()))
    world.now = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    sent = deliver_all(world)
    cards = [each.person for each in sent if isinstance(each.screen, DealCard)]
    gone = [(each.person, each.screen.passed) for each in sent if isinstance(each.screen, HandedOver)]
    assert set(cards) == {ANNA}
    assert (BEN, Passed.RETURNED) in gone
    redrawn = [each.screen for each in sent if isinstance(each.screen, CoverAsk | CoverAnswered)]
    assert {screen.state for screen in redrawn} == {"returned"}
    assert all(not screen.briefs for screen in redrawn if isinstance(screen, CoverAsk))


def test_who_says_no_is_told_to_the_rep_and_nothing_passes(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    asked = ask(world)
    deliver_all(world)
    world.do(asking.decline, CoverRequest(world.caller(BEN), asked.cover_id))

    assert states(world) == ["declined"]
    assert reminded(world, deal) == {ANNA}
    [told] = [each.screen for each in deliver_all(world) if isinstance(each.screen, CoverAnswered)]
    assert told.state == "declined"
    assert accept(world, asked.cover_id).state == "declined"


@pytest.mark.parametrize(
    ("customers", "until", "stand_in", "refusal"),
    [
        ("Contoso", "", BEN, InvalidEntryError),
        ("", "some day or other", BEN, InvalidEntryError),
        ("", "", ANNA, InvalidEntryError),
    ],
)
def test_what_cannot_be_covered_changes_nothing(
    world: World, customers: str, until: str, stand_in: str, refusal: type[Exception]
) -> None:
    world.a_deal("Northwind Dental")
    before = world.all_rows()
    with pytest.raises(refusal):
        ask(world, customers, until, stand_in)
    assert world.all_rows() == before


def test_nobody_else_may_answer_end_or_see_it(world: World) -> None:
    world.a_deal("Northwind Dental")
    asked = ask(world)
    for handler in (asking.accept, asking.decline, asking.give_back):
        with pytest.raises(NotYoursError):
            world.do(handler, CoverRequest(world.caller(CARA), asked.cover_id))
    with pytest.raises(NotNowError):
        world.do(asking.back, CoverBackRequest(world.caller(CARA)))


def test_a_handover_or_the_end_of_a_deal_ends_its_cover_alone(world: World) -> None:
    first, second, third = (world.a_deal(name) for name in ("Northwind Dental", "Contoso", "Fabrikam"))
    asked = ask(world)
    accept(world, asked.cover_id)

    world.do(handover.hand_over_deals, HandoverFilled(world.caller(), "", CARA, None, "Contoso", is_admin=False))
    world.click(card_actions.dismiss, third, BEN)

    assert states(world) == ["accepted", "returned", "returned"]
    assert [world.deal(each).covered_by_id is None for each in (first, second, third)] == [False, True, True]
    assert reminded(world, second) == {CARA}


def test_who_leaves_covers_nothing_any_more(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    accept(world, ask(world).cover_id)
    world.do(departures.presence_seen, PresenceSeen("slack", world.workspace, BEN, active=False))
    assert states(world) == ["returned"]
    assert reminded(world, deal) == {ANNA}


def test_what_is_private_does_not_move(world: World) -> None:
    deal = world.an_aligned_deal("Northwind Dental")
    world.send_recap(deal)
    world.do(deal_review.save, ReviewFilled(world.caller(), deal, "I petted the axolotl", "", ""))
    form = FormRequest(world.caller(event=""), deal, "review")
    typed = FormTyped(form, "{}", {"did": "capybara"}, world.now, submission_key="")
    assert world.database.write_sync(drafts.keep, typed, world.now)
    accept(world, ask(world).cover_id)

    theirs = FormRequest(world.caller(BEN, event=""), deal, "review")
    assert world.database.read_sync(drafts.find, theirs) is None
    shown = world.do(deal_review.show, DealRequest(world.caller(BEN, event=""), deal))
    assert "axolotl" not in repr(shown)
    assert world.database.read_sync(drafts.find, form) is not None


def test_a_rep_who_is_away_is_asked_once_per_absence(world: World) -> None:
    world.a_deal("Northwind Dental")
    world.a_deal("Contoso")

    def away(day: str) -> None:
        world.do(my_reminders.save_hours, HoursSaved(world.caller(), "08:30-18:00", WORKDAYS, day))

    away("tomorrow")  # back on the next working day: nothing to cover
    assert world.queued(WHO) == []
    away("9 March")
    away("10 March")
    sent = deliver_all(world)
    [question] = [each.screen for each in sent if isinstance(each.screen, CoverWho)]
    assert (question.until, question.total) == (date(2026, 3, 10), 2)

    picked = world.do(away_rules.pick, StandInPicked(world.caller(), BEN, TOKYO, question.until))
    assert (picked.total, picked.until) == (2, date(2026, 3, 10))
    [redrawn] = [each.screen for each in deliver_all(world) if isinstance(each.screen, CoverWho)]
    assert redrawn.total == 0


def test_a_status_that_says_so_asks_too_and_a_night_does_not(world: World) -> None:
    world.a_deal("Northwind Dental")

    def quiet(until: datetime | None) -> None:
        world.do(profile_changes.quiet_seen, QuietSeen("slack", world.workspace, ANNA, until))

    quiet(datetime(2026, 3, 3, 7, 0, tzinfo=UTC))
    assert world.queued(WHO) == []
    quiet(datetime(2026, 3, 9, 0, 0, tzinfo=UTC))
    quiet(datetime(2026, 3, 11, 0, 0, tzinfo=UTC))
    assert len(world.queued(WHO)) == 1
    world.do(away_rules.nobody, NobodyCovers(world.caller()))
    assert compose_next(world) is not None
    assert not [each for each in deliver_all(world) if isinstance(each.screen, CoverWho)]


def test_a_call_that_waits_is_offered_help_and_then_the_manager_is_told_once_each(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    manage_wins(world, CARA)

    sent = deliver_all(world, until=world.now + timedelta(days=40))

    assert heard_of(sent) == [(ANNA, CoverOffer), (CARA, CallWaits)]
    assert all(each.channel is None for each in sent)
    assert {"cover_offered", "manager_told"} <= set(world.actions(deal))


def heard_of(sent: list[OutboundMessage]) -> list[tuple[str | None, type]]:
    """Who hears that a call waits, by a message of its own or in a list."""
    found: list[tuple[str | None, type]] = []
    for each in sent:
        offers = isinstance(each.screen, Digest) and any(item.offer for item in each.screen.items)
        if each.replaces is None and (offers or isinstance(each.screen, CoverOffer)):
            found.append((each.person, CoverOffer))
        elif each.replaces is None and isinstance(each.screen, CallWaits):
            found.append((each.person, CallWaits))
    return found


def until_the_offer(world: World) -> None:
    """The rep was reminded, has not called, and has just got the offer."""
    while "cover_offered" not in world.actions(world.all(Deal)[0].id):
        deliver_all(world, until=world.now + timedelta(hours=12))


@pytest.mark.parametrize("answer", ["myself", "call"])
def test_an_answer_keeps_it_from_the_manager(world: World, answer: str) -> None:
    deal = world.a_deal("Northwind Dental")
    manage_wins(world, CARA)
    until_the_offer(world)
    assert "cover_offered" in world.actions(deal)
    if answer == "myself":
        world.click(patience.not_needed, deal)
    else:
        world.capture(deal)
    sent = deliver_all(world, until=world.now + timedelta(days=30))
    assert not [each for each in sent if isinstance(each.screen, CallWaits)]


@pytest.mark.parametrize(
    ("colleague", "heard"),
    [
        ("says no", [(CARA, CallWaits)]),
        ("says nothing", [(CARA, CallWaits)]),  # the rep hears that the question ended
        ("accepts and does not call", [(ANNA, CoverOffer), (CARA, CallWaits)]),
        ("accepts and gives it back", [(CARA, CallWaits)]),
        ("accepts and calls", []),
    ],
)
def test_who_asked_a_colleague_is_followed_until_the_call_is_made(
    world: World, colleague: str, heard: list[tuple[str, type]]
) -> None:
    """M1.1: a colleague who was asked is no call yet."""
    deal = world.a_deal("Northwind Dental")
    manage_wins(world, CARA)
    until_the_offer(world)
    asked = world.do(patience.ask_for_call, StandInForCall(world.caller(), deal, BEN, TOKYO))
    deliver_all(world, until=world.now + timedelta(hours=20))
    if colleague == "says no":
        world.do(asking.decline, CoverRequest(world.caller(BEN), asked.cover_id))
    elif colleague.startswith("accepts"):
        accept(world, asked.cover_id)
    if colleague == "accepts and gives it back":
        deliver_all(world, until=world.now + timedelta(hours=2))
        world.do(asking.give_back, CoverRequest(world.caller(BEN), asked.cover_id))
    if colleague == "accepts and calls":
        world.capture(deal, person=BEN)

    sent = deliver_all(world, until=world.now + timedelta(days=40))

    assert heard_of(sent) == heard
    assert all(each.channel is None for each in sent)


def test_who_accepts_is_reminded_of_the_call_as_a_rep_is(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    until_the_offer(world)
    asked = world.do(patience.ask_for_call, StandInForCall(world.caller(), deal, BEN, TOKYO))
    accept(world, asked.cover_id)

    sent = deliver_all(world, until=world.now + timedelta(days=4))

    reminders = [each.person for each in sent if isinstance(each.screen, CallReminder) and each.replaces is None]
    assert reminders == [BEN, BEN]


def test_the_rep_who_calls_has_the_deal_back(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    until_the_offer(world)
    asked = world.do(patience.ask_for_call, StandInForCall(world.caller(), deal, BEN, TOKYO))
    accept(world, asked.cover_id)
    world.click(patience.not_needed, deal)
    assert states(world) == ["returned"]
    assert world.deal(deal).covered_by_id is None


def test_an_answer_in_the_mornings_list_settles_its_line_alone(world: World) -> None:
    world.advance(hours=5)  # so that the patience ends on a Friday, and Monday has a digest
    deal = world.a_deal("Northwind Dental")
    sent = deliver_all(world, until=world.now + timedelta(days=10))
    [offering] = [
        each.screen
        for each in sent
        if isinstance(each.screen, Digest) and any(item.offer for item in each.screen.items) and each.replaces is None
    ]
    assert [item.settled for item in offering.items] == [False, False]
    world.click(patience.not_needed, deal)
    [redrawn] = [each.screen for each in deliver_all(world) if isinstance(each.screen, Digest)]
    assert [(item.offer is not None, item.settled) for item in redrawn.items] == [(False, False), (True, True)]


def test_after_a_handover_the_new_rep_gets_an_offer_too(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    manage_wins(world, CARA)
    until_the_offer(world)
    world.do(handover.hand_over_deals, HandoverFilled(world.caller(), "", BEN, None, "", is_admin=False))

    sent = deliver_all(world, until=world.now + timedelta(days=40))

    assert heard_of(sent) == [(BEN, CoverOffer), (CARA, CallWaits)]
    assert world.actions(deal).count("cover_offered") == 2
