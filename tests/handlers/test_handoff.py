"""Delivery on board: can it be kept (M8.2), the handoff (M8.3), its read-back (M10.1) and its clocks (M10.6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.ui.texts import Texts
from bot.views.render import message
from handlers.deal.deal_access import may_settle
from handlers.deal.delivery import DOUBT, FEASIBILITY, LATE, NUDGE, OFFER, QUESTIONS, REDRAWN, RETURNED
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.handoff import delivery_contacts, feasibility, handing_over, taking
from handlers.handoff.delivery_contacts import DeliveryRequest, DeliverySaved
from handlers.handoff.feasibility import AskRequest, DeliveryAsked, FeasibilityAnswered
from handlers.handoff.handing_over import DealHanded, QuestionsAnswered
from handlers.handoff.messages import compose_handoff
from handlers.handoff.taking import HandoffRequest, KickoffTyped, PromisesRead, SentBack
from handlers.method.handoff import (
    DeliveryRule,
    Feasible,
    HandoffState,
    Risk,
    Said,
    clock,
    fitting_rule,
    says_little,
    state_after_reading,
    to_read,
    unclear,
)
from handlers.method.stages import Stage
from handlers.method.statements import Statement
from handlers.method.working_time import WorkingTime
from handlers.reminders import compose
from handlers.requests import DealRequest
from handlers.screens.call import ListScreen
from handlers.screens.handoff import (
    AskDeliveryForm,
    DeliveryDoubt,
    FeasibilityQuestion,
    HandoffMessage,
    HandoffNudge,
    HandoffOffer,
    HandoffQuestions,
    ReadBackDone,
    ReadBackForm,
)
from prompts.cadence import cadence
from storage.models import Deal, FeasibilityAnswer, FeasibilityAsk, Handoff, HandoffReading, OutboxRow, Person
from tests.handlers.world import ANNA, BEN, World

CARLA = "U_CARLA"
"""Nobody's receiver."""


def set_delivery(world: World, person: str = BEN, *, channel: str = "", product: str = "") -> None:
    world.do(delivery_contacts.save, DeliverySaved(world.caller(), None, person, channel, product))


def ask(world: World, deal: int, statement: Statement, receiver: str | None = None) -> object:
    return world.do(feasibility.ask, DeliveryAsked(world.caller(), deal, statement.id, receiver))


def answer(
    world: World, ask_id: int, said: Feasible = Feasible.CAN_DO, reason: str = "", *, person: str = BEN
) -> FeasibilityQuestion:
    return world.do(feasibility.answer, FeasibilityAnswered(world.caller(person), ask_id, said, reason))


def newest_ask(world: World) -> int:
    return world.all(FeasibilityAsk)[-1].id


def hand_over(world: World, deal: int, receiver: str = BEN) -> int:
    world.do(handing_over.hand_over, DealHanded(world.caller(), deal, receiver))
    return world.all(Handoff)[-1].id


def open_form(world: World, handoff: int, person: str = BEN) -> ReadBackForm | ReadBackDone:
    return world.do(taking.ask_read_back, HandoffRequest(world.caller(person), handoff))


def read(
    world: World, handoff: int, form: ReadBackForm | ReadBackDone, *unclear_ids: int, person: str = BEN
) -> ReadBackForm | ReadBackDone:
    """Confirm the promises of the page, and ask about some of them."""
    assert isinstance(form, ReadBackForm)
    shown = {each.statement.id: each.statement.version for each in form.promises}
    words = {each: f"we will do number {each} in time" for each in shown if each not in unclear_ids}
    questions = dict.fromkeys(unclear_ids, "which firmware?")
    return world.do(taking.read_back, PromisesRead(world.caller(person), handoff, words, questions, shown))


def take(world: World, handoff: int, person: str = BEN) -> None:
    form = open_form(world, handoff, person)
    while isinstance(form, ReadBackForm):
        form = read(world, handoff, form, person=person)


def a_handoff(world: World) -> tuple[int, int]:
    deal = world.a_recapped_deal()
    return deal, hand_over(world, deal)


def state(world: World, handoff: int) -> str:
    return next(row.state for row in world.all(Handoff) if row.id == handoff)


