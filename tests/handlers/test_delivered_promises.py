"""Delivery settles what it keeps, is reminded of it, and the rep stays answerable (M7.1, M8.3, M10.2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.views.render import message, modal
from handlers.call.deal_search import DealSearch
from handlers.deal.delivery import DOUBT, NOTE, PROMISE_MISSED
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.handoff import renegotiation, taking
from handlers.handoff.renegotiation import RenegotiationAsked
from handlers.handoff.taking import SentBack
from handlers.method.promise_outcomes import MissReason, PromiseState, SaidBy
from handlers.method.reminders_due import Kind
from handlers.promises import board, notes, settle
from handlers.promises.board import BoardRequest
from handlers.promises.notes import NoteAdded
from handlers.promises.settle import EvidenceGiven, MissExplained, PromiseRequest, PromiseSettled
from handlers.reminders import my_reminders
from handlers.reminders.my_reminders import RemindersRequest
from handlers.screens.handoff import DeliveryDoubt, MissReported
from handlers.screens.promises import BoardNote, BoardScreen, NoteTold, PromiseAnswered, RenegotiateForm
from handlers.screens.reminders import Nudge
from handlers.team import departures
from handlers.team.departures import PresenceSeen
from storage.models import Handoff, OutboxRow, Person, PromiseOutcome
from tests.handlers.test_compose import compose_next
from tests.handlers.test_deal_team import sent_to
from tests.handlers.test_handoff import CARLA, composed, hand_over, take, texts
from tests.handlers.world import ANNA, BEN, WORKSPACE, World

pytestmark = pytest.mark.both_databases


class Delivered:
    """A deal whose go-live delivery keeps; Ben has taken it."""

    def __init__(self, world: World, customer: str = "Northwind Dental", *, taken: bool = True) -> None:
        self.world = world
        self.deal = world.a_recapped_deal(customer)
        self.go_live = next(each for each in world.statements(self.deal) if "1 May" in each.wording)
        world.note_details(self.deal, self.go_live, owner="delivery")
        self.handoff = hand_over(world, self.deal)
        if taken:
            take(world, self.handoff)

    def request(self, person: str, wording: str = "1 May", *, on_board: bool = False) -> PromiseRequest:
        statement = next(each for each in self.world.statements(self.deal) if wording in each.wording)
        return PromiseRequest(self.world.caller(person), self.deal, statement.id, statement.version, on_board=on_board)

    def settle(
        self, person: str, state: PromiseState = PromiseState.KEPT, wording: str = "1 May", *, on_board: bool = False
    ) -> PromiseAnswered | BoardScreen:
        request = PromiseSettled(self.request(person, wording, on_board=on_board), state)
        return self.world.do(settle.settle, request)

    def who(self, row: OutboxRow) -> str:
        return next(each.external_id for each in self.world.all(Person) if each.id == row.person_id)

    def reminders(self, person: str) -> list[OutboxRow]:
        """The person's waiting reminders of the go-live."""
        rows = [row for row in self.world.queued(Kind.PROMISE) if row.payload["statement"] == self.go_live.id]
        return [row for row in rows if self.who(row) == person]

    def board(self, person: str) -> BoardScreen:
        return self.world.do(board.show, BoardRequest(self.world.caller(person, event=""), self.deal))


@pytest.fixture
def delivered(world: World) -> Delivered:
    return Delivered(world)


def test_who_took_the_deal_sees_every_promise_and_settles_what_delivery_keeps(delivered: Delivered) -> None:
    """M8.3."""
    world = delivered.world
    shown = delivered.board(BEN)
    assert not shown.own
    assert {each.statement.id: each.may_settle for each in shown.promises} == {
        each.id: each.id == delivered.go_live.id for each in world.statements(delivered.deal)
    }
    found = world.do(board.find, DealSearch(world.caller(BEN, event=""), "northwind"))
    assert isinstance(found, BoardScreen)
    assert found.promises == shown.promises
    text = str(modal(shown, texts()))
    assert "promises.complete" not in text
    assert "promises.renegotiate" in text

    answered = delivered.settle(BEN)
    assert isinstance(answered, PromiseAnswered)
    assert answered.promise.by == ""
    [kept] = [each for each in delivered.board(ANNA).promises if each.tracked.settled]
    assert (kept.by, kept.may_settle) == (BEN, True)
    assert f"<@{BEN}> says so" in str(modal(delivered.board(ANNA), texts()))
    world.do(settle.add_evidence, EvidenceGiven(delivered.request(BEN), SaidBy.CUSTOMER, "Olga signed it off"))
    assert world.all(PromiseOutcome)[-1].evidence == "Olga signed it off"
    for wording in ("Friday", "2 minutes"):
        with pytest.raises(NotYoursError):
            delivered.settle(BEN, wording=wording)


