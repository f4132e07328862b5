"""The rep snoozes the reminder of a call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time

from sqlalchemy.orm import Session

from handlers.call.deal_search import ACTIVE, LIST_LENGTH, find_by_customer
from handlers.call.name_and_time import split_name_and_time
from handlers.call.scheduling import OwnDeal, own_deal
from handlers.deal.facts import facts
from handlers.deal.planning import plan_reminders
from handlers.deal.reminder_facts import working_time
from handlers.errors import NotNowError
from handlers.method.customers import customer_key
from handlers.method.offered_times import HOUR, Snooze, snoozed_until
from handlers.method.reminders_due import Kind
from handlers.method.stages import CALL_TO_MAKE
from handlers.method.time_parsing.resolve import is_time_span, resolve_time
from handlers.method.working_time import WorkingTime
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.deals import DealChoice, DealFacts
from handlers.screens.reminders import MovedReminder, ReminderSnoozed, SnoozeScreen
from storage import audit_log, deals, outbox_reminders
from storage.models import Deal

SNOOZES_BEFORE_COACHING = 2
MORNING = time(9, 0)
"""The time of a day that is given without one."""


@dataclass(frozen=True, slots=True)
class SnoozeChosen:
    """The rep snoozed a reminder. The event key identifies the reminder, the content what they chose for it."""

    caller: Caller
    deal_id: int
    snooze: Snooze


@dataclass(frozen=True, slots=True)
class SnoozeTyped:
    """The rep typed until when to snooze."""

    caller: Caller
    deal_id: int
    typed: str


@dataclass(frozen=True, slots=True)
class SnoozeCommand:
    """The rep typed a part of a customer's name, a time, both, or nothing."""

    caller: Caller
    typed: str


def snooze(session: Session, request: SnoozeChosen, now: datetime) -> ReminderSnoozed:
    """Remind later. The second snooze answers the fear of the call, once per deal (M1.1).

    Raises `NotNowError` if there is no call to be reminded of, or it is scheduled.
    """
    own = _open_own_deal(session, open_request(session, request.caller, now), request.deal_id, now)
    until = snoozed_until(request.snooze, now, own.work)
    snoozed = _snooze(session, own, until, now, is_span=request.snooze is Snooze.HOUR)
    return replace(snoozed, moved=_moved(own.work, now + HOUR)) if request.snooze is Snooze.HOUR else snoozed


def snooze_until_typed(session: Session, request: SnoozeTyped, now: datetime) -> ReminderSnoozed:
    """Remind at the typed time, in the rep's zone, or at their next working hour after it.

    Raises `InvalidEntryError` if the time is invalid, and `NotNowError` as `snooze` does.
    """
    own = _open_own_deal(session, open_request(session, request.caller, now), request.deal_id, now)
    return _snooze_until(session, own, request.typed, now)


def snooze_command(
    session: Session, request: SnoozeCommand, now: datetime
) -> ReminderSnoozed | SnoozeScreen | DealChoice:
    """Snooze the deal that the command names, else the only one, else the one that the rep was last reminded of.

    Without a time the rep is asked for one; if several deals match, they are asked which. Raises as
    `snooze_until_typed`, and `NotNowError` if no deal matches or no call is to be made.
    """
    opened = open_request(session, request.caller, now)
    active = deals.of_rep(session, opened.person.id, ACTIVE)
    name, when = split_name_and_time(request.typed, {customer_key(deal.customer) for deal in active})
    named = find_by_customer(session, opened, name, ACTIVE) if name else None
    if when:  # refused before it is asked which deal
        resolve_time(when, now, working_time(opened.person, opened.tenant), a_day_means=MORNING, quoted=True)
    found = named or _last_reminded(session, opened, active, now)
    if not isinstance(found, Deal):
        return DealChoice(name, "snooze", found, when)
    own = _open_own_deal(session, opened, found.id, now)
    if not when:
        return SnoozeScreen(facts(own.deal), zone=own.local.key)
    return _snooze_until(session, own, when, now)


def ask_until(session: Session, request: DealRequest, now: datetime) -> SnoozeScreen:
    """The form for the time. Changes nothing. Raises `NotNowError` as `snooze` does."""
    own = _open_own_deal(session, open_request(session, request.caller, now), request.deal_id, now)
    return SnoozeScreen(facts(own.deal), zone=own.local.key)


def _last_reminded(
    session: Session, opened: OpenedRequest, active: Iterable[Deal], now: datetime
) -> Deal | tuple[DealFacts, ...]:
    """The only deal that awaits a call, else the one that the rep was last reminded of, else all of them."""
    waiting = {deal.id: deal for deal in active if _awaits_call(deal, now)}
    if not waiting:
        raise NotNowError("refusal.nothing_to_snooze")
    if len(waiting) > 1:
        last = outbox_reminders.last_reminded_deal(session, opened.person.id, tuple(waiting), Kind.CALL)
        waiting = waiting if last is None else {last: waiting[last]}
    found = tuple(waiting.values())
    return found[0] if len(found) == 1 else tuple(facts(deal) for deal in found[:LIST_LENGTH])


def _awaits_call(deal: Deal, now: datetime) -> bool:
    return deal.stage in CALL_TO_MAKE and (deal.call_at is None or deal.call_at <= now)


def _snooze_until(session: Session, own: OwnDeal, typed: str, now: datetime) -> ReminderSnoozed:
    """Remind again at the typed time, or at the rep's next working hour after it."""
    read = resolve_time(typed, now, own.work, a_day_means=MORNING)
    snoozed = _snooze(session, own, own.work.next(read.at), now, is_span=is_time_span(typed))
    return replace(snoozed, moved=_moved(own.work, read.at), otherwise=read.otherwise)


def _moved(work: WorkingTime, asked: datetime) -> MovedReminder | None:
    """Why a reminder does not come at the time that was asked for; None if it does."""
    why = work.time_off(asked)
    return None if why is None else MovedReminder(asked.astimezone(work.local), why, work.hours, work.away_until)


def _open_own_deal(session: Session, opened: OpenedRequest, deal_id: int, now: datetime) -> OwnDeal:
    """The caller's deal. Raises `NotNowError` if there is no reminder to snooze."""
    own = own_deal(session, opened, deal_id)
    deal = own.deal
    if deal.stage not in CALL_TO_MAKE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    if deal.call_at is not None and deal.call_at > now:
        raise NotNowError("refusal.call_is_planned", customer=deal.customer)
    return own


def _snooze(session: Session, own: OwnDeal, until: datetime, now: datetime, *, is_span: bool) -> ReminderSnoozed:
    """Snooze until then. A time of day is recorded with its zone: it moves with the rep (`deal.zone_changes`)."""
    deal, by = own.deal, own.opened.person.id
    if own.opened.repeated:
        return ReminderSnoozed(facts(deal), deal.snoozed_until or until, coaches=False)
    said_in = {} if is_span else {"zone": own.local.key}
    again = bool(own.opened.earlier)  # another button of the same reminder puts it off to another time, not once more
    audit_log.record(
        session, deal.id, by, "snooze_changed" if again else "snoozed", now, until=until.isoformat(), **said_in
    )
    deal.snoozed_until = until
    plan_reminders(session, deal, now)
    coaches = audit_log.count(session, deal.id, "snoozed") >= SNOOZES_BEFORE_COACHING and not was_coached(session, deal)
    if coaches:
        audit_log.record(session, deal.id, None, "coached", now)
    return ReminderSnoozed(facts(deal), until, coaches)


def was_coached(session: Session, deal: Deal) -> bool:
    """Whether the rep was coached about this call before."""
    return audit_log.count(session, deal.id, "coached") > 0