def composed(world: World, row: OutboxRow) -> HandoffMessage | str:
    def run(session, _request, now):  # type: ignore[no-untyped-def]
        from storage import workspaces

        assert workspaces.scope_to(session, "slack", world.workspace)
        found = session.get_one(OutboxRow, row.id)
        return compose_handoff(session, found, session.get_one(Deal, found.deal_id), now)

    return world.database.write_sync(run, None, world.now)


def sent(world: World, kind: str) -> OutboxRow:
    """The newest message of this kind is delivered."""
    row = world.queued(kind)[-1]

    def deliver(session) -> None:  # type: ignore[no-untyped-def]
        found = session.get_one(OutboxRow, row.id)
        compose_handoff(session, found, session.get_one(Deal, found.deal_id), world.now)
        compose.record_delivery(session, found, channel="D1", ts=f"{row.id}.1", now=world.now)

    world.write(deliver)
    return row


# --- M8.2: can it be kept? ---


def test_a_doubt_goes_back_to_the_rep_with_words_to_say(world: World) -> None:
    """M4.5, M8.2."""
    deal = world.a_deal()
    world.capture(deal)
    set_delivery(world)
    statement = world.statements(deal)[0]
    shown = ask(world, deal, statement)
    assert isinstance(shown, ListScreen)
    assert shown.listed[0].delivery is not None
    assert (shown.listed[0].delivery.answer, shown.listed[0].delivery.who) == (None, BEN)
    question = composed(world, world.queued(FEASIBILITY)[0])
    assert isinstance(question, FeasibilityQuestion)
    assert (question.wording, question.word) == (statement.wording, None)

    with pytest.raises(InvalidEntryError, match="reason_missing"):
        answer(world, newest_ask(world), Feasible.AT_RISK, "  ")
    answer(world, newest_ask(world), Feasible.AT_RISK, "needs the new firmware")

    doubt = composed(world, world.queued(DOUBT)[0])
    assert isinstance(doubt, DeliveryDoubt)
    assert doubt.open
    assert doubt.say
    assert (doubt.word.answer, doubt.word.who, doubt.word.reason) == (Feasible.AT_RISK, BEN, "needs the new firmware")
    for screen in (world.list(deal).listed[0].delivery, world.next_screen(deal).delivery):  # type: ignore[union-attr]
        assert screen == doubt.word
    kept = world.do(feasibility.keep_anyway, AskRequest(world.caller(), newest_ask(world)))
    assert kept.kept
    assert not kept.open
    assert world.actions(deal)[-2:] == ["feasibility_at_risk", "promise_kept_anyway"]


def test_can_do_sends_no_message_and_stands_beside_the_statement(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world)
    ask(world, deal, world.statements(deal)[0])
    answer(world, newest_ask(world))
    assert world.queued(DOUBT) == []
    word = world.list(deal).listed[0].delivery
    assert word is not None
    assert word.answer is Feasible.CAN_DO


def test_the_first_answer_counts_and_the_second_person_reads_it(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world, channel="C_OPS")
    ask(world, deal, world.statements(deal)[0])
    answer(world, newest_ask(world), Feasible.CANNOT, "no parts", person=BEN)
    second = answer(world, newest_ask(world), Feasible.CAN_DO, person=CARLA)
    assert second.word is not None
    assert (second.word.who, second.word.answer) == (BEN, Feasible.CANNOT)
    assert len(world.all(FeasibilityAnswer)) == 1


@pytest.mark.both_databases
def test_two_people_answer_at_the_same_moment(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world, channel="C_OPS")
    ask(world, deal, world.statements(deal)[0])
    number = newest_ask(world)
    with ThreadPoolExecutor(2) as pool:
        cannot = pool.submit(answer, world, number, Feasible.CANNOT, "no parts", person=BEN)
        can_do = pool.submit(answer, world, number, Feasible.CAN_DO, person=CARLA)
        words = {each.result().word for each in (cannot, can_do)}
    assert len(words) == 1
    assert len(world.all(FeasibilityAnswer)) == 1