def test_the_last_of_two_sees_that_it_was_answered(delivered: Delivered) -> None:
    delivered.settle(ANNA, PromiseState.EXCEEDED)
    late = delivered.settle(BEN, PromiseState.MISSED)
    assert isinstance(late, PromiseAnswered)
    assert late.already
    assert late.promise.tracked.state is PromiseState.EXCEEDED
    on_board = delivered.settle(BEN, PromiseState.MISSED, on_board=True)
    assert isinstance(on_board, BoardScreen)
    assert on_board.note is BoardNote.ANSWERED
    with pytest.raises(NotNowError, match="promise_answered"):
        delivered.world.do(settle.settle_listed, PromiseSettled(delivered.request(BEN), PromiseState.KEPT))
    assert [each.state for each in delivered.world.all(PromiseOutcome)] == ["exceeded"]


def test_the_receiver_is_reminded_and_the_rep_only_of_what_stays_unanswered(delivered: Delivered) -> None:
    world = delivered.world
    assert [row.due_at.date().isoformat() for row in delivered.reminders(BEN)] == ["2026-04-28", "2026-05-01"]
    [own] = delivered.reminders(ANNA)
    assert own.due_at.date().isoformat() == "2026-05-04"  # 1 May is a Friday
    assert own.payload["why"] == "unanswered"

    world.now = delivered.reminders(BEN)[0].due_at
    [nudge] = [each for each in sent_to(world, BEN) if isinstance(each, Nudge) and each.kind is Kind.PROMISE]
    buttons = str(message(nudge, texts()))
    assert "promises.kept" in buttons
    assert "promises.renegotiate" in buttons
    assert "card.corrected" not in buttons

    delivered.settle(ANNA)
    assert (delivered.reminders(BEN), delivered.reminders(ANNA)) == ([], [])


def test_when_the_receiver_leaves_the_company_the_rep_is_reminded(delivered: Delivered) -> None:
    world = delivered.world
    world.do(departures.presence_seen, PresenceSeen("slack", WORKSPACE, BEN, active=False))
    assert [len(delivered.reminders(person)) for person in (BEN, ANNA)] == [0, 2]
    world.do(departures.presence_seen, PresenceSeen("slack", WORKSPACE, BEN, active=True))
    assert [len(delivered.reminders(person)) for person in (BEN, ANNA)] == [2, 1]


def test_who_wants_no_reminders_leaves_them_to_the_rep(delivered: Delivered) -> None:
    world = delivered.world
    world.do(my_reminders.opt_out, RemindersRequest(world.caller(BEN)))
    assert delivered.reminders(BEN) == []
    assert len(delivered.reminders(ANNA)) == 2
    assert all(row.payload["why"] != "unanswered" for row in delivered.reminders(ANNA))


def test_unanswered_it_comes_to_the_rep_the_next_morning(delivered: Delivered) -> None:
    world = delivered.world
    world.now = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)
    seen = []
    while (found := compose_next(world)) is not None:
        seen.append(found)
    shown = [each for each in seen if delivered.go_live.wording in str(getattr(each, "screen", ""))]
    assert shown


def test_a_miss_that_delivery_reports_opens_the_challenge_for_the_rep(delivered: Delivered) -> None:
    """M7.1: the rep stays answerable, whoever does the work."""
    world = delivered.world
    answered = delivered.settle(BEN, PromiseState.MISSED)
    assert isinstance(answered, PromiseAnswered)
    shown = world.do(settle.explain, MissExplained(delivered.request(BEN), MissReason.DELIVERY))
    assert isinstance(shown, PromiseAnswered)
    assert "card.challenge" not in str(message(shown, texts()))
    [row] = world.queued(PROMISE_MISSED)
    assert row.person_id == world.deal(delivered.deal).owner_id
    screen = composed(world, row)
    assert isinstance(screen, MissReported)
    assert (screen.who, screen.over) == (BEN, False)
    assert "card.challenge" in str(message(screen, texts()))
    world.do(settle.take_back, delivered.request(ANNA))
    assert isinstance(composed(world, row), str)


def test_delivery_asks_the_rep_for_a_new_talk(delivered: Delivered) -> None:
    """M8.2, M10.2."""
    world = delivered.world
    form = world.do(renegotiation.ask_reason, delivered.request(BEN))
    assert isinstance(form, RenegotiateForm)
    with pytest.raises(InvalidEntryError, match="reason_missing"):
        world.do(renegotiation.ask_rep, RenegotiationAsked(delivered.request(BEN), " "))
    for person, wording in ((ANNA, "1 May"), (CARLA, "1 May"), (BEN, "Friday")):
        with pytest.raises(NotYoursError):
            world.do(renegotiation.ask_rep, RenegotiationAsked(delivered.request(person, wording), "no parts"))
    world.do(renegotiation.ask_rep, RenegotiationAsked(delivered.request(BEN), "the firmware is late"))
    doubt = composed(world, world.queued(DOUBT)[0])
    assert isinstance(doubt, DeliveryDoubt)
    assert (doubt.word.who, doubt.word.reason, doubt.open) == (BEN, "the firmware is late", True)
    delivered.settle(BEN)
    with pytest.raises(NotNowError, match="promise_answered"):
        world.do(renegotiation.ask_rep, RenegotiationAsked(delivered.request(BEN), "again"))


