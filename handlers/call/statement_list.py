"""The list of statements in pages, each statement with its details and measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import checklist_screen
from handlers.call.coaching import next_before_read_back
from handlers.call.statement_changes import details_of, require_changeable
from handlers.call.undo import last_change
from handlers.deal.deal_access import owned_deal
from handlers.deal.delivery import words_of_delivery
from handlers.deal.facts import facts, statements_of
from handlers.method.details import Details
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_text
from handlers.method.statements import Statement, in_reading_order
from handlers.requests import Caller, DealRequest, open_request
from handlers.screens.call import CallScreen, ChecklistScreen, ListedStatement, ListScreen
from handlers.screens.deals import DeliveryWord
from storage.models import Deal

PAGE_SIZE = 8
"""Statements per page: with their buttons, as much as a person likes to scroll on a phone."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page of the list, from 1; a page that does not exist gives the nearest one."""

    caller: Caller
    deal_id: int
    page: int = 1


def show(session: Session, request: PageRequest, now: datetime) -> ListScreen | ChecklistScreen:
    """The page, or the checklist if there is no statement. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not any(s.active for s in statements_of(session, deal.id)):
        return checklist_screen(session, deal, now)
    return list_screen(session, deal, request.page)


def continue_to_read_back(session: Session, request: DealRequest, now: datetime) -> CallScreen:
    """Go on to the coaching questions, if there are any, then to the read-back."""
    opened = open_request(session, request.caller, now)
    return next_before_read_back(session, require_changeable(owned_deal(session, opened, request.deal_id)), now)


def list_screen(session: Session, deal: Deal, page: int = 1) -> ListScreen:
    """A page of the statements that stand."""
    standing = [s for s in in_reading_order(statements_of(session, deal.id)) if s.active]
    details = details_of(session, deal.id)
    words = words_of_delivery(session, deal.id)
    pages = max(1, -(-len(standing) // PAGE_SIZE))
    page = min(max(1, page), pages)
    change = last_change(session, deal.id)
    return ListScreen(
        deal=facts(deal),
        listed=tuple(
            listed_statement(s, details.get(s.id), words.get(s.id))
            for s in standing[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        ),
        page=page,
        pages=pages,
        total=len(standing),
        undo=None if change is None else change.id,
        undo_action=None if change is None else change.action,
    )


def page_of(session: Session, deal: Deal, statement_id: int) -> int:
    """The page that has the statement; the first page if none has it."""
    standing = [s.id for s in in_reading_order(statements_of(session, deal.id)) if s.active]
    return standing.index(statement_id) // PAGE_SIZE + 1 if statement_id in standing else 1


def listed_statement(
    statement: Statement, details: Details | None, delivery: DeliveryWord | None = None
) -> ListedStatement:
    """A statement with its details and measure, and what delivery says to it."""
    measure = measurable_text(statement.wording, measure_rules()) if statement.target is None else statement.target
    return ListedStatement(statement, details or Details(), measure, delivery)