@pytest.mark.both_databases
def test_the_same_tap_and_the_same_form_count_once(world: World) -> None:
    _, handoff = a_handoff(world)
    form = open_form(world, handoff)
    assert isinstance(form, ReadBackForm)
    shown = {each.statement.id: each.statement.version for each in form.promises}
    words = dict.fromkeys(shown, "we will do that for them")
    request = PromisesRead(world.caller(BEN, event="form:1"), handoff, words, {}, shown)
    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(world.do, taking.read_back, request) for _ in range(2)]:
            each.result()
    assert len(world.all(HandoffReading)) == len(shown)
    assert state(world, handoff) == HandoffState.TAKEN


def test_only_who_was_asked_answers_and_never_the_rep(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world)
    ask(world, deal, world.statements(deal)[0])
    for person in (ANNA, CARLA):
        with pytest.raises(NotYoursError):
            answer(world, newest_ask(world), person=person)
    set_delivery(world, channel="C_OPS")
    ask(world, deal, world.statements(deal)[1])
    with pytest.raises(NotYoursError):
        answer(world, newest_ask(world), person=ANNA)


def test_a_changed_wording_is_asked_about_anew(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world)
    first = world.statements(deal)[0]
    ask(world, deal, first)
    before = newest_ask(world)
    sent(world, FEASIBILITY)
    world.correct(deal, first, "a call every Monday, by phone")
    late = answer(world, before)
    assert late.over
    assert world.all(FeasibilityAnswer) == []
    world.agree_to_all(deal)
    world.wrap_up(deal)
    asks = world.all(FeasibilityAsk)
    assert [(each.statement_id, each.version) for each in asks] == [(first.id, 1), (first.id, 2)]
    assert len(world.queued(REDRAWN)) == 1
    answer(world, newest_ask(world))
    assert world.list(deal).listed[0].delivery is not None


def test_a_new_rank_is_no_new_promise(world: World) -> None:
    deal = world.a_recapped_deal()
    set_delivery(world)
    second = world.statements(deal)[3]
    ask(world, deal, second)
    answer(world, newest_ask(world))
    world.edit(deal, second, rank=1)
    assert {each.statement.id for each in world.list(deal).listed if each.delivery is not None} == {second.id}


def test_without_a_rule_the_rep_picks_somebody_else(world: World) -> None:
    deal = world.a_recapped_deal()
    statement = world.statements(deal)[0]
    assert isinstance(ask(world, deal, statement), AskDeliveryForm)
    with pytest.raises(InvalidEntryError, match="not_yourself"):
        ask(world, deal, statement, ANNA)
    ask(world, deal, statement, BEN)
    ask(world, deal, statement, BEN)  # tapped twice
    assert len(world.all(FeasibilityAsk)) == 1


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["40 seats of Fleet"], 2), (["Fleetwood seats"], 1), (["renewal"], 3), ([], 1), (["FLEET and renewal"], 2)],
)
def test_the_first_rule_that_fits_counts_and_the_general_one_is_last(texts: list[str], expected: int) -> None:
    rules = [DeliveryRule(1, None), DeliveryRule(2, "fleet"), DeliveryRule(3, "Renewal")]
    found = fitting_rule(rules, texts)
    assert found is not None
    assert found.id == expected


def test_a_rule_for_the_same_product_takes_its_place(world: World) -> None:
    set_delivery(world, BEN, product="Fleet")
    set_delivery(world, CARLA, product="fleet ")
    set_delivery(world, channel="C_OPS", person="")
    entries = world.do(delivery_contacts.show, DeliveryRequest(world.caller(), None)).entries
    assert [(each.product, each.person, each.channel) for each in entries] == [
        ("fleet", CARLA, None),
        ("", None, "C_OPS"),
    ]
    with pytest.raises(InvalidEntryError, match="nobody"):
        set_delivery(world, "")


# --- M8.3, M10.1: the handoff ---