def test_another_receiver_takes_the_rights_and_the_reminders_at_once(delivered: Delivered) -> None:
    world = delivered.world
    assert len(delivered.reminders(BEN)) == 2
    other = hand_over(world, delivered.deal, CARLA)
    with pytest.raises(NotYoursError):
        delivered.board(BEN)
    with pytest.raises(NotYoursError):
        delivered.settle(BEN)
    assert delivered.reminders(BEN) == []
    assert len(delivered.reminders(ANNA)) == 2  # until it is taken, the rep is reminded
    take(world, other, CARLA)
    assert [len(delivered.reminders(person)) for person in (CARLA, BEN, ANNA)] == [2, 0, 1]
    delivered.settle(CARLA)


def test_a_note_stays_with_its_promise_and_tells_who_sees_the_deal(delivered: Delivered) -> None:
    world = delivered.world

    def note(text: str, colleague: str = "", person: str = ANNA) -> BoardScreen:
        return world.do(notes.add, NoteAdded(delivered.request(person, on_board=True), text, colleague))

    for text, error in (("  ", "note.missing"), ("x" * 501, "text_too_long")):
        with pytest.raises(InvalidEntryError, match=error):
            note(text)
    with pytest.raises(NotYoursError):
        note("let me in", person=CARLA)
    shown = note("Kim has the keys", CARLA)
    assert shown.note is BoardNote.NOT_TOLD
    assert world.queued(NOTE) == []
    for number in range(3):
        shown = note(f"<!channel> no. {number}", BEN)
    assert shown.note is None
    [row, *_] = world.queued(NOTE)
    told = composed(world, row)
    assert isinstance(told, NoteTold)
    assert (told.by, told.text) == (ANNA, "<!channel> no. 0")
    assert "<!channel>" not in str(message(told, texts()))

    [noted] = [each for each in delivered.board(BEN).promises if each.notes]
    assert [(each.text, each.by, each.told) for each in noted.notes] == [
        *((f"<!channel> no. {number}", ANNA, BEN) for number in (2, 1, 0)),
        ("Kim has the keys", ANNA, ""),
    ]
    text = str(modal(delivered.board(BEN), texts()))
    assert "1 more" in text
    assert "Kim has the keys" not in text
    hand_over(world, delivered.deal, CARLA)
    assert isinstance(composed(world, row), str)


class WhoSettles(RuleBasedStateMachine):
    """In no order of handing over, taking, sending back and settling does somebody settle who may not."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        world = type(self).world
        self.it = Delivered(world, f"Customer {len(world.all(Handoff))}", taken=False)
        self.offered, self.taker = BEN, ""
        self.handoff = self.it.handoff

    @rule(to=st.sampled_from([BEN, CARLA]))
    def hand_over(self, to: str) -> None:
        before = len(self.it.world.all(Handoff))
        self.handoff = hand_over(self.it.world, self.it.deal, to)
        if len(self.it.world.all(Handoff)) > before:
            self.offered, self.taker = to, ""

    @rule()
    def take(self) -> None:
        if self.offered:
            take(self.it.world, self.handoff, self.offered)
            self.taker = self.offered

    @rule()
    def send_back(self) -> None:
        if self.offered and not self.taker:
            self.it.world.do(taking.send_back, SentBack(self.it.world.caller(self.offered), self.handoff, "no time"))
            self.offered = ""

    @rule(
        person=st.sampled_from([ANNA, BEN, CARLA]),
        wording=st.sampled_from(["1 May", "Friday"]),
        state=st.sampled_from([PromiseState.KEPT, PromiseState.MISSED]),
    )
    def settle(self, person: str, wording: str, state: PromiseState) -> None:
        before = len(self.it.world.all(PromiseOutcome))
        if person == ANNA or (person == self.taker and wording == "1 May"):
            self.it.settle(person, state, wording)
            return
        with pytest.raises(NotYoursError):
            self.it.settle(person, state, wording)
        for handler in (settle.take_back, settle.they_said_so, settle.ask_evidence):
            with pytest.raises(NotYoursError):
                self.it.world.do(handler, self.it.request(person, wording))  # type: ignore[arg-type]
        assert len(self.it.world.all(PromiseOutcome)) == before


def test_nobody_settles_who_may_not_in_any_order(world: World) -> None:
    WhoSettles.world = world
    run_state_machine_as_test(WhoSettles, settings=settings(max_examples=15, stateful_step_count=12, deadline=None))
