"""Promises settled, corrected, answered and completed in any order: the invariants of what follows the recap hold."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handlers.errors import NotYoursError, Refusal
from handlers.method.promise_outcomes import (
    MissReason,
    PromiseState,
    SaidBy,
    TrackedPromise,
    in_board_order,
    is_overdue,
    lists_met,
    outcome_of,
)
from handlers.method.stages import ALIGNED_OR_LATER, Stage
from handlers.method.statements import Kind, Said
from handlers.promises import board, completion, settle
from handlers.promises.board import BoardRequest
from handlers.promises.settle import EvidenceGiven, MissExplained, PromiseRequest, PromiseSettled
from handlers.screens.promises import BoardScreen
from storage.database import Database
from tests.handlers.world import ANNA, BEN, World

people = st.sampled_from([ANNA, ANNA, ANNA, BEN])
picks = st.integers(0, 5)
SETTLES = (PromiseState.KEPT, PromiseState.EXCEEDED, PromiseState.MISSED)
Row = tuple[object, ...]


class PromiseMachine(RuleBasedStateMachine):
    """One recapped deal. Rules do what people can do, refused or not; invariants are checked after each."""

    database: Database
    numbers: itertools.count[int]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.database, workspace=f"P{next(self.numbers)}")
        self.before: list[Row] = []
        self.may_add = True
        self.repeats: Callable[[], object] | None = None

    @initialize()
    def a_recap(self) -> None:
        self.deal = self.world.a_deal()
        self.world.capture(self.deal, "A call every Friday until 1 May\nGo-live by 20 March", "40 seats")
        self.world.agree_to_all(self.deal)
        self.world.wrap_up(self.deal)
        self.world.send_recap(self.deal)

    def attempt(self, person: str, act: Callable[[str], object]) -> None:
        """Act. A refusal changes nothing, anyone but the owner is refused, and the same event again changes nothing."""
        self.world.advance(hours=7)
        key = f"once:{self.world.now.isoformat()}"
        refused: Refusal | None = None
        rows = self.rows
        try:
            act(key)
        except Refusal as refusal:
            refused = refusal
        assert isinstance(refused, NotYoursError) == (person == BEN)
        if refused is not None:
            assert self.rows == rows
            return
        after = self.rows
        act(key)
        assert self.rows == after

    @property
    def rows(self) -> list[Row]:
        return [tuple(row) for row in self.world.all_rows()["promise_outcomes"] if row.tenant_id == self.tenant]

    @property
    def tenant(self) -> int:
        return self.world.deal(self.deal).tenant_id

    def promise(self, which: int, person: str, event: str, *, stale: bool = False) -> PromiseRequest:
        found = self.world.statements(self.deal)
        statement = found[which % len(found)]
        caller = self.world.caller(person, event=event)
        return PromiseRequest(caller, self.deal, statement.id, statement.version - stale, on_board=which % 2 == 0)

    @rule(person=people, which=picks, state=st.sampled_from(SETTLES), stale=st.booleans())
    def settles(self, person: str, which: int, state: PromiseState, stale: bool) -> None:
        before = self.rows
        self.attempt(
            person,
            lambda key: self.world.do(
                settle.settle, PromiseSettled(self.promise(which, person, key, stale=stale), state)
            ),
        )
        assert not stale or self.rows == before

    @rule(person=people, which=picks)
    def takes_back(self, person: str, which: int) -> None:
        self.attempt(person, lambda key: self.world.do(settle.take_back, self.promise(which, person, key)))

    @rule(person=people, which=picks)
    def they_said_so(self, person: str, which: int) -> None:
        self.attempt(person, lambda key: self.world.do(settle.they_said_so, self.promise(which, person, key)))

    @rule(person=people, which=picks, reason=st.sampled_from(MissReason))
    def explains(self, person: str, which: int, reason: MissReason) -> None:
        self.attempt(
            person,
            lambda key: self.world.do(settle.explain, MissExplained(self.promise(which, person, key), reason)),
        )

    @rule(person=people, which=picks, said_by=st.sampled_from(SaidBy), evidence=st.sampled_from(["", "by phone"]))
    def gives_evidence(self, person: str, which: int, said_by: SaidBy, evidence: str) -> None:
        self.attempt(
            person,
            lambda key: self.world.do(
                settle.add_evidence, EvidenceGiven(self.promise(which, person, key), said_by, evidence)
            ),
        )

    @rule(person=people, which=picks, number=st.integers(21, 28))
    def corrects(self, person: str, which: int, number: int) -> None:
        statement = self.world.statements(self.deal)[which % 3]
        wording = f"Go-live by {number} March"
        self.attempt(person, lambda key: self.world.correct(self.deal, statement, wording, person=person, event=key))

    @rule(person=people, which=picks, said=st.sampled_from([Said.AGREED, Said.AGREED, Said.WITHDRAWN]))
    def answers(self, person: str, which: int, said: Said) -> None:
        statement = self.world.statements(self.deal)[which % 3]
        self.attempt(
            person,
            lambda key: self.world.answer(self.deal, statement, said, person=person, event=key),
        )

    @rule()
    def recaps_again(self) -> None:
        """The rep finishes the call, if it was reopened."""
        if self.world.stage(self.deal) == Stage.IN_CALL and any(s.active for s in self.world.statements(self.deal)):
            self.world.agree_to_all(self.deal)
            self.world.wrap_up(self.deal)
            self.world.send_recap(self.deal)

    @rule(person=people)
    def nothing_changed(self, person: str) -> None:
        self.attempt(person, lambda key: self.world.click(completion.no_corrections, self.deal, person, event=key))

    @rule(person=people)
    def keeps_the_rest(self, person: str) -> None:
        self.attempt(person, lambda key: self.world.click(completion.keep_the_rest, self.deal, person, event=key))

    @rule(person=people)
    def completes(self, person: str) -> None:
        open_before = self.open
        self.attempt(person, lambda key: self.world.click(completion.complete, self.deal, person, event=key))
        if person == ANNA and self.stage in (Stage.DELIVERING, Stage.RECAPPED):
            assert open_before

    @property
    def stage(self) -> str:
        return self.world.stage(self.deal)

    @property
    def open(self) -> bool:
        """Whether a promise is not settled."""
        if self.stage not in ALIGNED_OR_LATER:
            return True
        screen = self.world.do(board.show, BoardRequest(self.world.caller(event=""), self.deal))
        return not screen.outcome.settled

    @invariant()
    def rows_are_only_added(self) -> None:
        if hasattr(self, "deal"):
            rows = self.rows
            assert rows[: len(self.before)] == self.before
            self.before = rows

    @invariant()
    def completed_only_if_all_is_settled(self) -> None:
        if hasattr(self, "deal") and self.stage == Stage.COMPLETED:
            assert not self.open

    @invariant()
    def the_board_shows_each_agreed_statement_once(self) -> None:
        if not hasattr(self, "deal"):
            return
        screen = self.world.do(board.show, BoardRequest(self.world.caller(event=""), self.deal))
        assert isinstance(screen, BoardScreen)
        agreed = {s.id for s in self.world.statements(self.deal) if s.said is Said.AGREED and s.on_list}
        assert sorted(each.statement.id for each in screen.promises) == sorted(agreed)
        states = [each.tracked.state for each in screen.promises]
        assert PromiseState.RENEGOTIATED not in states
        assert states == sorted(states, key=lambda state: (state is not PromiseState.MISSED, state in SETTLES[:2]))


@pytest.mark.timeout(900)
def test_no_order_of_acts_breaks_the_promises(database: Database) -> None:
    PromiseMachine.database, PromiseMachine.numbers = database, itertools.count(1)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis has no types here
        PromiseMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )


TODAY = date(2026, 5, 1)
tracked = st.lists(
    st.builds(
        TrackedPromise,
        st.integers(1, 99),
        st.sampled_from(Kind),
        st.just("wording"),
        st.sampled_from([PromiseState.PENDING, *SETTLES]),
        st.none(),
        st.none() | st.integers(-30, 30).map(lambda days: TODAY + timedelta(days=days)),
    ),
    unique_by=lambda each: each.statement_id,
)


@given(tracked)
def test_m8_4_the_board_begins_with_what_was_missed(promises: list[TrackedPromise]) -> None:
    ordered = in_board_order(promises, TODAY)

    assert sorted(each.statement_id for each in ordered) == sorted(each.statement_id for each in promises)
    assert in_board_order(reversed(ordered), TODAY) == ordered
    groups = [
        0 if each.state is PromiseState.MISSED else 1 if is_overdue(each, TODAY) else 2 if not each.settled else 3
        for each in ordered
    ]
    assert groups == sorted(groups)


@given(tracked)
def test_m3_3_the_deal_is_met_only_if_each_of_its_lists_is(promises: list[TrackedPromise]) -> None:
    met = lists_met(promises)

    assert set(met) == {each.kind for each in promises}
    assert outcome_of(promises).both_lists_met == (bool(met) and all(met.values()))
