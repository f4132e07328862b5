"""The rep schedules the call, reschedules it, or unschedules it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.call.deal_search import ACTIVE, DealSearch, continue_call, find_by_customer
from handlers.call.name_and_time import split_name_and_time
from handlers.deal.customer_zone import customer_zone
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.planning import accept_deal, plan_messages
from handlers.deal.reminder_facts import working_time
from handlers.errors import NotNowError
from handlers.method.contact_details import reachable
from handlers.method.customer_hours import offers_in_their_day
from handlers.method.customers import customer_key
from handlers.method.offered_times import HOUR, call_offers
from handlers.method.stages import CALL_TO_MAKE, Stage
from handlers.method.time_parsing.resolve import MAX_AHEAD, format_moment, is_at_once, resolve_time
from handlers.method.working_time import A_DAY, WorkingTime
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.call import CallScreen
from handlers.screens.deals import DealChoice
from handlers.screens.reminders import CallPlanned, ScheduleScreen
from storage import audit_log, deals
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class CallTyped:
    """The rep typed when they will call."""

    caller: Caller
    deal_id: int
    typed: str


@dataclass(frozen=True, slots=True)
class CallChosen:
    """The rep chose one of the offered times."""

    caller: Caller
    deal_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CallCommand:
    """The rep typed a part of a customer's name, and perhaps when they will call."""

    caller: Caller
    typed: str


class OwnDeal(NamedTuple):
    """A deal of the caller's, and when they work."""

    opened: OpenedRequest
    deal: Deal
    work: WorkingTime

    @property
    def local(self) -> ZoneInfo:
        """The rep's time zone."""
        return self.work.local


def show_times(session: Session, request: DealRequest, now: datetime) -> ScheduleScreen:
    """The form with offered times. Changes nothing. Raises `NotNowError` once the call has begun."""
    own = _open_own_deal(session, request.caller, request.deal_id, now)
    _require_schedulable(own.deal)
    planned = own.deal.call_at
    return ScheduleScreen(
        facts(own.deal),
        offers=tuple(
            offered
            for offered in offers_in_their_day(call_offers(now, own.work), now, own.work, customer_zone(own.deal))
            if offered.at != planned
        ),
        planned=None if planned is None else format_moment(planned.astimezone(own.local)),
        zone=own.local.key,
    )


def save_typed(session: Session, request: CallTyped, now: datetime) -> CallPlanned:
    """Schedule the call at the typed time, in the rep's zone.

    Raises `InvalidEntryError` if the time is invalid, `NotNowError` once the call has begun.
    """
    own = _open_own_deal(session, request.caller, request.deal_id, now)
    if own.opened.repeated:
        return _call_planned(own, now)
    _require_schedulable(own.deal)
    read = resolve_time(request.typed, now, own.work)
    _set_call_time(session, own, read.at, now)
    return _call_planned(own, now, read.otherwise)


def call_command(session: Session, request: CallCommand, now: datetime) -> CallScreen | CallPlanned | DealChoice:
    """The next step of the call with the matching customer; with a time other than now, schedule that call.

    Raises `NotNowError` if no deal matches, and as `save_typed`.
    """
    opened = open_request(session, request.caller, now)
    customers = {customer_key(deal.customer) for deal in deals.of_rep(session, opened.person.id, ACTIVE)}
    name, when = split_name_and_time(request.typed, customers)
    if not when or is_at_once(when):
        return continue_call(session, DealSearch(replace(request.caller, event_key=""), name), now)
    named = find_by_customer(session, opened, name, ACTIVE) if name else None
    read = resolve_time(when, now, working_time(opened.person, opened.tenant), quoted=True)
    found = named or find_by_customer(session, opened, name, ACTIVE)
    if not isinstance(found, Deal):
        return DealChoice(name, "call", found, when)
    own = own_deal(session, opened, found.id)
    if not opened.repeated:
        _require_schedulable(own.deal)
        _set_call_time(session, own, read.at, now)
    return _call_planned(own, now, read.otherwise)


def choose(session: Session, request: CallChosen, now: datetime) -> CallPlanned:
    """Schedule the call at an offered time. Raises `NotNowError` if it has passed, or once the call has begun."""
    own = _open_own_deal(session, request.caller, request.deal_id, now)
    if not own.opened.repeated:
        _require_schedulable(own.deal)
        if not now < request.at <= now + MAX_AHEAD:
            raise NotNowError("refusal.when_past")
        _set_call_time(session, own, request.at, now)
    return _call_planned(own, now)


def unschedule(session: Session, request: DealRequest, now: datetime) -> CallPlanned:
    """Remove the call's time: the call is to be made, as before."""
    own = _open_own_deal(session, request.caller, request.deal_id, now)
    deal = own.deal
    if not own.opened.repeated and deal.stage == Stage.SCHEDULED:
        deal.stage, deal.stage_since, deal.call_at, deal.snoozed_until = Stage.OPEN, now, None, None
        audit_log.record(session, deal.id, own.opened.person.id, "unscheduled", now)
        plan_messages(session, deal, now)
    return _call_planned(own, now)


def own_deal(session: Session, opened: OpenedRequest, deal_id: int) -> OwnDeal:
    """The deal, for its owner. Raises `NoSuchDealError`, `NotYoursError`."""
    deal = owned_deal(session, opened, deal_id)
    return OwnDeal(opened, deal, working_time(deal.current_rep, opened.tenant))


def _open_own_deal(session: Session, caller: Caller, deal_id: int, now: datetime) -> OwnDeal:
    return own_deal(session, open_request(session, caller, now), deal_id)


def _require_schedulable(deal: Deal) -> None:
    if deal.stage not in CALL_TO_MAKE | {Stage.SIGHTED}:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)


def _set_call_time(session: Session, own: OwnDeal, at: datetime, now: datetime) -> None:
    """Set the call's time. Scheduling the call confirms the deal."""
    deal, by = own.deal, own.opened.person.id
    at = at.astimezone(UTC)
    if deal.call_at == at:
        return
    accept_deal(session, deal, by, now)
    if deal.call_at is None:
        audit_log.record(session, deal.id, by, "scheduled", now, call_at=at.isoformat())
    else:
        audit_log.record(session, deal.id, by, "rescheduled", now, call_at=at.isoformat())
    deal.stage, deal.stage_since, deal.call_at, deal.snoozed_until = Stage.SCHEDULED, now, at, None
    plan_messages(session, deal, now)


def _call_planned(own: OwnDeal, now: datetime, otherwise: datetime | None = None) -> CallPlanned:
    """Confirms the time. More than a day after the close, what customers remember fades: an earlier one is offered."""
    at = own.deal.call_at
    if at is None:
        return CallPlanned(facts(own.deal), None)
    theirs = customer_zone(own.deal)
    there = None if theirs is None or reachable(at, theirs) else format_moment(at.astimezone(theirs))
    planned = CallPlanned(facts(own.deal), format_moment(at.astimezone(own.local)), otherwise, there=there)
    sooner = call_offers(now, own.work)[0]
    if at - own.deal.closed_at <= A_DAY or at < sooner.at + HOUR:
        return planned
    days = at.astimezone(own.local).date() - own.deal.closed_at.astimezone(own.local).date()
    return replace(planned, days_after_close=days.days, sooner=sooner)
