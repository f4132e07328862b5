"""The call itself: words without gaps, tries that count, numbers that dial, and hours of two time zones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.slack import blocks
from bot.slack.mrkdwn import SlackMarkup
from bot.teams.adaptive_cards import CardOptions, Surface, card_bytes, modal_card
from bot.teams.card_text import TeamsMarkup
from bot.ui.components import Modal
from bot.ui.ids import ActionId, ViewId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import render
from handlers import export
from handlers.call import attempts, brief, call_situations, call_words, card_actions, contact_form, scheduling
from handlers.call.attempts import ATTEMPTS, Attempt, AttemptMade
from handlers.call.brief import BriefCommitmentsSaved, BriefContactsSaved, BriefNotesSaved
from handlers.call.call_situations import SellersAnswered, SituationAsked, TypedSoFar
from handlers.call.call_words import WordsRequest, WordsSaved, field_of
from handlers.call.contact_form import ContactSaved
from handlers.call.contacts import DECISION_MAKER
from handlers.detection import DealKind
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.contact_details import Channel, ContactDetails, reachable
from handlers.method.stages import Stage
from handlers.method.statements import Kind
from handlers.method.urgency import Level, Sellers
from handlers.screens.call import AttemptLogged, ChecklistScreen, ContactKept, RecapScreen, TalkForm, WrapUpScreen
from prompts.playbook import SituationName, playbook, playbook_with
from storage import playbooks, workspaces
from storage.database import Database
from storage.models import Contact
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, World
from tests.slack.slack_driver import Office
from tests.wording import wording

BOOK = playbook()
SLACK = Texts(SlackMarkup(), "/firstcall")
TEAMS = Texts(TeamsMarkup({}, ZoneInfo("UTC")), "")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def checklist(world: World, deal: int) -> ChecklistScreen:
    screen = world.click(card_actions.continue_call, deal, event="")
    assert isinstance(screen, ChecklistScreen)
    return screen


def prepare(world: World, deal: int, decision_maker: str = "Hannah Berg", sellers: str = "") -> None:
    """Write the brief: two needs, one promise, the elephant and the proposal."""
    caller = world.caller
    needs = "Check-in in under 2 minutes\n40 seats"
    world.do(brief.save_contacts, BriefContactsSaved(caller(), deal, decision_maker, "Ivan Marsh", sellers, needs))
    world.do(brief.save_commitments, BriefCommitmentsSaved(caller(), deal, 1, {1: "90 seconds at the desk"}))
    notes = BriefNotesSaved(caller(), deal, "", "the price", "https://example.com/p", "")
    world.do(brief.save_notes, notes)


def attempt(world: World, deal: int, ended: Attempt = Attempt.NO_ANSWER, **how: Any) -> AttemptLogged:
    return world.do(attempts.log, AttemptMade(world.caller(**how), deal, ended))


def save_contact(world: World, deal: int, role: str = DECISION_MAKER, **entered: str) -> ContactKept:
    reach = " ".join(filter(None, (entered.pop("phone", ""), entered.pop("email", ""))))
    fields = {"name": "Hannah Berg", "reach": reach, "channel": "", "zone": ""} | entered
    return world.do(contact_form.save, ContactSaved(world.caller(), deal, role, **fields))


def shown(modal: Modal) -> str:
    """The modal as Slack gets it."""
    return json.dumps(blocks.modal(modal), ensure_ascii=False)


# --- the talk track ---


@pytest.mark.reported("wherebyus/general-tasks#1219")
def test_without_a_brief_there_is_an_opening_line_and_words_for_each_step(world: World) -> None:
    """M4.4."""
    screen = checklist(world, world.a_deal())

    assert screen.opening == BOOK.opening_nobody
    assert [line.rule for line in screen.help.talk] == ["M2.1", "M2.2", "M2.3", "M2.4", "M9.3"]
    assert screen.help.listening == BOOK.listening
    text = shown(render.modal(screen, SLACK))
    assert BOOK.items["M2.2"].say_unprepared in text
    assert "{{" not in text
    for prompt in (*BOOK.listening, BOOK.silence):
        assert prompt in text


@pytest.mark.reported("spatie/mailcoach-support#32")
def test_the_words_have_this_deals_needs_promises_proposal_and_elephant(world: World) -> None:
    """M2.2, M2.3, M2.4, M9.2."""
    deal = world.a_deal()
    prepare(world, deal)

    screen = checklist(world, deal)

    said = {line.rule: line.words for line in screen.help.talk}
    assert "Hannah" in screen.opening
    assert "Check-in in under 2 minutes and 40 seats" in said["M2.2"]
    assert "90 seconds at the desk" in said["M2.3"]
    assert said["M2.1"].startswith("Ivan")
    text = shown(render.modal(screen, SLACK))
    assert "<https://example.com/p|" in text
    assert "the price" in text


@pytest.mark.reported("own trial: what people typed is said, not marked up")
def test_what_was_typed_into_the_brief_notifies_nobody(world: World) -> None:
    deal = world.a_deal()
    needs = "<!channel> & {{ rep }}"
    world.do(brief.save_contacts, BriefContactsSaved(world.caller(), deal, "<!here>", "", "", needs))

    drawn = blocks.modal(render.modal(checklist(world, deal), SLACK))["blocks"]
    text = json.dumps([block.get("text") for block in drawn], ensure_ascii=False)

    assert "<!channel>" not in text
    assert "<!here>" not in text
    assert "&lt;!channel&gt; &amp; {{ rep }}" in text


@pytest.mark.reported("own trial: a renewal with the words of a first order")
@pytest.mark.parametrize("kind", [None, *DealKind])
def test_the_steps_follow_the_kind_of_order_and_the_teams_trade(world: World, kind: DealKind | None) -> None:
    deal = world.a_deal(kind=kind)
    book = playbook_with("", "insurance", kind)

    def insure(session: Any) -> None:
        workspaces.find_channel(session, "C_WINS").trade = "insurance"

    world.write(insure)

    screen = checklist(world, deal)
    assert [step.text for step in screen.steps] == [item.text for item in book.steps]
    assert {line.rule: line.words for line in screen.help.talk}["M2.4"] == book.items["M2.4"].say


@pytest.mark.reported("own trial: an objective without words")
def test_each_objective_has_words_on_the_wrap_up(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)

    screen = world.agree_to_all(deal)

    assert isinstance(screen, WrapUpScreen)
    assert [line.words for line in screen.talk] == [item.say for item in BOOK.objectives]
    assert BOOK.objectives[2].say in shown(render.modal(screen, SLACK))


@pytest.mark.reported("slackapi/bolt-js#1969")
@pytest.mark.parametrize("name", SituationName)
def test_help_in_a_hard_moment_keeps_what_was_typed(world: World, name: SituationName) -> None:
    deal = world.a_deal()
    before = world.all_rows()
    lists = {Kind.EXPECTATION: "a call every\n\n Friday ", Kind.PRIORITY: "fast"}
    typed = TypedSoFar("Hannah", frozenset({"M2.2"}), lists)

    screen = world.do(call_situations.show, SituationAsked(world.caller(event=""), deal, name, typed))

    advice = next(each for each in BOOK.situations if each.name is name)
    for texts in (SLACK, TEAMS):
        modal = render.modal(screen, texts)
        values = {part.name: part.value for part in modal.components if hasattr(part, "value")}
        assert values["expectations"] == "a call every\n\n Friday "
        assert (values["reached"], values["priorities"]) == ("Hannah", "fast")
    assert advice.advice in shown(render.modal(screen, SLACK))
    assert [step.rule for step in screen.steps if step.holds] == ["M2.2"]
    assert world.all_rows() == before


@pytest.mark.reported("own trial: the number of sellers asked on every screen")
def test_the_sellers_are_asked_once_and_urgency_follows(world: World) -> None:
    deal = world.a_deal()
    assert checklist(world, deal).help.asks_sellers
    typed = TypedSoFar(lists={Kind.EXPECTATION: "a call every Friday", Kind.PRIORITY: ""})

    screen = world.do(
        call_situations.answer_sellers, SellersAnswered(world.caller(), deal, Sellers.FOUR_OR_MORE, typed)
    )

    assert screen.expectations == ("a call every Friday",)
    assert world.deal(deal).sellers == 4
    assert world.card(deal).urgency.level is Level.SOON_BLURRED
    again = world.click(card_actions.show_checklist, deal, event="")
    assert isinstance(again, ChecklistScreen)
    assert not again.help.asks_sellers
    assert wording("checklist.sellers") not in shown(render.modal(again, SLACK))
    world.capture(deal, "a call every Friday", "")  # an old form, which does not ask
    assert world.deal(deal).sellers == 4


@pytest.mark.reported("own trial: a phone's screen")
def test_the_call_screen_fits_both_platforms(world: World) -> None:
    deal = world.a_deal()
    prepare(world, deal)
    save_contact(world, deal, phone="+49 30 1234567", email="h@harbor.example", zone="Berlin", channel="video")
    modal = render.modal(checklist(world, deal), SLACK)
    assert len(blocks.modal(modal)["blocks"]) < 40
    card = modal_card(
        render.modal(checklist(world, deal), TEAMS), Surface.CHAT, CardOptions("1", "Please fill this in.", "Choose")
    )
    assert card_bytes(card) < 20_000


# --- one's own words ---


@pytest.mark.reported("own trial: everybody reads the same script")
def test_a_rep_says_it_in_their_own_words_and_a_team_in_its_own(world: World) -> None:
    deal, other, renewal = world.a_deal(), world.a_deal("Contoso", person=BEN), world.a_deal("B", kind=DealKind.RENEWAL)
    words = {field_of("M2.2"): "What hurt, {{ name }}?", field_of("M2.4"): BOOK.items["M2.4"].say}

    second = world.do(call_words.save, WordsSaved(world.caller(), deal, 1, {field_of("M2.2"): "What hurt?"}))
    world.do(call_words.save, WordsSaved(world.caller(BEN), other, 1, words, is_admin=True, team=True))

    def said(of: int, person: str = ANNA) -> dict[str, str]:
        screen = world.click(card_actions.show_checklist, of, person, event="")
        assert isinstance(screen, ChecklistScreen)
        return {line.rule: line.words for line in screen.help.talk}

    assert isinstance(second, TalkForm)
    assert [item.rule for item in second.items] == ["M2.a", "M2.b", "M2.c"]
    assert isinstance(world.do(call_words.save, WordsSaved(world.caller(), deal, 2, {})), ChecklistScreen)
    assert said(deal)["M2.2"] == "What hurt?"
    assert said(other, BEN)["M2.2"] == BOOK.items["M2.2"].say_unprepared  # nobody's name is known yet
    assert said(renewal)["M2.2"] == playbook_with("", None, "renewal").items["M2.2"].say
    form = world.do(call_words.show, WordsRequest(world.caller(event=""), deal, is_admin=False))
    assert (form.words["M2.2"], form.may_change_team) == ("What hurt?", False)

    world.do(call_words.save, WordsSaved(world.caller(), deal, 1, {field_of("M2.2"): " "}))

    form = world.do(call_words.show, WordsRequest(world.caller(event=""), deal, is_admin=True))
    assert (form.words["M2.2"], form.may_change_team) == ("What hurt, {{ name }}?", True)
    with pytest.raises(NotNowError):  # nobody but an admin changes it for all
        world.do(call_words.save, WordsSaved(world.caller(BEN), other, 1, words, team=True))
    assert "words_of_team" in world.actions(other)


@pytest.mark.reported("own trial: a trade that only an operator can choose")
def test_an_admin_says_what_the_team_sells(world: World) -> None:
    deal = world.a_deal()
    for trade in ("insurance", "none", "a trade of tomorrow"):
        world.do(call_words.save, WordsSaved(world.caller(), deal, 2, {}, is_admin=True, team=True, trade=trade))
        book = playbook_with("", trade)
        assert checklist(world, deal).help.talk[3].words == book.items["M2.4"].say
    form = world.do(call_words.save, WordsSaved(world.caller(), deal, 1, {}, is_admin=True, team=True))
    assert isinstance(form, TalkForm)
    assert (form.trade, "insurance" in form.trades) == (None, True)


@pytest.mark.reported("langgenius/dify#25753")
@pytest.mark.parametrize("typed", ["{{ price }}", "{% if 1 %}x{% endif %}", "{{ name.__class__ }}", "x" * 301])
def test_own_words_are_no_program(world: World, typed: str) -> None:
    deal = world.a_deal()
    before = world.all_rows()
    with pytest.raises(InvalidEntryError) as refused:
        world.do(call_words.save, WordsSaved(world.caller(), deal, 1, {field_of("M2.2"): typed}))
    assert refused.value.field == field_of("M2.2")
    assert world.all_rows() == before


@pytest.mark.reported("own trial: a team's playbook is changed in the middle of a call")
def test_a_teams_playbook_has_versions_and_the_newest_applies(world: World) -> None:
    deal = world.a_deal()
    own = '[[steps]]\nrule = "M2.2"\ntext = "We looked back together"\nsay_unprepared = "Back then?"\n'

    world.write(lambda session: playbooks.add_version(session, own, MONDAY_NOON))
    assert checklist(world, deal).steps[1].text == "We looked back together"
    world.write(lambda session: playbooks.add_version(session, own, MONDAY_NOON))
    world.write(lambda session: playbooks.add_version(session, "", MONDAY_NOON))

    assert checklist(world, deal).steps[1].text == BOOK.steps[1].text
    assert world.read(lambda session: [each.version for each in playbooks.versions(session)]) == [1, 2]


# --- tries ---


@pytest.mark.reported("CALLE-AI/awesome-phone-call-agents#146")
@pytest.mark.parametrize("ended", ATTEMPTS)
def test_a_try_that_failed_is_on_record_and_the_next_one_is_planned(world: World, ended: Attempt) -> None:
    """M7.5."""
    deal = world.a_deal()
    world.advance(minutes=10)

    screen = attempt(world, deal, ended)

    assert (screen.attempt, screen.tries) == (ended, 1)
    assert world.now < screen.next_at <= world.now + timedelta(hours=24)
    assert world.actions(deal) == ["heard", ended]
    assert world.stage(deal) == Stage.OPEN
    assert {row.due_at for row in world.queued("reminder") if row.payload["nth"] == 1} == {screen.next_at}
    assert {row.payload["why"] for row in world.queued("reminder")} == {"try_again", "morning"}
    card = world.card(deal)
    assert card.tries is not None
    assert (card.tries.count, card.tries.next_at) == (1, screen.next_at)
    record = world.click(card_actions.show_record, deal, event="")
    text = shown(render.modal(record, SLACK))
    assert wording(f"timeline.{ended}") in text
    for texts in (SLACK, TEAMS):
        assert render.modal(screen, texts).components


@pytest.mark.reported("own trial: two taps on one button")
def test_a_second_tap_is_no_second_call(world: World) -> None:
    deal = world.a_deal()
    first = attempt(world, deal)
    world.advance(seconds=3)
    assert attempt(world, deal).tries == 1
    assert attempt(world, deal, event="again").tries == 1
    world.advance(minutes=2)
    assert attempt(world, deal, event="later").next_at > first.next_at
    before = world.all_rows()
    assert attempt(world, deal, event="later").tries == 2
    assert world.all_rows() == before


@pytest.mark.reported("instedd/surveda#1171")
def test_a_voicemail_is_no_call_and_a_planned_call_that_failed_is_planned_no_more(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal, "in 2 hours")
    world.advance(hours=2, minutes=5)

    screen = attempt(world, deal, Attempt.NO_SHOW)

    assert (world.stage(deal), world.deal(deal).call_at) == (Stage.OPEN, None)
    assert not world.queued("call_over")
    assert screen.next_at > world.now
    world.schedule(deal, "tomorrow 10")
    assert world.stage(deal) == Stage.SCHEDULED
    assert world.card(deal).tries is not None


@pytest.mark.reported("own trial: the fourth try on one day")
def test_a_day_has_only_so_many_tries(world: World) -> None:
    deal = world.a_deal()
    for _ in range(2):
        assert attempt(world, deal).next_at.date() == world.now.date()
        world.advance(minutes=5)

    assert attempt(world, deal).next_at.date() == world.now.date() + timedelta(days=1)


@pytest.mark.reported("own trial: how long it took to reach them is nowhere to be read")
def test_the_record_and_the_export_say_how_long_it_took_to_reach_them(world: World) -> None:
    deal = world.a_deal()
    for _ in range(2):
        world.advance(hours=2)
        attempt(world, deal)
    first_try = MONDAY_NOON + timedelta(hours=2)
    world.advance(hours=20)
    world.capture(deal)

    record = world.click(card_actions.show_record, deal, event="")

    assert (record.hours_to_call, record.tries) == (24, 2)
    assert wording("record.close_to_call", hours=24, tries=2) in shown(render.modal(record, SLACK))
    (workspace,) = world.database.read_sync(export.workspaces)
    (exported,) = world.database.read_sync(export.page, workspace)
    assert exported["close_to_call"] == {
        "tries": 2,
        "first_try_at": first_try.isoformat(),
        "call_at": world.now.isoformat(),
    }


@pytest.mark.reported("own trial: a try after the call has begun")
def test_nobody_was_missed_who_was_reached(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)
    before = world.all_rows()
    with pytest.raises(NotNowError):
        attempt(world, deal)
    assert world.all_rows() == before
    assert not world.click(card_actions.show_checklist, deal, event="").help.attempts


# --- contacts ---


@pytest.mark.reported("telekom-mms/phonebook#196")
def test_a_contact_is_called_and_written_to_with_one_tap(world: World) -> None:
    deal = world.a_deal()
    kept = save_contact(world, deal, phone="+49 (0)30 123 4567", email="hannah@harbor.example", channel="phone")

    assert kept.contact.details == ContactDetails(
        "Hannah Berg", "+49 (0)30 123 4567", "hannah@harbor.example", Channel.PHONE
    )
    slack = shown(render.modal(checklist(world, deal), SLACK))
    assert "<tel:+49301234567|+49 (0)30 123 4567>" in slack
    assert "<mailto:hannah@harbor.example|hannah@harbor.example>" in slack
    teams = json.dumps(
        modal_card(
            render.modal(checklist(world, deal), TEAMS),
            Surface.CHAT,
            CardOptions("1", "Please fill this in.", "Choose"),
        )
    )
    assert '"tel:+49301234567"' in teams
    assert world.actions(deal)[-1] == "contact_noted"
    save_contact(world, deal, phone="+49 (0)30 123 4567", email="hannah@harbor.example", channel="phone")
    assert world.actions(deal).count("contact_noted") == 1


@pytest.mark.reported("own trial: the recap without a recipient")
def test_the_recap_opens_with_its_recipient(world: World) -> None:
    deal = world.a_deal()
    save_contact(world, deal, email="hannah+1@harbor.example")
    world.capture(deal, reached="Hannah")
    world.agree_to_all(deal)
    screen = world.wrap_up(deal)

    assert isinstance(screen, RecapScreen)
    assert screen.recipient == "hannah+1@harbor.example"
    assert "mailto:hannah%2B1@harbor.example?subject=" in shown(render.modal(screen, SLACK))


@pytest.mark.reported("own trial: a number that belongs to somebody else")
def test_another_name_is_another_person_and_a_mended_one_is_not(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, reached="Hanna Berg +49 30 1234567 hannah@harbor.example")
    (contact,) = world.all(Contact)
    assert (contact.name, contact.phone, contact.email) == ("Hanna Berg", "+49 30 1234567", "hannah@harbor.example")

    world.capture(deal, reached="Hannah Berg")
    assert world.all(Contact)[0].phone == "+49 30 1234567"
    world.capture(deal, reached="Olga Petrova")
    assert (world.all(Contact)[0].name, world.all(Contact)[0].phone) == ("Olga Petrova", None)


@pytest.mark.reported("own trial: nonsense in the contact form")
@pytest.mark.parametrize(
    ("field", "typed"), [("reach", "call me"), ("reach", "hannah, +49 30 1234567"), ("zone", "the moon"), ("name", " ")]
)
def test_a_contact_that_cannot_be_reached_that_way_is_refused(world: World, field: str, typed: str) -> None:
    deal = world.a_deal()
    before = world.all_rows()
    with pytest.raises(InvalidEntryError) as refused:
        save_contact(world, deal, **{field: typed})
    assert refused.value.field == field
    assert world.all_rows() == before


@pytest.mark.reported("microsoft/botframework-components#352")
def test_no_call_is_offered_or_tried_before_their_nine(world: World) -> None:
    deal = world.a_deal(owner_zone="Europe/Berlin")
    save_contact(world, deal, zone="San Francisco")
    theirs = ZoneInfo("America/Los_Angeles")
    world.now = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, 1:00 in San Francisco

    offers = world.click(scheduling.show_times, deal, event="").offers
    next_at = attempt(world, deal).next_at

    assert offers
    assert all(reachable(each.at, theirs) for each in offers)
    assert reachable(next_at, theirs)
    nudges = [row.due_at for row in world.queued("reminder")]
    assert nudges
    assert all(reachable(at, theirs) for at in nudges)
    assert world.schedule(deal, "tomorrow 10").there is not None
    assert world.schedule(deal, "tomorrow 18:30").there is None
    contact = checklist(world, deal).help.contacts[0]
    assert not contact.can_be_called
    assert "01:00" in shown(render.modal(checklist(world, deal), SLACK))


HANNAH = ContactDetails("Hannah Berg", "(303) 499-7111", "h@harbor.example")


@pytest.mark.reported("vercel/chat#955")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Closed Harbor View! Contact: Hannah Berg, (303) 499-7111, h@harbor.example",
            HANNAH,
        ),
        (
            "Deal won\n*Primary Contact:* Hannah Berg\n*Email:* h@harbor.example\n*Phone:* (303) 499-7111\n"
            "*Owner email:* ada@us.example",
            HANNAH,
        ),
        ("Closed won | Contact name: Hannah Berg | Contact phone: (303) 499-7111", replace(HANNAH, email="")),
        ("Signé ! Interlocuteur : Hannah Berg, h@harbor.example", replace(HANNAH, phone="")),
        (
            "Harbor View signed, thanks hannah.berg@harborview.com and ada.love@us.example",
            ContactDetails("Hannah Berg", "", "hannah.berg@harborview.com"),
        ),
        ("Closed Harbor View. Email: ada@us.example, phone: (303) 499-7111", ContactDetails()),
        ("Closed Harbor View. Contact: TBD", ContactDetails()),
        ("Closed Harbor View. Contact: @ada", ContactDetails()),
        ("Closed Harbor View on 2026-03-02 for 1234567 USD, PO 4500012345", ContactDetails()),
    ],
)
def test_a_message_fills_in_whom_to_call(world: World, text: str, found: ContactDetails) -> None:
    deal = world.a_deal("Harbor View", text=text)

    contacts = [each.details for each in checklist(world, deal).help.contacts]

    assert contacts == ([found] if found.name else [])


@pytest.mark.reported("own trial: a second message with another person's number")
def test_a_message_fills_gaps_and_overwrites_nobody(world: World) -> None:
    deal = world.a_deal("Harbor View", text="Closed! Contact: Hannah Berg")
    save_contact(world, deal, phone="+49 30 1234567")
    world.detect("Harbor View", text="Harbor View won\nContact: Hannah Berg\nPhone: (303) 499-7111\nEmail: h@x.example")
    world.detect("Harbor View", text="Harbor View won\nContact: Olga Petrova, olga@x.example")

    (contact,) = checklist(world, deal).help.contacts
    assert contact.details == ContactDetails("Hannah Berg", "+49 30 1234567", "h@x.example")


@pytest.mark.reported("own trial: a number from a message that was no deal")
def test_not_a_deal_erases_whom_it_named(world: World) -> None:
    deal = world.a_deal("Harbor View", text="Closed! Contact: Hannah Berg, h@harbor.example")
    prepared = world.a_deal("Contoso", text="Closed! Contact: Hannah Berg, h@harbor.example")
    prepare(world, prepared)

    world.dismiss(deal)
    world.dismiss(prepared)

    assert {row.deal_id for row in world.all(Contact)} == {prepared}


# --- the fear ---


@pytest.mark.reported("own trial: the fear is answered after two ignored reminders only")
def test_the_fear_is_met_on_the_first_cards_and_then_by_the_reps_own_calls(world: World) -> None:
    """M1.1."""
    first = [world.a_deal(f"Customer {number}") for number in range(4)]

    cards = [world.card(deal) for deal in first]
    assert [card.fear.words if card.fear else None for card in cards] == [*[BOOK.fear_antidote] * 3, None]
    text = json.dumps(blocks.message(card_view.render(cards[0], SLACK)), ensure_ascii=False)
    assert BOOK.fear_antidote in text

    for deal in first[:3]:
        world.capture(deal)
        world.advance(minutes=9)
        world.agree_to_all(deal)
        world.wrap_up(deal)
    fear = world.card(first[3]).fear
    assert fear is not None
    assert (fear.calls, fear.cancelled, fear.minutes, fear.words) == (3, 0, 9, "")
    text = json.dumps(blocks.message(card_view.render(world.card(first[3]), SLACK)), ensure_ascii=False)
    assert wording("fear.proof", count=3, cancelled=0, minutes=9) in text
    assert world.card(first[0]).fear is None
    assert world.card(world.a_deal("Ben's", person=BEN)).fear is not None


# --- the whole path ---


@pytest.mark.reported("own trial: two buttons with one id in a row, which Slack refuses")
async def test_on_slack_from_the_brief_to_the_next_try(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    card = await office.card("Northwind Dental")
    await office.tap(card, ActionId.CARD_BRIEF)
    await office.submit(decision_maker="Hannah Berg, +49 30 1234567", functional_decision_maker="Ivan Marsh")
    await office.submit(elephant="the price")

    await office.tap_in_view(ActionId.CONTACT_EDIT)
    await office.submit(zone="the moon")
    assert (await office.view())["callback_id"] == ViewId.CONTACT  # refused, and still filled in
    await office.submit(zone="Berlin", channel=("phone",))
    assert "tel:+49301234567" in json.dumps(await office.view())
    await office.tap_in_view(ActionId.CARD_BRIEF)
    await office.tap_in_view(ActionId.CALL_WORDS)
    await office.submit(words_M2_2="What hurt, {{ name }}?")
    await office.submit()
    view = await office.view()
    assert view["callback_id"] == ViewId.CHECKLIST
    assert "What hurt, Hannah?" in json.dumps(view)

    await office.tap_in_view(ActionId.CALL_DISCOUNT)
    assert BOOK.situations[1].advice in json.dumps(await office.view(), ensure_ascii=False)
    await office.tap_in_view(ActionId.ATTEMPT_NO_ANSWER)
    assert (await office.view())["callback_id"] == ViewId.ATTEMPT
    await office.card(wording("attempt.card_no_next", count=1).rstrip("."))

    (deal,) = await office.export()
    assert deal["close_to_call"]["tries"] == 1
    assert [each["zone"] for each in deal["contacts"]] == ["Europe/Berlin", None]
    assert await office.refused() == []
