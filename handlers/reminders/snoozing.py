"""The rep puts off being reminded of a call that is to be made."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from handlers.call.card_actions import DealRequest
from handlers.call.deal_search import IN_HAND, LIST_LENGTH, find_one
from handlers.call.scheduling import HeldCall, held_by
from handlers.deal.facts import facts
from handlers.deal.planning import plan_reminders
from handlers.errors import NotNowError
from handlers.method.customers import customer_key
from handlers.method.offered_times import Snooze, snoozed_until
from handlers.method.reminders_due import Kind
from handlers.method.stages import CALL_TO_MAKE
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.method.time_parsing.resolve import is_time_phrase, resolve_time
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.deals import DealChoice, DealFacts
from handlers.screens.reminders import ReminderPutOff, SnoozeScreen
from storage import audit_log, deals, outbox_reminders
from storage.models import Deal

SNOOZES_BEFORE_COACHING = 2
MORNING = time(9, 0)
"""A day that is named without a time."""


@dataclass(frozen=True, slots=True)
class SnoozeChosen:
    """The rep put a reminder off. The caller's event key names the reminder: each can be put off once."""

    caller: Caller
    deal_id: int
    snooze: Snooze


@dataclass(frozen=True, slots=True)
class SnoozeTyped:
    """The rep typed until when a reminder is put off."""

    caller: Caller
    deal_id: int
    typed: str


@dataclass(frozen=True, slots=True)
class SnoozeCommand:
    """The rep typed what may be a part of a customer's name, until when, both, or nothing."""

    caller: Caller
    typed: str


def snooze(session: Session, request: SnoozeChosen, now: datetime) -> ReminderPutOff:
    """Remind later. The second time the fear of the call is answered, once for the life of the deal (M1.1).

    Raises `NotNowError` when there is nothing to be reminded of any more, or the call has a time.
    """
    held = _held(session, open_request(session, request.caller, now), request.deal_id, now)
    return _put_off(session, held, snoozed_until(request.snooze, now, held.work), now)


def snooze_until_typed(session: Session, request: SnoozeTyped, now: datetime) -> ReminderPutOff:
    """Remind at the time that was typed, read in the rep's zone, or when they are at work again after it.

    Raises `InvalidEntryError` when that cannot be taken, and `NotNowError` as `snooze` does.
    """
    held = _held(session, open_request(session, request.caller, now), request.deal_id, now)
    return _put_off(session, held, _until(request.typed, held, now), now)


def snooze_command(
    session: Session, request: SnoozeCommand, now: datetime
) -> ReminderPutOff | SnoozeScreen | DealChoice:
    """Remind later of the deal that is meant: by its customer, else the only one, else the one they were reminded of.

    Without a time it is asked for. When several deals may be meant, the rep is asked which. Raises as
    `snooze_until_typed`, and `NotNowError` when no deal fits or nobody is to be called.
    """
    arrival = open_request(session, request.caller, now)
    in_hand = deals.of_owner(session, arrival.person.id, IN_HAND)
    name, when = _parted(request.typed, {deal.customer_key for deal in in_hand})
    found = find_one(session, arrival, name, IN_HAND) if name else _last_reminded(session, arrival, in_hand, now)
    if not isinstance(found, Deal):
        return DealChoice(name, "snooze", found)
    held = _held(session, arrival, found.id, now)
    if not when:
        return SnoozeScreen(facts(held.deal), zone=held.local.key)
    return _put_off(session, held, _until(when, held, now), now)


def ask_until(session: Session, request: DealRequest, now: datetime) -> SnoozeScreen:
    """Until when? Changes nothing. Raises `NotNowError` as `snooze` does."""
    held = _held(session, open_request(session, request.caller, now), request.deal_id, now)
    return SnoozeScreen(facts(held.deal), zone=held.local.key)


def _parted(typed: str, customers: Collection[str]) -> tuple[str, str]:
    """The part that names a customer, and the rest that says a time; either may be empty."""
    words = typed.split()
    for at in range(len(words)):
        name, when = " ".join(words[:at]), " ".join(words[at:])
        if len(when) > MAX_LENGTH or not is_time_phrase(when):
            continue
        if not name or any(customer_key(name) in customer for customer in customers):
            return name, when
    return typed.strip(), ""


def _last_reminded(
    session: Session, arrival: OpenedRequest, in_hand: Iterable[Deal], now: datetime
) -> Deal | tuple[DealFacts, ...]:
    """The deal of which a reminder can be put off; of several the one that they were reminded of last, if any."""
    waiting = {deal.id: deal for deal in in_hand if _waits(deal, now)}
    if not waiting:
        raise NotNowError("refusal.nothing_to_snooze")
    if len(waiting) > 1:
        last = outbox_reminders.deal_reminded_last(session, arrival.person.id, tuple(waiting), Kind.CALL)
        waiting = waiting if last is None else {last: waiting[last]}
    found = tuple(waiting.values())
    return found[0] if len(found) == 1 else tuple(facts(deal) for deal in found[:LIST_LENGTH])


def _waits(deal: Deal, now: datetime) -> bool:
    return deal.stage in CALL_TO_MAKE and (deal.call_at is None or deal.call_at <= now)


def _until(typed: str, held: HeldCall, now: datetime) -> datetime:
    """When the reminder comes again: at the time that was typed, or when they are at work again after it."""
    return held.work.next(resolve_time(typed, now, held.local, a_day_means=MORNING))


def _held(session: Session, arrival: OpenedRequest, deal_id: int, now: datetime) -> HeldCall:
    """The deal with its owner, if there is a reminder to put off."""
    held = held_by(session, arrival, deal_id)
    deal = held.deal
    if deal.stage not in CALL_TO_MAKE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    if deal.call_at is not None and deal.call_at > now:
        raise NotNowError("refusal.call_is_planned", customer=deal.customer)
    return held


def _put_off(session: Session, held: HeldCall, until: datetime, now: datetime) -> ReminderPutOff:
    deal, by = held.deal, held.arrival.person.id
    if held.arrival.repeated:
        return ReminderPutOff(facts(deal), until, coaches=False)
    audit_log.record(session, deal.id, by, "snoozed", now, until=until.isoformat())
    deal.snoozed_until = until
    plan_reminders(session, deal, now)
    coaches = audit_log.count(session, deal.id, "snoozed") >= SNOOZES_BEFORE_COACHING and not coached(session, deal)
    if coaches:
        audit_log.record(session, deal.id, None, "coached", now)
    return ReminderPutOff(facts(deal), until, coaches)


def coached(session: Session, deal: Deal) -> bool:
    """Whether the fear of this call was answered before."""
    return audit_log.count(session, deal.id, "coached") > 0
