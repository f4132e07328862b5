"""The list of statements, a page at a time: each with what is noted beside it, and the way to change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import checklist_screen
from handlers.call.card_actions import DealRequest
from handlers.call.coaching import next_before_read_back
from handlers.call.statement_changes import changeable, details_of
from handlers.call.undo import last_change
from handlers.deal.facts import facts, owned, statements_of
from handlers.method.details import Details
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_text
from handlers.method.statements import Statement, in_reading_order
from handlers.requests import Caller, open_request
from handlers.screens.call import CallScreen, ChecklistScreen, ListedStatement, ListScreen
from storage.models import Deal

PAGE = 8
"""Statements on a page: with their buttons as much as one likes to scroll on a phone."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page of the list, from 1; one that there is not gives the nearest."""

    caller: Caller
    deal_id: int
    page: int = 1


def show(session: Session, request: PageRequest, now: datetime) -> ListScreen | ChecklistScreen:
    """The page, or the checklist while there is no statement. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    if not any(s.active for s in statements_of(session, deal.id)):
        return checklist_screen(session, deal)
    return list_screen(session, deal, request.page)


def read_back(session: Session, request: DealRequest, now: datetime) -> CallScreen:
    """From the list on to the coach, if it has something to ask, and to the read-back."""
    arrival = open_request(session, request.caller, now)
    return next_before_read_back(session, changeable(owned(session, arrival, request.deal_id)), now)


def list_screen(session: Session, deal: Deal, page: int = 1) -> ListScreen:
    """A page of what is on the list."""
    standing = [s for s in in_reading_order(statements_of(session, deal.id)) if s.active]
    details = details_of(session, deal.id)
    pages = max(1, -(-len(standing) // PAGE))
    page = min(max(1, page), pages)
    change = last_change(session, deal.id)
    return ListScreen(
        deal=facts(deal),
        listed=tuple(listed(s, details.get(s.id)) for s in standing[(page - 1) * PAGE : page * PAGE]),
        page=page,
        pages=pages,
        total=len(standing),
        undo=None if change is None else change.id,
        undo_action=None if change is None else change.action,
    )


def page_of(session: Session, deal: Deal, statement_id: int) -> int:
    """The page on which the statement stands; the first one when it does not."""
    standing = [s.id for s in in_reading_order(statements_of(session, deal.id)) if s.active]
    return standing.index(statement_id) // PAGE + 1 if statement_id in standing else 1


def listed(statement: Statement, details: Details | None) -> ListedStatement:
    """A statement with what is noted beside it."""
    measure = measurable_text(statement.wording, measure_rules()) if statement.target is None else statement.target
    return ListedStatement(statement, details or Details(), measure)
