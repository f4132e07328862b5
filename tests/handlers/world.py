"""A workspace for tests, with a clock that the test moves: one short method per user action."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.call import (
    call_contact,
    card_actions,
    checklist,
    coaching,
    read_all,
    read_back,
    recap,
    reopening,
    scheduling,
    statement_editing,
    statement_list,
    undo,
    wrap_up,
)
from handlers.call.call_contact import ContactChosen
from handlers.call.call_screens import next_screen
from handlers.call.checklist import ChecklistFilled, SeenVersions
from handlers.call.coaching import CoachingAnswered, CoachingRequest
from handlers.call.read_all import AllRead, StatementMarked
from handlers.call.read_back import StatementAnswered, StatementCorrected
from handlers.call.recap import RecapSent
from handlers.call.reopening import StatementsReopened
from handlers.call.scheduling import CallTyped
from handlers.call.statement_changes import details_of
from handlers.call.statement_editing import DetailsNoted, StatementAdded, StatementEdited, StatementRequest
from handlers.call.statement_list import PageRequest
from handlers.call.undo import UndoRequest
from handlers.call.wrap_up import WrapUpFilled
from handlers.deal import deleted_messages
from handlers.deal.deleted_messages import MessageDeleted
from handlers.deal.facts import card, facts, statements_of
from handlers.deal.planning import advance, plan_reminders
from handlers.detection import Cue, DealKind, Decision, Detection, Period, Post, find_amendment
from handlers.intake import corrections, detected_deal, follow_up_messages
from handlers.intake.corrections import DealCorrected
from handlers.intake.follow_up_messages import FollowUpMessage
from handlers.intake.reports import DealMessage, FoundDeal, IntakeOutcome, Recognition
from handlers.method.details import Details
from handlers.method.offered_times import Snooze
from handlers.method.stages import Stage
from handlers.method.statements import Kind, Said, Statement, in_reading_order
from handlers.reminders import snoozing
from handlers.reminders.snoozing import SnoozeChosen
from handlers.requests import Caller, DealRequest, Profile
from handlers.screens.call import CallScreen, CoachingScreen, DetailsForm, ListScreen, ReopenScreen, StatementForm
from handlers.screens.deals import DealCard, DealFacts
from handlers.screens.reminders import CallPlanned, ReminderSnoozed
from prompts.playbook import playbook
from storage import workspaces
from storage.database import Database
from storage.models import Base, Contact, Deal, OutboxRow, PromiseOutcome
from storage.tenancy import ALL_TENANTS

R = TypeVar("R")
T = TypeVar("T")

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANNA, BEN = "U_ANNA", "U_BEN"
"""The rep who owns the deals, and another one."""
WORKSPACE, ELSEWHERE = "T1", "T2"
WINS = "C_WINS"
REACHED_THEM = frozenset({playbook().steps[0].rule})
OBJECTIVES = frozenset(item.rule for item in playbook().objectives)


def versions_on(screen: CoachingScreen) -> dict[int, int]:
    """The statements on the coaching screen with their versions, as in the modal's state."""
    return {s.id: s.version for s in (*(each.statement for each in screen.unanswered), *screen.answered)}


class Message(NamedTuple):
    """A message's channel and timestamp."""

    channel: str
    ts: str


