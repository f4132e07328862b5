"""The first call of the next order: the reminders to look back, and the day of the first result (M1.5, M10.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import card, facts
from handlers.deal.planning import plan_messages
from handlers.deal.reminder_facts import working_time
from handlers.errors import NotNowError
from handlers.method.stages import RECAPPED_OR_LATER
from handlers.method.time_parsing.resolve import format_day, resolve_day
from handlers.promises.board import board_screen, require_promises
from handlers.requests import Caller, DealRequest, open_request
from handlers.screens.deals import DealCard
from handlers.screens.promises import BoardScreen, ValueDayForm
from storage import audit_log

FIRST_RESULT = 0
"""Instead of days after the recap: the reminder on the day of the first result."""


@dataclass(frozen=True, slots=True)
class NextOrderAnswered:
    """The rep answers a reminder to think of the next order: so many days after the recap, or `FIRST_RESULT`."""

    caller: Caller
    deal_id: int
    days: int
    talked: bool


@dataclass(frozen=True, slots=True)
class ValueDaySaved:
    """The day of the first result as typed; empty if there is none."""

    caller: Caller
    deal_id: int
    typed: str


def answer(session: Session, request: NextOrderAnswered, now: datetime) -> DealCard:
    """The rep talked about the next order, or does not do so now: this reminder is answered."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if deal.stage not in RECAPPED_OR_LATER:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    if not opened.repeated:
        first = request.days == FIRST_RESULT and deal.value_on is not None
        about = {"value_on": deal.value_on.isoformat()} if first and deal.value_on is not None else {}
        by = opened.person.id
        if request.talked:
            audit_log.record(session, deal.id, by, "next_order_talked", now, days=request.days, **about)
        else:
            audit_log.record(session, deal.id, by, "next_order_not_now", now, days=request.days, **about)
        session.flush()
        plan_messages(session, deal, now)
    return card(session, deal, now)


def ask_value_day(session: Session, request: DealRequest, now: datetime) -> ValueDayForm:
    """The form for the day of the customer's first result. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = require_promises(owned_deal(session, opened, request.deal_id))
    day = None if deal.value_on is None else format_day(deal.value_on)
    return ValueDayForm(facts(deal), day, working_time(opened.person, opened.tenant).local.key)


def save_value_day(session: Session, request: ValueDaySaved, now: datetime) -> BoardScreen:
    """Store the day, or that there is none; the rep is reminded on it once.

    Raises `InvalidEntryError` for a day that cannot be read, is not in the future, or more than half a year away.
    """
    opened = open_request(session, request.caller, now)
    deal = require_promises(owned_deal(session, opened, request.deal_id))
    if not opened.repeated:
        typed, before = request.typed.strip(), deal.value_on
        if not typed:
            deal.value_on = None
        elif before is None or typed != format_day(before):
            deal.value_on = resolve_day(typed, now, working_time(opened.person, opened.tenant))
        if deal.value_on != before:
            audit_log.record(session, deal.id, opened.person.id, "value_day_set", now)
            session.flush()
            plan_messages(session, deal, now)
    return board_screen(session, deal, now)
