"""The read-back on one screen: statements are marked one by one, or most of them by one deliberate act (M4.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call import read_back
from handlers.call.call_contact import contact_on_call
from handlers.call.call_screens import next_screen, read_all_screen
from handlers.call.competitor_scripts import promised_by_competitor
from handlers.call.read_back import StatementAnswered, StatementCorrected, ensure_in_call
from handlers.call.renegotiation import note_renegotiated
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import statements_of
from handlers.deal.planning import plan_messages
from handlers.errors import InvalidEntryError
from handlers.method.statement_lists import most_important
from handlers.method.statements import Manner, Said, Statement, in_reading_order
from handlers.requests import Caller, open_request
from handlers.screens.call import CallScreen, ShownVersions
from storage import audit_log, statements
from storage.models import Deal

STATEMENTS_PER_SCREEN = 8
"""As many as a rep reads aloud in one go and still finds on a phone."""


@dataclass(frozen=True, slots=True)
class ReadAllRequest:
    """The rep wants several statements on one screen. `seen` is what it showed before, empty at first."""

    caller: Caller
    deal_id: int
    seen: ShownVersions = ()


@dataclass(frozen=True, slots=True)
class StatementMarked:
    """One of the statements `seen` on the screen was answered."""

    mark: StatementAnswered | StatementCorrected
    seen: ShownVersions


@dataclass(frozen=True, slots=True)
class AllRead:
    """The rep submits the screen. `confirmed`: they ticked that they read each aloud and the customer agreed."""

    caller: Caller
    deal_id: int
    seen: ShownVersions
    confirmed: bool


def show(session: Session, request: ReadAllRequest, now: datetime) -> CallScreen:
    """The unsettled statements on one screen, else the next step. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    return _screen(session, deal, now, statements_of(session, deal.id), request.seen)


def mark_one(session: Session, request: StatementMarked, now: datetime) -> CallScreen:
    """Record the answer as the single-statement screen does (`read_back`), and stay on this screen."""
    if isinstance(request.mark, StatementAnswered):
        read_back.answer(session, request.mark, now)
    else:
        read_back.correct(session, request.mark, now)
    deal = session.get_one(Deal, request.mark.deal_id)
    return _screen(session, deal, now, statements_of(session, deal.id), request.seen)


def agree_to_all(session: Session, request: AllRead, now: datetime) -> CallScreen:
    """Record agreement to each unanswered statement in the version that the rep saw on the screen.

    The two that matter most are answered one by one, and a competitor's promise cannot be agreed: they stay open. A
    statement that changed since then is not agreed but shown again (M4.3); one that was answered keeps its answer.
    Raises `InvalidEntryError` without the explicit confirmation: nothing is agreed by default.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    current = statements_of(session, deal.id)
    if opened.repeated:
        return _screen(session, deal, now, current, request.seen)
    if not request.confirmed:
        raise InvalidEntryError("read_all", "refusal.read_all_not_ticked")
    left = one_by_one(session, deal.id, current)
    read = [s for s in current if (s.id, s.version) in request.seen and not s.settled and s.id not in left]
    if read:
        ensure_in_call(session, deal, opened.person.id, now)
        for statement in read:
            statements.confirm(
                session,
                statement_id=statement.id,
                version=statement.version,
                said=Said.AGREED,
                manner=Manner.READ_ALL,
                contact=contact_on_call(deal),
                by=opened.person.id,
                now=now,
            )
            note_renegotiated(session, deal, statement.id, by=opened.person.id, now=now)
        audit_log.record(session, deal.id, opened.person.id, "read_all", now, statements=len(read))
        session.flush()
        plan_messages(session, deal, now)
        current = [replace(s, said=Said.AGREED) if s in read else s for s in current]
    return _screen(session, deal, now, current, request.seen)


def one_by_one(session: Session, deal_id: int, current: list[Statement]) -> frozenset[int]:
    """The ids of the statements that no tick for all can agree to."""
    return promised_by_competitor(session, deal_id) | {s.id for s in most_important(current)}


def _screen(session: Session, deal: Deal, now: datetime, current: list[Statement], seen: ShownVersions) -> CallScreen:
    """The same statements while one of them is unsettled, then the next unsettled ones, then the next step.

    Each keeps its place, even if a withdrawn priority moves the ranks up; statements off the list are left out.
    """
    before = dict(seen)
    listed = {s.id: s for s in current if s.on_list}
    waiting = [s for s in in_reading_order(current) if not s.settled]
    page = [listed[statement_id] for statement_id in before if statement_id in listed]
    if not any(s in waiting for s in page):
        page = waiting[:STATEMENTS_PER_SCREEN]
    if not page:
        return next_screen(session, deal, now, current)
    return read_all_screen(
        session,
        deal,
        current,
        page,
        changed=frozenset(s.id for s in page if before.get(s.id, s.version) != s.version),
        later=sum(s not in page for s in waiting),
        one_by_one=one_by_one(session, deal.id, current),
    )