@dataclass
class World:
    """One workspace. The test moves `now`; nothing here waits."""

    database: Database
    now: datetime = MONDAY_NOON
    workspace: str = WORKSPACE
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # --- actions ---

    def advance(self, **span: float) -> None:
        """Move the clock forward."""
        self.now += timedelta(**span)

    def caller(
        self, person: str = ANNA, *, event: str | None = None, workspace: str | None = None, zone: str | None = None
    ) -> Caller:
        """A person with an event; each event has its own key unless one is given."""
        key = f"event:{next(self._numbers)}" if event is None else event
        profile = None if zone is None else Profile(person.title(), zone)
        return Caller("slack", workspace or self.workspace, person, key, profile)

    def do(self, handler: Callable[[Session, R, datetime], T], request: R) -> T:
        """Call a handler, as a platform does."""
        return self.database.write_sync(handler, request, self.now)

    def detect(
        self,
        customer: str | None = "Northwind Dental",
        *,
        person: str = ANNA,
        owner: str | None = None,
        event: str | None = None,
        message: Message | None = None,
        text: str | None = None,
        decision: Decision = Decision.SURE,
        amount: str | None = "45000",
        currency: str | None = "USD",
        period: Period | None = None,
        channel_name: str | None = "general",
        said_at: datetime | None = None,
        owner_zone: str | None = None,
        workspace: str | None = None,
        cues: tuple[str, ...] = (),
        by_app: bool = False,
        close_date: date | None = None,
        term_months: int | None = None,
        helped_by: tuple[str, ...] = (),
        record_url: str | None = None,
        kind: DealKind | None = None,
        owner_known: bool = True,
    ) -> IntakeOutcome:
        """The detector found a deal in a message."""
        detection = Detection(
            decision,
            0.9,
            customer=customer,
            amount=None if amount is None else Decimal(amount),
            currency=currency,
            period=period,
            close_date=close_date,
            term_months=term_months,
            helped_by=helped_by,
            record_url=record_url,
            kind=kind,
            cues=tuple(Cue(name, 1.0, "excerpt") for name in cues),
        )
        profile = None if owner_zone is None else Profile("Anna", owner_zone)
        found = FoundDeal(detection, owner or person, profile, owner_known)
        outcomes = self.detect_deals(
            *([] if decision is Decision.NO else [found]),
            person=person,
            event=event,
            message=message,
            text=f"Just closed {customer}!" if text is None else text,
            channel_name=channel_name,
            said_at=said_at,
            workspace=workspace,
            by_app=by_app,
        )
        return outcomes[0] if outcomes else IntakeOutcome(None, Recognition.KNOWN)

    def detect_deals(
        self,
        *found: FoundDeal,
        person: str = ANNA,
        event: str | None = None,
        message: Message | None = None,
        text: str | None = None,
        channel_name: str | None = "general",
        said_at: datetime | None = None,
        workspace: str | None = None,
        by_app: bool = False,
    ) -> tuple[IntakeOutcome, ...]:
        """The detector found these deals in a message."""
        channel, ts = message or self.new_message()
        customers = " and ".join(each.detection.customer or "a deal" for each in found)
        request = DealMessage(
            caller=self.caller(person, event=event, workspace=workspace),
            channel=channel,
            channel_name=channel_name,
            message_ts=ts,
            text=f"Just closed {customers}!" if text is None else text,
            said_at=said_at or self.now,
            found=found,
            app="CRM" if by_app else None,
        )
        return self.do(detected_deal.record_detected, request)

    def new_message(self, channel: str = WINS) -> Message:
        """A new message."""
        return Message(channel, f"{next(self._numbers)}.000100")

    def follow_up(self, text: str, *, person: str = ANNA, channel: str = WINS, answering: str | None = None) -> bool:
        """A message without a deal; returns whether it amended one."""
        found = find_amendment(Post(text=text))
        if found is None:
            return False
        request = FollowUpMessage(self.caller(person), channel, answering, found)
        if not self.database.read_sync(follow_up_messages.concerns_a_deal, request, self.now):
            return False
        self.do(follow_up_messages.apply_follow_up, request)
        return True

    def delete(self, message: Message, *, person: str = ANNA) -> None:
        """Someone deletes their message."""
        self.do(deleted_messages.message_deleted, MessageDeleted(self.caller(person), message.channel, message.ts))

    def correct_deal(
        self,
        deal: int,
        customer: str = "Northwind Dental",
        amount: str = "45000 USD",
        owner: str = ANNA,
        *,
        person: str = ANNA,
        event: str | None = None,
    ) -> None:
        """The rep submits the correction form."""
        self.do(corrections.save, DealCorrected(self.caller(person, event=event), deal, customer, amount, owner))

    def schedule(
        self, deal: int, typed: str = "in 2 hours", *, person: str = ANNA, event: str | None = None
    ) -> CallPlanned:
        """The rep schedules the call at a typed time."""
        return self.do(scheduling.save_typed, CallTyped(self.caller(person, event=event), deal, typed))

    def snooze(
        self, deal: int, snooze: Snooze = Snooze.HOUR, *, person: str = ANNA, event: str | None = None
    ) -> ReminderSnoozed:
        """The rep snoozes a reminder."""
        return self.do(snoozing.snooze, SnoozeChosen(self.caller(person, event=event), deal, snooze))

    def a_deal(self, customer: str | None = "Northwind Dental", **how: Any) -> int:
        """A detected deal; returns its id."""
        outcome = self.detect(customer, **how)
        assert outcome.deal_id is not None
        return outcome.deal_id

    def click(
        self,
        handler: Callable[[Session, DealRequest, datetime], T],
        deal: int,
        person: str = ANNA,
        *,
        event: str | None = None,
    ) -> T:
        """Someone clicks a button of a deal."""
        return self.do(handler, DealRequest(self.caller(person, event=event), deal))

    def dismiss(self, deal: int, person: str = ANNA) -> DealCard:
        return self.click(card_actions.dismiss, deal, person)

    def confirm_deal(self, deal: int, person: str = ANNA) -> DealCard:
        return self.click(card_actions.confirm, deal, person)

    def capture(
        self,
        deal: int,
        expectations: str = "A call every Friday\nGo-live by 1 May",
        priorities: str = "Check-in in 2 minutes\n40 seats",
        *,
        person: str = ANNA,
        reached: str = "Olga Petrova",
        ticked: frozenset[str] = REACHED_THEM,
        adding: frozenset[str] = frozenset(),
        seen: SeenVersions | None = None,
        coached: bool = True,
        event: str | None = None,
    ) -> CallScreen:
        """Submit the checklist and, if `coached`, the coaching screen, leaving all as it is."""
        request = ChecklistFilled(
            self.caller(person, event=event), deal, reached, ticked, expectations, priorities, adding, seen
        )
        screen = self.do(checklist.save, request)
        return (
            self.answer_coaching(deal, screen, later=True, person=person)
            if coached and isinstance(screen, CoachingScreen)
            else screen
        )

    def answer_coaching(
        self,
        deal: int,
        screen: CoachingScreen,
        wordings: dict[int, str] | None = None,
        *,
        baselines: dict[int, str] | None = None,
        later: bool = False,
        person: str = ANNA,
        event: str | None = None,
    ) -> CallScreen:
        """Submit the coaching screen with some wordings changed; `later` leaves what is not on it as it is."""
        caller = self.caller(person, event=event)
        request = CoachingAnswered(caller, deal, versions_on(screen), wordings or {}, baselines or {}, later=later)
        return self.do(coaching.save, request)

    def accept_suggestion(
        self,
        handler: Callable[[Session, CoachingRequest, datetime], CallScreen],
        deal: int,
        screen: CoachingScreen,
        statement: Statement,
        wordings: dict[int, str] | None = None,
        *,
        person: str = ANNA,
        event: str | None = None,
    ) -> CallScreen:
        """Accept a suggestion of the coaching screen."""
        request = CoachingRequest(
            self.caller(person, event=event), deal, statement.id, versions_on(screen), wordings or {}
        )
        return self.do(handler, request)

    def list(self, deal: int, page: int = 1, *, person: str = ANNA) -> ListScreen:
        """A page of the list of statements."""
        screen = self.do(statement_list.show, PageRequest(self.caller(person), deal, page))
        assert isinstance(screen, ListScreen)
        return screen

    def edit(
        self,
        deal: int,
        statement: Statement,
        wording: str | None = None,
        *,
        kind: str | None = None,
        rank: int | str = "",
        target: str = "",
        version: int | None = None,
        person: str = ANNA,
        event: str | None = None,
    ) -> ListScreen | StatementForm:
        """Submit the form of one statement."""
        request = StatementEdited(
            self.caller(person, event=event),
            deal,
            statement.id,
            version or statement.version,
            statement.wording if wording is None else wording,
            statement.kind if kind is None else kind,
            str(rank),
            target,
        )
        return self.do(statement_editing.edit, request)

    def add(
        self,
        deal: int,
        wording: str,
        kind: str = Kind.EXPECTATION,
        *,
        target: str = "",
        person: str = ANNA,
        event: str | None = None,
    ) -> DetailsForm | ListScreen:
        """Submit the form of a new statement."""
        request = StatementAdded(self.caller(person, event=event), deal, wording, kind, target)
        return self.do(statement_editing.add, request)

    def remove(
        self,
        deal: int,
        statement: Statement,
        *,
        version: int | None = None,
        person: str = ANNA,
        event: str | None = None,
    ) -> ListScreen | StatementForm:
        """Take a statement off the list."""
        request = StatementRequest(self.caller(person, event=event), deal, statement.id, version or statement.version)
        return self.do(statement_editing.remove, request)

    def note_details(
        self,
        deal: int,
        statement: Statement,
        *,
        category: str = "",
        own_category: str = "",
        owner: str = "",
        origin: str = "",
        person: str = ANNA,
        event: str | None = None,
    ) -> ListScreen:
        """Submit the details of a statement."""
        request = DetailsNoted(
            self.caller(person, event=event), deal, statement.id, category, own_category, owner, origin
        )
        return self.do(statement_editing.note_details, request)

    def undo(self, deal: int, change: int | None = None, *, person: str = ANNA, event: str | None = None) -> ListScreen:
        """Undo the last change, or the given one."""
        if change is None:
            last = self.read(lambda session: undo.last_change(session, deal))
            change = 0 if last is None else last.id
        return self.do(statement_editing.undo, UndoRequest(self.caller(person, event=event), deal, change))

    def details(self, deal: int, statement: Statement) -> Details:
        """A statement's details."""
        return self.read(lambda session: details_of(session, deal)).get(statement.id, Details())

    def answer(
        self,
        deal: int,
        statement: Statement,
        said: Said = Said.AGREED,
        *,
        version: int | None = None,
        person: str = ANNA,
        event: str | None = None,
    ) -> CallScreen:
        """The customer answers a statement."""
        request = StatementAnswered(
            self.caller(person, event=event), deal, statement.id, version or statement.version, said
        )
        return self.do(read_back.answer, request)

    def correct(
        self,
        deal: int,
        statement: Statement,
        wording: str,
        *,
        version: int | None = None,
        person: str = ANNA,
        event: str | None = None,
    ) -> CallScreen:
        """The customer corrects a statement."""
        request = StatementCorrected(
            self.caller(person, event=event), deal, statement.id, version or statement.version, wording
        )
        return self.do(read_back.correct, request)

    def read_all(
        self, deal: int, *seen: Statement, confirmed: bool = True, person: str = ANNA, event: str | None = None
    ) -> CallScreen:
        """Submit "I read all aloud, and the customer agreed to each" for the statements `seen`."""
        before = tuple((statement.id, statement.version) for statement in seen)
        return self.do(read_all.agree_to_all, AllRead(self.caller(person, event=event), deal, before, confirmed))

    def mark_one(
        self,
        deal: int,
        statement: Statement,
        said: Said | str,
        *seen: Statement,
        person: str = ANNA,
        event: str | None = None,
    ) -> CallScreen:
        """Mark one of the statements `seen` on one screen: an answer, or a new wording."""
        where = (self.caller(person, event=event), deal, statement.id, statement.version)
        mark = StatementAnswered(*where, said) if isinstance(said, Said) else StatementCorrected(*where, said)
        return self.do(read_all.mark_one, StatementMarked(mark, tuple((s.id, s.version) for s in seen)))

    def add_contact(self, deal: int, role: str, name: str) -> None:
        """Store a contact of the customer."""
        contact = Contact(deal_id=deal, role=role, name=name, updated_at=self.now)
        self.write(lambda session: session.add(contact))

    def choose_contact(self, deal: int, role: str, *, person: str = ANNA, event: str | None = None) -> None:
        """The rep says who is on the call."""
        self.do(call_contact.choose_contact, ContactChosen(self.caller(person, event=event), deal, role))

    def agree_to_all(self, deal: int) -> CallScreen:
        """Record agreement to every unsettled statement."""
        for statement in self.statements(deal):
            if not statement.settled:
                self.answer(deal, statement)
        return self.next_screen(deal)

    def wrap_up(
        self,
        deal: int,
        *,
        person: str = ANNA,
        ticked: frozenset[str] = OBJECTIVES,
        outcome: str = "agreed",
        number: str = "5",
        definition: str = "A clinic that takes our call",
        why_missing: str | None = "follows",
        next_step: str = "",
        event: str | None = None,
    ) -> CallScreen:
        """Submit the wrap-up. `why_missing` counts only if the call lacks something."""
        request = WrapUpFilled(
            self.caller(person, event=event), deal, ticked, outcome, number, definition, why_missing, next_step
        )
        return self.do(wrap_up.save, request)

    def send_recap(
        self,
        deal: int,
        body: str | None = None,
        *,
        person: str = ANNA,
        event: str | None = None,
        hints_seen: bool = True,
    ) -> CallScreen:
        """The rep reports the mail as sent, by default after having seen the hints."""
        return self.do(recap.record_sent, RecapSent(self.caller(person, event=event), deal, body, hints_seen))

    def reopen(
        self, deal: int, *touched: Statement, person: str = ANNA, event: str | None = None
    ) -> CallScreen | ReopenScreen:
        """The rep ticks the statements that the customer corrected."""
        ticked = frozenset((statement.id, statement.version) for statement in touched)
        return self.do(reopening.reopen, StatementsReopened(self.caller(person, event=event), deal, ticked))

    def an_aligned_deal(self, customer: str = "Northwind Dental") -> int:
        """A deal whose call is done; returns its id."""
        deal = self.a_deal(customer)
        self.capture(deal)
        self.agree_to_all(deal)
        self.wrap_up(deal)
        return deal

    def a_recapped_deal(self, customer: str = "Northwind Dental") -> int:
        """A deal whose recap was sent; returns its id."""
        deal = self.an_aligned_deal(customer)
        self.send_recap(deal)
        return deal

    def keep_promises(
        self, deal: int, *states: str, said_by: str = "customer", reason: str | None = None, last: bool = False
    ) -> None:
        """Record what became of each agreed statement: kept, or the given states in reading order.

        `last`: record only that of the last statement.
        """

        def record(session: Session) -> None:
            agreed = [each for each in in_reading_order(statements_of(session, deal)) if each.said is Said.AGREED]
            row = session.get_one(Deal, deal)
            for each, state in zip_longest(agreed[-1:] if last else agreed, states):
                session.add(
                    PromiseOutcome(
                        statement_id=each.id,
                        version=each.version,
                        state=state or "kept",
                        said_by=said_by,
                        reason=reason,
                        recorded_by=row.owner_id,
                        at=self.now,
                    )
                )
            session.flush()
            plan_reminders(session, row, self.now)

        self.write(record)

    def complete(self, deal: int) -> None:
        """The delivery of a recapped deal begins and ends."""

        def advance_deal(session: Session) -> None:
            row = session.get_one(Deal, deal)
            for stage in (Stage.DELIVERING, Stage.COMPLETED):
                advance(session, row, stage, row.owner_id, self.now)

        self.write(advance_deal)

    # --- reading ---

    def read(self, read: Callable[[Session], T]) -> T:
        """Run `read` in a session scoped to the workspace."""

        def scoped(session: Session) -> T:
            assert workspaces.scope_to(session, "slack", self.workspace)
            return read(session)

        return self.database.read_sync(scoped)

    def write(self, write: Callable[[Session], None]) -> None:
        """Run `write` in a session scoped to the workspace."""

        def scoped(session: Session, _request: None, _now: datetime) -> None:
            assert workspaces.scope_to(session, "slack", self.workspace)
            write(session)

        self.do(scoped, None)

    def all(self, model: type[T]) -> list[T]:
        """Every row of a table, of all workspaces, by id."""
        statement = select(model).order_by(model.id)  # type: ignore[attr-defined]
        return self.database.read_sync(
            lambda session: list(session.scalars(statement, execution_options={ALL_TENANTS: True}))
        )

    def deal(self, deal: int) -> Deal:
        """A deal's row."""
        return next(row for row in self.all(Deal) if row.id == deal)

    def stage(self, deal: int) -> str:
        """A deal's stage."""
        return self.deal(deal).stage

    def statements(self, deal: int) -> list[Statement]:
        """The deal's statements in reading order."""
        return in_reading_order(self.read(lambda session: statements_of(session, deal)))

    def wordings(self, deal: int, kind: Kind) -> list[str]:
        """The wordings of the standing statements of a kind, in order."""
        return [s.wording for s in self.statements(deal) if s.kind is kind and s.active]

    def next_screen(self, deal: int) -> CallScreen:
        """The screen with which the call would resume."""
        return self.read(lambda session: next_screen(session, session.get_one(Deal, deal), self.now))

    def card(self, deal: int) -> DealCard:
        """The deal's card as it looks now."""
        return self.read(lambda session: card(session, session.get_one(Deal, deal), self.now))

    def facts(self, deal: int) -> DealFacts:
        """The facts of the deal, as every screen shows them."""
        return facts(self.deal(deal))

    def actions(self, deal: int) -> list[str]:
        """The actions in the deal's audit log."""
        return [entry.action for entry in self.all_rows()["audit_log"] if entry.deal_id == deal]

    def queued(self, kind: str) -> list[OutboxRow]:
        """The queued messages of a kind."""
        return [row for row in self.all(OutboxRow) if row.kind == kind and row.state == "queued"]

    def all_rows(self) -> dict[str, list[Any]]:
        """Every row of every table: if equal before and after, nothing changed."""

        def rows(session: Session) -> dict[str, list[Any]]:
            options = {ALL_TENANTS: True}
            return {
                table.name: list(session.execute(select(table).order_by(table.c.id), execution_options=options))
                for table in Base.metadata.sorted_tables
            }

        return self.database.read_sync(rows)