def test_the_deal_is_taken_when_every_promise_was_read_back(world: World) -> None:
    """M10.1."""
    set_delivery(world)
    deal, handoff = a_handoff(world)
    assert world.do(handing_over.show, DealRequest(world.caller(), deal)).receiver == BEN
    first, *_ = world.statements(deal)
    done = read(world, handoff, open_form(world, handoff), first.id)
    assert isinstance(done, ReadBackDone)
    assert done.unclear == 1
    assert state(world, handoff) == HandoffState.OFFERED
    asked = composed(world, world.queued(QUESTIONS)[0])
    assert isinstance(asked, HandoffQuestions)
    assert [each.question for each in asked.questions] == ["which firmware?"]

    note = QuestionsAnswered(world.caller(), handoff, {first.id: "version 9, ask Olga"}, {first.id: first.version})
    assert world.do(handing_over.answer_questions, note).questions == ()
    form = open_form(world, handoff)
    assert isinstance(form, ReadBackForm)
    assert [(each.question, each.answer) for each in form.promises] == [("which firmware?", "version 9, ask Olga")]
    read(world, handoff, form)

    assert state(world, handoff) == HandoffState.TAKEN
    assert world.stage(deal) == Stage.DELIVERING
    assert {row.said for row in world.all(HandoffReading)} == set(Said)
    status = world.card(deal).handoff
    assert status is not None
    assert (status.receiver, status.state, status.to_read) == (BEN, HandoffState.TAKEN, 0)


@pytest.mark.parametrize("words", ["", "yes", "ok fine", "A call, every FRIDAY!"])
def test_a_read_back_is_in_words_of_their_own(words: str) -> None:
    assert says_little(words, "A call every Friday")
    assert not says_little("I phone them on Fridays", "A call every Friday")


def test_what_is_missing_on_a_page_stores_nothing(world: World) -> None:
    _, handoff = a_handoff(world)
    form = open_form(world, handoff)
    assert isinstance(form, ReadBackForm)
    shown = {each.statement.id: each.statement.version for each in form.promises}
    words = dict.fromkeys(list(shown)[1:], "we do that for them")
    with pytest.raises(InvalidEntryError, match="own_words") as refused:
        world.do(taking.read_back, PromisesRead(world.caller(BEN), handoff, words, {}, shown))
    assert refused.value.field == f"words_{next(iter(shown))}"
    assert world.all(HandoffReading) == []


def test_it_comes_back_with_a_reason_and_can_be_handed_to_somebody_else(world: World) -> None:
    deal, handoff = a_handoff(world)
    with pytest.raises(InvalidEntryError, match="reason_missing"):
        world.do(taking.send_back, SentBack(world.caller(BEN), handoff, ""))
    world.do(taking.send_back, SentBack(world.caller(BEN), handoff, "no date for the firmware"))
    assert len(world.queued(RETURNED)) == 1
    status = world.card(deal).handoff
    assert status is not None
    assert (status.state, status.reason) == (HandoffState.SENT_BACK, "no date for the firmware")
    with pytest.raises(NotNowError):
        open_form(world, handoff)
    other = hand_over(world, deal, CARLA)
    take(world, other, CARLA)
    assert state(world, other) == HandoffState.TAKEN


def test_who_had_the_deal_before_sees_nothing_of_it_any_more(world: World) -> None:
    deal, handoff = a_handoff(world)
    row = sent(world, OFFER)
    hand_over(world, deal, CARLA)
    assert state(world, handoff) == HandoffState.WITHDRAWN
    with pytest.raises(NotYoursError):
        open_form(world, handoff)
    redrawn = composed(world, next(each for each in world.queued(REDRAWN) if each.payload["row"] == row.id))
    assert isinstance(redrawn, HandoffOffer)
    assert redrawn.over
    shown = str(message(redrawn, texts()))
    assert not any(each.wording in shown for each in world.statements(deal))


def texts() -> Texts:
    from bot.slack.mrkdwn import SlackMarkup

    return Texts(SlackMarkup(), "/firstcall")


def test_what_the_customer_changes_afterwards_is_read_back_anew(world: World) -> None:
    deal, handoff = a_handoff(world)
    take(world, handoff)
    first = world.statements(deal)[0]
    world.correct(deal, first, "a call every Monday, by phone")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    assert state(world, handoff) == HandoffState.TAKEN
    nudges = [each.payload["what"] for each in world.queued(NUDGE)]
    assert nudges.count("changed") == 1
    form = open_form(world, handoff)
    assert isinstance(form, ReadBackForm)
    assert [each.statement.wording for each in form.promises] == ["a call every Monday, by phone"]
    read(world, handoff, form)
    assert isinstance(open_form(world, handoff), ReadBackDone)


