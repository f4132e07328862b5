"""The rep plans the call, puts it at another time, or takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.call.card_actions import DealRequest
from handlers.deal.facts import facts, owned
from handlers.deal.planning import accept_deal, plan
from handlers.deal.reminder_facts import working_time
from handlers.errors import NotNowError
from handlers.method.offered_times import call_offers
from handlers.method.stages import CALL_TO_MAKE, Stage
from handlers.method.time_parsing.resolve import MAX_AHEAD, format_moment, resolve_time
from handlers.method.working_time import WorkingTime
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.reminders import CallPlanned, ScheduleScreen
from storage import audit_log
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class CallTyped:
    """The rep typed when they will call."""

    caller: Caller
    deal_id: int
    typed: str


@dataclass(frozen=True, slots=True)
class CallChosen:
    """The rep tapped one of the times that were offered."""

    caller: Caller
    deal_id: int
    at: datetime


class HeldCall(NamedTuple):
    """A deal of the caller's own, and when they work."""

    arrival: OpenedRequest
    deal: Deal
    work: WorkingTime

    @property
    def local(self) -> ZoneInfo:
        """The rep's clocks."""
        return self.work.local


def ask(session: Session, request: DealRequest, now: datetime) -> ScheduleScreen:
    """When will the call be? Changes nothing. Raises `NotNowError` once the call has begun."""
    held = _held(session, request.caller, request.deal_id, now)
    _may_be_planned(held.deal)
    planned = held.deal.call_at
    return ScheduleScreen(
        facts(held.deal),
        offers=tuple(offered for offered in call_offers(now, held.work) if offered.at != planned),
        planned=None if planned is None else format_moment(planned.astimezone(held.local)),
        zone=held.local.key,
    )


def save_typed(session: Session, request: CallTyped, now: datetime) -> CallPlanned:
    """Plan the call for what was typed, read in the rep's zone.

    Raises `InvalidEntryError` when that cannot be taken, `NotNowError` once the call has begun.
    """
    held = _held(session, request.caller, request.deal_id, now)
    if not held.arrival.repeated:
        _may_be_planned(held.deal)
        _put_at(session, held, resolve_time(request.typed, now, held.local), now)
    return _planned(held)


def choose(session: Session, request: CallChosen, now: datetime) -> CallPlanned:
    """Plan the call for a time that was offered. Raises `NotNowError` when it is over, or once the call has begun."""
    held = _held(session, request.caller, request.deal_id, now)
    if not held.arrival.repeated:
        _may_be_planned(held.deal)
        if not now < request.at <= now + MAX_AHEAD:
            raise NotNowError("refusal.when_past")
        _put_at(session, held, request.at, now)
    return _planned(held)


def unschedule(session: Session, request: DealRequest, now: datetime) -> CallPlanned:
    """There is no time for the call any more: it is to be made, as before."""
    held = _held(session, request.caller, request.deal_id, now)
    deal = held.deal
    if not held.arrival.repeated and deal.stage == Stage.SCHEDULED:
        deal.stage, deal.stage_since, deal.call_at, deal.snoozed_until = Stage.OPEN, now, None, None
        audit_log.record(session, deal.id, held.arrival.person.id, "unscheduled", now)
        plan(session, deal, now)
    return _planned(held)


def held_by(session: Session, arrival: OpenedRequest, deal_id: int) -> HeldCall:
    """The deal, for its owner. Raises `NoSuchDealError`, `NotYoursError`."""
    deal = owned(session, arrival, deal_id)
    return HeldCall(arrival, deal, working_time(deal.owner, arrival.tenant))


def _held(session: Session, caller: Caller, deal_id: int, now: datetime) -> HeldCall:
    return held_by(session, open_request(session, caller, now), deal_id)


def _may_be_planned(deal: Deal) -> None:
    if deal.stage not in CALL_TO_MAKE | {Stage.SIGHTED}:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)


def _put_at(session: Session, held: HeldCall, at: datetime, now: datetime) -> None:
    """Give the call its time. Whoever plans it says with that that it is a deal."""
    deal, by = held.deal, held.arrival.person.id
    at = at.astimezone(UTC)
    if deal.call_at == at:
        return
    accept_deal(session, deal, by, now)
    if deal.call_at is None:
        audit_log.record(session, deal.id, by, "scheduled", now, call_at=at.isoformat())
    else:
        audit_log.record(session, deal.id, by, "rescheduled", now, call_at=at.isoformat())
    deal.stage, deal.stage_since, deal.call_at, deal.snoozed_until = Stage.SCHEDULED, now, at, None
    plan(session, deal, now)


def _planned(held: HeldCall) -> CallPlanned:
    at = held.deal.call_at
    return CallPlanned(facts(held.deal), None if at is None else format_moment(at.astimezone(held.local)))
