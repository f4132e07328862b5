"""What a rep will be reminded of, and what they say to that: not now, not of this, not at all, at these hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.card_actions import DealRequest
from handlers.deal.facts import facts, owned
from handlers.deal.planning import plan_reminders
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.errors import InvalidEntryError
from handlers.method.reminders_due import DueReason, Kind
from handlers.method.stages import NOT_STOOD_BY
from handlers.method.time_parsing.resolve import format_day, resolve_day
from handlers.method.working_time import WorkingTime
from handlers.reminders.replanning import replan
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.deals import DealFacts
from handlers.screens.reminders import Planned, RemindersScreen
from prompts.cadence import WEEKDAYS, format_days, format_hours, parse_days, parse_hours
from storage import audit_log, deals, outbox_reminders
from storage.models import Deal, OutboxRow

MOST_SHOWN = 10
MOST_STOPPED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RemindersRequest:
    """Somebody wants to know, or taps what shall hold from now on."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class HoursSaved:
    """The form as it was saved. `days` are names of `WEEKDAYS`; `away` is a day in words, empty for not away."""

    caller: Caller
    hours: str
    days: frozenset[str]
    away: str


def show(session: Session, request: RemindersRequest, now: datetime) -> RemindersScreen:
    """The rep's own reminders, the next first."""
    return _screen(session, open_request(session, request.caller, now), now)


def opt_out(session: Session, request: RemindersRequest, now: datetime) -> RemindersScreen:
    """No reminder of anything any more. What waits is cancelled; the card still shows each deal."""
    return _opt(session, request, now, reminded=False)


def opt_in(session: Session, request: RemindersRequest, now: datetime) -> RemindersScreen:
    """Reminders again, planned from what is open now."""
    return _opt(session, request, now, reminded=True)


def stop(session: Session, request: DealRequest, now: datetime) -> RemindersScreen:
    """No reminder of this deal any more. Raises `NoSuchDealError`, `NotYoursError`."""
    return _screen(session, _wanted(session, request, now, reminded=False)[0], now)


def stop_from_reminder(session: Session, request: DealRequest, now: datetime) -> DealFacts:
    """As `stop`, and what a screen says of the deal."""
    return facts(_wanted(session, request, now, reminded=False)[1])


def resume(session: Session, request: DealRequest, now: datetime) -> RemindersScreen:
    """Reminders of this deal again. Raises `NoSuchDealError`, `NotYoursError`."""
    return _screen(session, _wanted(session, request, now, reminded=True)[0], now)


def save_hours(session: Session, request: HoursSaved, now: datetime) -> RemindersScreen:
    """Working hours, working days, and until when the rep is away; everything that waits is planned anew.

    Hours and days that are the workspace's stay the workspace's. Raises `InvalidEntryError` for what cannot be read.
    """
    arrival = open_request(session, request.caller, now)
    if arrival.repeated:
        return _screen(session, arrival, now)
    person, cadence = arrival.person, cadence_for(arrival.tenant)
    try:
        hours = parse_hours(request.hours)
    except ValueError as error:
        raise InvalidEntryError("hours", "refusal.hours") from error
    named = [day for day in WEEKDAYS if day in request.days]
    if not named:
        raise InvalidEntryError("days", "refusal.days")
    days = parse_days(" ".join(named))
    back = None
    local = working_time(person, arrival.tenant).local
    if request.away.strip():
        still = person.away_until is not None and request.away.strip() == format_day(person.away_until)
        back = person.away_until if still else resolve_day(request.away, now, local)
    person.hours = None if hours == cadence.hours else format_hours(hours)
    person.days = None if days == cadence.days else format_days(days)
    person.away_until = back
    replan(session, person, now)
    return _screen(session, arrival, now)


def _opt(session: Session, request: RemindersRequest, now: datetime, *, reminded: bool) -> RemindersScreen:
    arrival = open_request(session, request.caller, now)
    if not arrival.repeated and arrival.person.reminded != reminded:
        arrival.person.reminded = reminded
        if reminded:
            replan(session, arrival.person, now)
        else:
            waiting = outbox_reminders.waiting_for(session, arrival.person.id, tuple(Kind))
            outbox_reminders.cancel(session, waiting, reason="the rep wants no reminders", now=now)
    return _screen(session, arrival, now)


def _wanted(session: Session, request: DealRequest, now: datetime, *, reminded: bool) -> tuple[OpenedRequest, Deal]:
    """The deal, with what its rep wants from now on."""
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    if not arrival.repeated and deal.reminded != reminded:
        deal.reminded = reminded
        if reminded:
            audit_log.record(session, deal.id, arrival.person.id, "reminders_on", now)
        else:
            audit_log.record(session, deal.id, arrival.person.id, "reminders_off", now)
        plan_reminders(session, deal, now)
    return arrival, deal


def _screen(session: Session, arrival: OpenedRequest, now: datetime) -> RemindersScreen:
    session.flush()
    person = arrival.person
    work = working_time(person, arrival.tenant)
    rows = _one_digest_a_day(outbox_reminders.waiting_for(session, person.id, tuple(Kind)), work)
    back = person.away_until
    away = back is not None and back > now.astimezone(work.local).date()
    stopped = [deal for deal in outbox_reminders.deals_of(session, person.id, NOT_STOOD_BY) if not deal.reminded]
    return RemindersScreen(
        planned=tuple(planned(session, row) for row in rows[:MOST_SHOWN]),
        total=len(rows),
        reminded=person.reminded,
        hours=format_hours(work.hours),
        days=format_days(work.days),
        away_until=format_day(back) if away and back is not None else None,
        zone=work.local.key,
        stopped=tuple(facts(deal) for deal in stopped[:MOST_STOPPED_SHOWN]),
    )


def _one_digest_a_day(rows: Sequence[OutboxRow], work: WorkingTime) -> list[OutboxRow]:
    """Without the digests that another one of the same day will stand for."""
    shown: list[OutboxRow] = []
    days: set[datetime] = set()
    for row in rows:
        if row.kind == Kind.DIGEST:
            start, _ = work.day_of(row.due_at)
            if start in days:
                continue
            days.add(start)
        shown.append(row)
    return shown


def planned(session: Session, row: OutboxRow) -> Planned:
    """A row of the outbox that is a reminder, for a person."""
    deal = deals.find(session, row.deal_id) if row.deal_id is not None else None
    why = DueReason(row.payload["why"]) if "why" in row.payload else DueReason.DAILY
    return Planned(None if deal is None else facts(deal), Kind(row.kind), why, row.due_at)