def test_the_brief_holds_what_delivery_needs_the_riskiest_first_and_nothing_else(world: World) -> None:
    """M8.3."""
    deal = world.a_deal(text="SECRETPOST closed Northwind Dental", amount="45000")
    world.capture(deal, "A call every Friday\nGo-live by 1 May\nCheap training", "Check-in in 2 minutes\n40 seats")
    cheap = next(s for s in world.statements(deal) if s.wording == "Cheap training")
    world.note_details(deal, cheap, origin="competitor")
    world.remove(deal, cheap)
    world.agree_to_all(deal)
    world.wrap_up(deal, definition="SECRETREFERRAL", next_step="Kickoff on 9 March")
    world.send_recap(deal)
    set_delivery(world)
    seats = next(s for s in world.statements(deal) if s.wording == "40 seats")
    ask(world, deal, seats)
    answer(world, newest_ask(world), Feasible.CANNOT, "only 30 left")
    hand_over(world, deal)
    offer = composed(world, world.queued(OFFER)[0])
    assert isinstance(offer, HandoffOffer)
    first = offer.brief.promises[0]
    assert (first.statement.wording, first.risk) == ("40 seats", Risk.CANNOT)
    assert first.what_if
    assert offer.brief.reset == ("Cheap training",)
    shown = str(message(offer, texts()))
    assert all(each in shown for each in ("Olga Petrova", "1 May", "only 30 left", "Kickoff on 9 March"))
    assert not any(each in shown for each in ("SECRET", "45", "referral", "sellers"))


def test_a_deal_is_handed_over_after_the_recap_only_and_by_its_rep(world: World) -> None:
    deal = world.an_aligned_deal()
    with pytest.raises(NotNowError, match="not_yet"):
        hand_over(world, deal)
    world.send_recap(deal)
    with pytest.raises(NotYoursError):
        world.do(handing_over.hand_over, DealHanded(world.caller(BEN), deal, CARLA))
    with pytest.raises(InvalidEntryError, match="not_yourself"):
        hand_over(world, deal, ANNA)
    hand_over(world, deal)
    hand_over(world, deal)
    assert len(world.all(Handoff)) == 1


# --- M10.6: clocks ---


def test_clocks_remind_the_receiver_and_tell_the_rep_once_late(world: World) -> None:
    """M10.6. Handed over on Monday at noon: half of 24 hours is Tuesday morning, all of them Tuesday noon."""
    deal, handoff = a_handoff(world)
    take(world, handoff)
    due = {(row.kind, row.payload["what"]): row for row in world.all(OutboxRow) if row.kind in (NUDGE, LATE)}
    assert {key: row.due_at - world.now for key, row in due.items()} == {
        (NUDGE, "introduction"): timedelta(hours=20, minutes=30),
        (LATE, "introduction"): timedelta(hours=24),
        (NUDGE, "kickoff"): timedelta(hours=24),
        (LATE, "kickoff"): timedelta(hours=48),
    }
    nudge = composed(world, due[NUDGE, "introduction"])
    assert isinstance(nudge, HandoffNudge)
    world.do(taking.introduce, HandoffRequest(world.caller(BEN), handoff))
    assert isinstance(composed(world, due[NUDGE, "introduction"]), str)
    assert isinstance(composed(world, due[LATE, "introduction"]), str)
    kickoff = world.do(taking.set_kickoff, KickoffTyped(world.caller(BEN), handoff, "Tue 10 March"))
    assert kickoff.earliest <= kickoff.on <= kickoff.latest
    assert isinstance(composed(world, due[LATE, "kickoff"]), str)
    status = world.card(deal).handoff
    assert status is not None
    assert (status.introduced, str(status.kickoff_on)) == (True, "2026-03-10")


