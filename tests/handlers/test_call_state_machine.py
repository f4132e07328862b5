"""Any actions in any order, by the owner or someone else, once or twice: the method's invariants hold."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.call import brief, card_actions, coaching, scheduling
from handlers.call.brief import BriefContactsSaved
from handlers.call.call_contact import ROLES
from handlers.call.coaching import CoachingAnswered, CoachingRequest
from handlers.call.contacts import FUNCTIONAL_DECISION_MAKER
from handlers.call.undo import last_change
from handlers.deal.planning import CALL_KINDS
from handlers.detection import Decision
from handlers.errors import NotYoursError, Refusal
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.method.offered_times import Snooze
from handlers.method.stages import ALIGNED_OR_LATER, CALL_TO_MAKE, Stage, may_become
from handlers.method.statement_lists import most_important
from handlers.method.statements import Kind, Said, Statement
from handlers.method.urgency import Sellers
from storage.database import Database
from storage.models import Base
from storage.tenancy import TenantOwned
from tests.handlers.world import ANNA, BEN, OBJECTIVES, World

pytestmark = pytest.mark.both_databases

WORDS = ["weekly call", "no surprises", "go-live by May", "fast", "40 seats", "- fast"]
MODELS: list[Any] = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantOwned)]
EVIDENCE = [model.__name__ for model in MODELS if model.__table__.info.get("append_only")]
OLGA, IVAN = "Olga Petrova", "Ivan Marsh"
FACTS = ("stage", "doubt", "customer", "amount_minor", "currency", "period", "owner_id", "call_at", "sellers")

ACTIONS = [
    card_actions.dismiss,
    card_actions.confirm,
    card_actions.continue_call,
    card_actions.show_checklist,
    brief.send,
    scheduling.show_times,
    scheduling.unschedule,
]

people = st.sampled_from([ANNA, ANNA, ANNA, BEN])
lists = st.lists(st.sampled_from(WORDS), max_size=4).map("\n".join)
picks = st.integers(0, 7)

Snapshot = dict[str, list[SimpleNamespace]]
"""The rows of a workspace, by the name of their class."""


def snapshot(session: Session) -> Snapshot:
    return {
        model.__name__: [
            SimpleNamespace(**{column.key: getattr(row, column.key) for column in model.__table__.c})
            for row in session.scalars(select(model).order_by(model.id))
        ]
        for model in MODELS
    }


def of(rows: list[SimpleNamespace], deal: int) -> list[SimpleNamespace]:
    return [row for row in rows if row.deal_id == deal]


class CallMachine(RuleBasedStateMachine):
    """One deal of Anna's. Rules do what people can do, refused or not; invariants are checked after each."""

    database: Database
    numbers: itertools.count[int]
    """Each example has its own workspace in one database."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.database, workspace=f"T{next(self.numbers)}")
        self.before: Snapshot = {}
        self.nothing_changes = False
        self.last: Callable[[], object] | None = None

    @initialize(decision=st.sampled_from([Decision.SURE, Decision.MAYBE]))
    def a_message(self, decision: Decision) -> None:
        self.message = self.world.new_message()
        self.deal = self.world.a_deal(decision=decision, message=self.message)
        self.world.add_contact(self.deal, FUNCTIONAL_DECISION_MAKER, IVAN)

    def attempt(self, person: str, act: Callable[[str], object]) -> None:
        """Act with a new event key. A refusal changes nothing, and anyone but the owner is always refused."""
        self.world.advance(seconds=1)
        key = f"once:{self.world.now.isoformat()}"
        refused: Refusal | None = None
        try:
            act(key)
        except Refusal as refusal:
            refused = refusal
        assert isinstance(refused, NotYoursError) == (person == BEN)
        self.nothing_changes = refused is not None
        if refused is None:
            self.last = lambda: act(key)

    def standing(self) -> list[Statement]:
        return [statement for statement in self.world.statements(self.deal) if statement.active]

    def pick(self, number: int, among: list[Statement] | None = None) -> Statement:
        found = among or self.world.statements(self.deal)
        return found[number % len(found)]

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.world.advance(hours=hours)

    @rule(person=people, expectations=lists, priorities=lists, ticked=st.sampled_from([OBJECTIVES, frozenset()]))
    def capture(self, person: str, expectations: str, priorities: str, ticked: frozenset[str]) -> None:
        self.attempt(
            person,
            lambda key: self.world.capture(
                self.deal, expectations, priorities, person=person, ticked=ticked, event=key, coached=False
            ),
        )

    @rule(person=people, expectations=lists, stale=st.sets(st.integers(1, 3), max_size=2))
    def capture_what_may_be_stale(self, person: str, expectations: str, stale: set[int]) -> None:
        """The rep saw the current statements, some in an outdated version."""
        standing = [s for s in self.world.statements(self.deal) if s.active]
        seen = frozenset((s.id, s.version - (s.id in stale)) for s in standing)
        newer = [s for s in standing if (s.id, s.version) not in seen]
        self.attempt(
            person,
            lambda key: self.world.capture(
                self.deal, expectations, "", person=person, event=key, coached=False, seen=seen
            ),
        )
        after = {s.id: s for s in self.world.statements(self.deal)}
        assert all(after[s.id].version == s.version for s in newer)

    @rule(person=people, wordings=st.lists(st.sampled_from(WORDS), min_size=4, max_size=4), stale=st.booleans())
    def answer_coaching(self, person: str, wordings: list[str], stale: bool) -> None:
        standing = [s for s in self.world.statements(self.deal) if s.active][:4]
        seen = {s.id: s.version - stale for s in standing}
        typed = {s.id: wording for s, wording in zip(standing, wordings, strict=False)}
        request = partial(CoachingAnswered, deal_id=self.deal, seen=seen, wordings=typed)
        self.attempt(person, lambda key: self.world.do(coaching.save, request(self.world.caller(person, event=key))))

    @precondition(lambda self: self.world.statements(self.deal))
    @rule(
        person=people,
        number=picks,
        action=st.sampled_from([coaching.move_to_other_list, coaching.keep_as_said, coaching.mark_competitor]),
        stale=st.booleans(),
    )
    def accept_suggestion(self, person: str, number: int, action: Callable[..., object], stale: bool) -> None:
        statement = self.pick(number)
        seen = {statement.id: statement.version - stale}
        request = partial(CoachingRequest, deal_id=self.deal, statement_id=statement.id, seen=seen, wordings={})
        self.attempt(person, lambda key: self.world.do(action, request(self.world.caller(person, event=key))))

    @rule(person=people, wording=st.sampled_from([*WORDS, ""]), kind=st.sampled_from(Kind))
    def add(self, person: str, wording: str, kind: Kind) -> None:
        self.attempt(person, lambda key: self.world.add(self.deal, wording, kind, person=person, event=key))

    @precondition(lambda self: self.standing())
    @rule(
        person=people,
        number=picks,
        wording=st.sampled_from(WORDS),
        kind=st.sampled_from(Kind),
        rank=st.sampled_from(["", "1", "2", "9"]),
        measure=st.sampled_from(["", "weekly", "by 1 May"]),
        stale=st.booleans(),
    )
    def edit(self, person: str, number: int, wording: str, kind: Kind, rank: str, measure: str, stale: bool) -> None:
        statement = self.pick(number, self.standing())
        version = max(1, statement.version - stale)
        self.attempt(
            person,
            lambda key: self.world.edit(
                self.deal,
                statement,
                wording,
                kind=kind,
                rank=rank,
                target=measure,
                version=version,
                person=person,
                event=key,
            ),
        )

    @precondition(lambda self: self.standing())
    @rule(person=people, number=picks)
    def remove(self, person: str, number: int) -> None:
        statement = self.pick(number, self.standing())
        self.attempt(person, lambda key: self.world.remove(self.deal, statement, person=person, event=key))

    @precondition(lambda self: self.standing())
    @rule(person=people, number=picks, owner=st.sampled_from(["", "rep"]), origin=st.sampled_from(["", "competitor"]))
    def note_details(self, person: str, number: int, owner: str, origin: str) -> None:
        statement = self.pick(number, self.standing())
        before = self.world.statements(self.deal)
        self.attempt(
            person,
            lambda key: self.world.note_details(
                self.deal, statement, owner=owner, origin=origin, person=person, event=key
            ),
        )
        after = self.world.statements(self.deal)
        if origin == "competitor" and person != BEN:  # an agreed one becomes open: nobody can agree to that (M1.2)
            assert all(s.said is not Said.AGREED for s in after if s.id == statement.id)
            before, after = ([s for s in each if s.id != statement.id] for each in (before, after))
        assert after == before

    @rule(person=people)
    def undo(self, person: str) -> None:
        change = self.world.read(lambda session: last_change(session, self.deal))
        self.attempt(
            person,
            lambda key: self.world.undo(self.deal, 0 if change is None else change.id, person=person, event=key),
        )

    @precondition(lambda self: self.world.statements(self.deal))
    @rule(person=people, number=picks, said=st.sampled_from([Said.AGREED, Said.WITHDRAWN]), stale=st.booleans())
    def answer(self, person: str, number: int, said: Said, stale: bool) -> None:
        statement = self.pick(number)
        version = max(1, statement.version - stale)
        self.attempt(
            person,
            lambda key: self.world.answer(self.deal, statement, said, version=version, person=person, event=key),
        )

    @precondition(lambda self: self.world.statements(self.deal))
    @rule()
    def agree_to_all(self) -> None:
        with suppress(Refusal):
            self.world.agree_to_all(self.deal)

    @precondition(lambda self: self.world.statements(self.deal))
    @rule(person=people, number=picks, wording=st.sampled_from(WORDS))
    def correct(self, person: str, number: int, wording: str) -> None:
        statement = self.pick(number)
        self.attempt(person, lambda key: self.world.correct(self.deal, statement, wording, person=person, event=key))

    @precondition(lambda self: self.world.statements(self.deal))
    @rule(person=people, numbers=st.sets(picks, max_size=8), stale=st.booleans(), confirmed=st.booleans())
    def read_all(self, person: str, numbers: set[int], stale: bool, confirmed: bool) -> None:
        read = {statement.id: statement for statement in map(self.pick, sorted(numbers))}
        seen = [replace(statement, version=max(1, statement.version - stale)) for statement in read.values()]
        others = [
            row
            for row in self.world.statements(self.deal)
            if (row.id, row.version) not in {(s.id, s.version) for s in seen}
        ]

        def act(key: str) -> None:
            self.world.read_all(self.deal, *seen, person=person, confirmed=confirmed, event=key)
            assert confirmed
            now = {row.id: row for row in self.world.statements(self.deal)}
            assert all(now[row.id] == row for row in others)
            alone = {s.id for s in most_important(list(now.values()))}  # answered one by one
            assert all(now[s.id].settled for s in seen if now[s.id].version == s.version and s.id not in alone)

        self.attempt(person, act)

    @precondition(lambda self: self.world.statements(self.deal))
    @rule(person=people, number=picks, said=st.sampled_from([Said.AGREED, Said.WITHDRAWN, *WORDS]))
    def mark_one(self, person: str, number: int, said: Said | str) -> None:
        statement, seen = self.pick(number), self.world.statements(self.deal)
        self.attempt(
            person, lambda key: self.world.mark_one(self.deal, statement, said, *seen, person=person, event=key)
        )

    @rule(person=people, role=st.sampled_from(ROLES))
    def choose_contact(self, person: str, role: str) -> None:
        self.attempt(person, lambda key: self.world.choose_contact(self.deal, role, person=person, event=key))

    @rule(person=people, ticked=st.sampled_from([OBJECTIVES, OBJECTIVES, frozenset({"M2.a"})]))
    def wrap_up(self, person: str, ticked: frozenset[str]) -> None:
        self.attempt(person, lambda key: self.world.wrap_up(self.deal, person=person, ticked=ticked, event=key))

    @rule(person=people, body=st.sampled_from([None, "Hi Olga", ""]), hints_seen=st.booleans())
    def send_recap(self, person: str, body: str | None, hints_seen: bool) -> None:
        self.attempt(
            person,
            lambda key: self.world.send_recap(self.deal, body, person=person, event=key, hints_seen=hints_seen),
        )

    @precondition(lambda self: self.world.statements(self.deal))
    @rule(person=people, numbers=st.sets(picks, max_size=3), stale=st.booleans())
    def reopen(self, person: str, numbers: set[int], stale: bool) -> None:
        touched = [self.pick(number) for number in sorted(numbers)]
        seen = [replace(statement, version=max(1, statement.version - stale)) for statement in touched]
        self.attempt(person, lambda key: self.world.reopen(self.deal, *seen, person=person, event=key))

    @rule(person=people, action=st.sampled_from(ACTIONS))
    def click(self, person: str, action: Callable[..., object]) -> None:
        self.attempt(person, lambda key: self.world.click(action, self.deal, person, event=key))

    @rule(
        person=people, customer=st.sampled_from(["Northwind", "Contoso", ""]), amount=st.sampled_from(["", "$1", "?"])
    )
    def correct_deal(self, person: str, customer: str, amount: str) -> None:
        self.attempt(person, lambda key: self.world.correct_deal(self.deal, customer, amount, person=person, event=key))

    @rule(person=people, sellers=st.sampled_from(Sellers), needs=lists)
    def prepare(self, person: str, sellers: str, needs: str) -> None:
        def act(key: str) -> object:
            who = self.world.caller(person, event=key)
            return self.world.do(brief.save_contacts, BriefContactsSaved(who, self.deal, OLGA, "", sellers, needs))

        self.attempt(person, act)

    @rule(person=people, typed=st.sampled_from(["in 2 hours", "in 9 hours", "2026-12-01 10:00", "soon"]))
    def schedule(self, person: str, typed: str) -> None:
        self.attempt(person, lambda key: self.world.schedule(self.deal, typed, person=person, event=key))

    @rule(person=people, snooze=st.sampled_from(Snooze))
    def snooze(self, person: str, snooze: Snooze) -> None:
        self.attempt(person, lambda key: self.world.snooze(self.deal, snooze, person=person, event=key))

    @rule(person=people, amount=st.sampled_from([None, "1", "45000"]), decision=st.sampled_from(Decision))
    def detect_again(self, person: str, amount: str | None, decision: Decision) -> None:
        self.world.advance(seconds=1)
        self.world.detect(person=person, amount=amount, decision=decision)

    @rule(person=people)
    def report(self, person: str) -> None:
        self.world.advance(seconds=1)
        self.world.do(
            reported_deal.record_reported, DealReported(self.world.caller(person), "Northwind Dental", None, None)
        )

    @rule(text=st.sampled_from(["Closed Northwind!", "Never mind"]), decision=st.sampled_from(Decision))
    def edit_the_message(self, text: str, decision: Decision) -> None:
        self.world.advance(seconds=1)
        self.world.detect(message=self.message, text=text, decision=decision)

    @precondition(lambda self: self.last is not None)
    @rule()
    def the_last_event_is_delivered_again(self) -> None:
        assert self.last is not None
        self.nothing_changes = True
        with suppress(Refusal):
            self.last()

    @invariant()
    def invariants_hold(self) -> None:
        before, now = self.before, self.world.read(snapshot)
        if self.nothing_changes:
            assert now == before
        self.evidence_is_append_only(before, now)
        self.agreement_needs_an_answer_to_the_current_version(now)
        self.standing_priorities_are_ranked_from_one()
        self.statement_changes_are_audited(before, now)
        self.stages_follow_the_allowed_transitions(before, now)
        self.aligned_deals_are_settled_attested_and_asked(now)
        self.deal_changes_are_audited(before, now)
        self.one_card_is_queued_and_reminders_only_for_a_call_to_make(now)
        self.before, self.nothing_changes = now, False

    def evidence_is_append_only(self, before: Snapshot, now: Snapshot) -> None:
        """Data rule 6."""
        for table in EVIDENCE:
            earlier = before.get(table, [])
            assert now[table][: len(earlier)] == earlier
        for statement in now["Statement"]:
            versions = [row.version for row in now["StatementVersion"] if row.statement_id == statement.id]
            assert versions == list(range(1, statement.current_version + 1))

    def agreement_needs_an_answer_to_the_current_version(self, now: Snapshot) -> None:
        """M4.2, M4.3. The contact is one of those known."""
        assert {row.contact for row in now["Confirmation"]} <= {None, OLGA, IVAN}
        last = {(row.statement_id, row.version): row.said for row in now["Confirmation"]}
        for statement in self.world.statements(self.deal):
            assert statement.said == last.get((statement.id, statement.version))

    def standing_priorities_are_ranked_from_one(self) -> None:
        """M3.2."""
        ranks = [statement.position for statement in self.standing() if statement.kind is Kind.PRIORITY]
        assert ranks == list(range(1, len(ranks) + 1))

    def statement_changes_are_audited(self, before: Snapshot, now: Snapshot) -> None:
        for table in ("StatementVersion", "StatementDetails"):
            if len(now[table]) > len(before.get(table, [])):
                assert len(now["AuditEntry"]) > len(before["AuditEntry"])

    def stages_follow_the_allowed_transitions(self, before: Snapshot, now: Snapshot) -> None:
        for deal in before.get("Deal", []):
            new_entries = of(now["AuditEntry"], deal.id)[len(of(before["AuditEntry"], deal.id)) :]
            actions = [{"unscheduled": "open"}.get(entry.action, entry.action) for entry in new_entries]
            stages = [deal.stage, *(action for action in actions if action in list(Stage))]
            assert all(may_become(Stage(a), Stage(b)) for a, b in pairwise(stages))
            assert stages[-1] == next(row.stage for row in now["Deal"] if row.id == deal.id)

    def aligned_deals_are_settled_attested_and_asked(self, now: Snapshot) -> None:
        """M2, M5.1."""
        deal = next(row for row in now["Deal"] if row.id == self.deal)
        if deal.stage in ALIGNED_OR_LATER:
            found = self.world.statements(self.deal)
            agreed = [statement for statement in found if statement.said is Said.AGREED]
            assert agreed
            assert all(statement.settled for statement in found)
            holds = {row.item: row.holds for row in of(now["Attestation"], self.deal)}
            assert all(holds.get(item) for item in OBJECTIVES)
            referral = of(now["ReferralAgreement"], self.deal)[-1]
            assert referral.expectations + referral.priorities == len(agreed)
            assert of(now["Recap"], self.deal)

    def deal_changes_are_audited(self, before: Snapshot, now: Snapshot) -> None:
        for earlier, deal in zip(before.get("Deal", []), now["Deal"], strict=False):
            if any(getattr(earlier, fact) != getattr(deal, fact) for fact in FACTS):
                assert len(of(now["AuditEntry"], deal.id)) > len(of(before["AuditEntry"], deal.id))

    def one_card_is_queued_and_reminders_only_for_a_call_to_make(self, now: Snapshot) -> None:
        for deal in now["Deal"]:
            waiting = [row.kind for row in of(now["OutboxRow"], deal.id) if row.state == "queued"]
            assert waiting.count("card") == 1
            # The question after a planned call is the first of two.
            nudges = 1 if deal.call_at is not None and deal.snoozed_until is None else 2
            assert waiting.count("reminder") == (nudges if deal.stage in CALL_TO_MAKE else 0)
            planned = [kind for kind in waiting if kind in CALL_KINDS]
            assert sorted(planned) == (sorted(CALL_KINDS) if deal.stage == Stage.SCHEDULED else [])


@pytest.mark.timeout(900)  # with coverage
def test_any_order_of_actions_keeps_the_invariants(database: Database, database_kind: str) -> None:
    class Machine(CallMachine):
        pass

    Machine.database, Machine.numbers = database, itertools.count(1)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15 if database_kind == "sqlite" else 5,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