@given(
    minutes=st.integers(0, 500_000),
    hours=st.integers(1, 200),
    zones=st.tuples(*[st.sampled_from(["UTC", "America/Los_Angeles", "Pacific/Auckland"])] * 2),
)
def test_the_receiver_has_time_between_the_reminder_and_the_line_to_the_rep(
    minutes: int, hours: int, zones: tuple[str, str]
) -> None:
    receiver, rep = (WorkingTime.default(ZoneInfo(each), cadence()) for each in zones)
    heard = receiver.next(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
    due = clock(heard, hours, receiver, rep)
    assert heard <= due.remind_at < due.late_at
    assert due.late_at >= heard + timedelta(hours=hours)
    assert receiver.includes(due.remind_at)
    assert rep.includes(due.late_at)


# --- who may do what ---


def test_nobody_but_the_receiver_acts_on_a_handoff(world: World) -> None:
    _, handoff = a_handoff(world)
    before = world.all_rows()
    for person in (ANNA, CARLA):
        for handler, request in (
            (taking.ask_read_back, HandoffRequest(world.caller(person), handoff)),
            (taking.introduce, HandoffRequest(world.caller(person), handoff)),
            (taking.ask_kickoff, HandoffRequest(world.caller(person), handoff)),
            (taking.send_back, SentBack(world.caller(person), handoff, "no")),
        ):
            with pytest.raises(NotYoursError):
                world.do(handler, request)  # type: ignore[arg-type]
    assert world.all_rows() == before


def test_the_receiver_settles_what_delivery_keeps_once_the_deal_is_taken(world: World) -> None:
    deal = world.a_recapped_deal()
    first, second, *_ = world.statements(deal)
    world.note_details(deal, first, owner="delivery")
    handoff = hand_over(world, deal)

    def allowed(person: str) -> list[bool]:
        def ask_all(session) -> list[bool]:  # type: ignore[no-untyped-def]
            who = next(each for each in session.query(Person) if each.external_id == person)
            row = session.get_one(Deal, deal)
            return [may_settle(session, who, row, each.id) for each in (first, second)]

        return world.read(ask_all)

    assert allowed(BEN) == [False, False]
    take(world, handoff)
    assert allowed(BEN) == [True, False]
    assert allowed(ANNA) == [True, True]


# --- the rules, for every order of events ---


class Handing(RuleBasedStateMachine):
    """A handoff is taken exactly when every promise that stands is confirmed in its present wording."""

    def __init__(self) -> None:
        super().__init__()
        self.promises: dict[int, int] = {1: 1, 2: 1, 3: 1}
        self.said: dict[int, tuple[int, Said]] = {}
        self.state = HandoffState.OFFERED
        self.was_taken = False

    def current(self) -> dict[int, Said]:
        return {each: said for each, (version, said) in self.said.items() if self.promises.get(each) == version}

    def settle(self) -> None:
        self.state = state_after_reading(self.state, self.promises, self.current())

    @rule(each=st.integers(1, 4), said=st.sampled_from([Said.CONFIRMED, Said.UNCLEAR]))
    def read_back(self, each: int, said: Said) -> None:
        if each in to_read(self.promises, self.current()):
            self.said[each] = (self.promises[each], said)
            self.settle()

    @rule(each=st.integers(1, 4))
    def answer(self, each: int) -> None:
        if each in unclear(self.promises, self.current()):
            self.said[each] = (self.promises[each], Said.ANSWERED)
            self.settle()

    @rule(each=st.integers(1, 4))
    def change(self, each: int) -> None:
        self.promises[each] = self.promises.get(each, 0) + 1
        self.settle()

    @precondition(lambda self: len(self.promises) > 1)
    @rule(each=st.integers(1, 4))
    def withdraw(self, each: int) -> None:
        if len(self.promises) > 1:
            self.promises.pop(each, None)
            self.settle()

    @invariant()
    def taken_means_confirmed(self) -> None:
        waiting = {*to_read(self.promises, self.current()), *unclear(self.promises, self.current())}
        confirmed = {each for each, said in self.current().items() if said is Said.CONFIRMED} & set(self.promises)
        assert waiting | confirmed == set(self.promises)
        assert not waiting & confirmed
        if self.state is HandoffState.OFFERED:
            assert waiting
        self.was_taken = self.was_taken or self.state is HandoffState.TAKEN
        assert not self.was_taken or self.state is HandoffState.TAKEN


TestHanding = Handing.TestCase
TestHanding.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
