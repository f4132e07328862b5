"""A rep's reminders and settings: stop for a deal, opt out, working hours, days away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover.away import absence_changed
from handlers.deal.absence import absence_of
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.planning import plan_reminders
from handlers.deal.reminder_facts import cadence_for, reminders_of_deal, working_time
from handlers.errors import InvalidEntryError
from handlers.method.reminder_profiles import ReminderProfile, known_profile
from handlers.method.reminders_due import DueReason, Kind, latest_digest
from handlers.method.stages import NOT_STOOD_BY
from handlers.method.time_parsing.resolve import format_day, resolve_day
from handlers.method.working_time import WorkingTime
from handlers.reminders.compose_digest import SETTLED
from handlers.reminders.replanning import replan, replan_kept
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.deals import DealFacts
from handlers.screens.reminders import Planned, RemindersScreen
from prompts.cadence import WEEKDAYS, format_days, format_hours, parse_days, parse_hours
from storage import audit_log, deals, outbox_reminders
from storage.models import Deal, OutboxRow

MOST_SHOWN = 10
MOST_STOPPED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RemindersRequest:
    """A rep opens their reminders, or opts in or out."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class HoursSaved:
    """The submitted form. `days` are names of `WEEKDAYS`; `away` is a day as typed, empty if not away."""

    caller: Caller
    hours: str
    days: frozenset[str]
    away: str


@dataclass(frozen=True, slots=True)
class ProfileChosen:
    """A rep says how many reminders they want."""

    caller: Caller
    profile: ReminderProfile


def show(session: Session, request: RemindersRequest, now: datetime) -> RemindersScreen:
    """The rep's reminders, the next first."""
    return _screen(session, open_request(session, request.caller, now), now)


def opt_out(session: Session, request: RemindersRequest, now: datetime) -> RemindersScreen:
    """Stop all reminders and cancel the queued ones. Cards still show each deal."""
    return _set_reminded(session, request, now, reminded=False)


def opt_in(session: Session, request: RemindersRequest, now: datetime) -> RemindersScreen:
    """Turn reminders on again, planned from what is open now."""
    return _set_reminded(session, request, now, reminded=True)


def choose_profile(session: Session, request: ProfileChosen, now: datetime) -> RemindersScreen:
    """Store how many reminders the rep wants, and plan theirs anew."""
    opened = open_request(session, request.caller, now)
    if not opened.repeated and opened.person.reminder_profile != request.profile:
        opened.person.reminder_profile = request.profile
        replan(session, opened.person, now)
    return _screen(session, opened, now)


def stop(session: Session, request: DealRequest, now: datetime) -> RemindersScreen:
    """Stop reminders of this deal. Raises `NoSuchDealError`, `NotYoursError`."""
    return _screen(session, _set_deal_reminders(session, request, now, reminded=False)[0], now)


def stop_from_reminder(session: Session, request: DealRequest, now: datetime) -> DealFacts:
    """Like `stop`, but return the deal's facts."""
    return facts(_set_deal_reminders(session, request, now, reminded=False)[1])


def resume(session: Session, request: DealRequest, now: datetime) -> RemindersScreen:
    """Turn reminders of this deal on again. Raises `NoSuchDealError`, `NotYoursError`."""
    return _screen(session, _set_deal_reminders(session, request, now, reminded=True)[0], now)


def save_hours(session: Session, request: HoursSaved, now: datetime) -> RemindersScreen:
    """Store working hours, working days, and the day the rep is back; replan their reminders.

    Hours and days equal to the workspace's keep following the workspace. Raises `InvalidEntryError` for entries that
    cannot be parsed.
    """
    opened = open_request(session, request.caller, now)
    if opened.repeated:
        return _screen(session, opened, now)
    person, cadence = opened.person, cadence_for(opened.tenant)
    try:
        hours = parse_hours(request.hours)
    except ValueError as error:
        raise InvalidEntryError("hours", "refusal.hours") from error
    named = [day for day in WEEKDAYS if day in request.days]
    if not named:
        raise InvalidEntryError("days", "refusal.days")
    days = parse_days(" ".join(named))
    back = None
    work = working_time(person, opened.tenant)
    if request.away.strip():
        unchanged = person.away_until is not None and request.away.strip() == format_day(person.away_until)
        back = person.away_until if unchanged else resolve_day(request.away, now, work)
    before = absence_of(person, opened.tenant, now)
    person.hours = None if hours == cadence.hours else format_hours(hours)
    person.days = None if days == cadence.days else format_days(days)
    person.away_until = back
    replan(session, person, now)
    absence_changed(session, person, opened.tenant, before, absence_of(person, opened.tenant, now), now)
    return _screen(session, opened, now)


def _set_reminded(session: Session, request: RemindersRequest, now: datetime, *, reminded: bool) -> RemindersScreen:
    opened = open_request(session, request.caller, now)
    if not opened.repeated and opened.person.reminded != reminded:
        opened.person.reminded = reminded
        if reminded:
            replan(session, opened.person, now)
        else:
            waiting = outbox_reminders.queued_for(session, opened.person.id, tuple(Kind))
            outbox_reminders.cancel(session, waiting, reason="the rep wants no reminders", now=now)
            replan_kept(session, opened.person, now)
    return _screen(session, opened, now)


def _set_deal_reminders(
    session: Session, request: DealRequest, now: datetime, *, reminded: bool
) -> tuple[OpenedRequest, Deal]:
    """Store whether the rep wants reminders of the deal; returns the request and the deal."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated and deal.reminded != reminded:
        deal.reminded = reminded
        if reminded:
            audit_log.record(session, deal.id, opened.person.id, "reminders_on", now)
        else:
            audit_log.record(session, deal.id, opened.person.id, "reminders_off", now)
        plan_reminders(session, deal, now)
    return opened, deal


def _screen(session: Session, opened: OpenedRequest, now: datetime) -> RemindersScreen:
    session.flush()
    person = opened.person
    work = working_time(person, opened.tenant)
    rows = _one_digest_a_day(outbox_reminders.queued_for(session, person.id, tuple(Kind)), work)
    back = person.away_until
    away = back is not None and back > now.astimezone(work.local).date()
    stopped = [deal for deal in outbox_reminders.deals_of(session, person.id, NOT_STOOD_BY) if not deal.reminded]
    return RemindersScreen(
        planned=tuple(planned_reminder(session, row) for row in rows[:MOST_SHOWN]),
        total=len(rows),
        reminded=person.reminded,
        hours=format_hours(work.hours),
        days=format_days(work.days),
        away_until=format_day(back) if away and back is not None else None,
        zone=work.local.key,
        stopped=tuple(facts(deal) for deal in stopped[:MOST_STOPPED_SHOWN]),
        profile=known_profile(person.reminder_profile),
        silent=tuple(facts(deal) for deal in _silent(session, opened, now)[:MOST_STOPPED_SHOWN]),
    )


def _silent(session: Session, opened: OpenedRequest, now: datetime) -> list[Deal]:
    """The deals that wait for the rep, and that no reminder is planned for any more."""
    found = []
    for deal in outbox_reminders.deals_of(session, opened.person.id, SETTLED):
        reminders = reminders_of_deal(session, deal, opened.tenant, now)
        if latest_digest(reminders, now) is not None and all(each.at <= now for each in reminders):
            found.append(deal)
    return found


def _one_digest_a_day(rows: Sequence[OutboxRow], work: WorkingTime) -> list[OutboxRow]:
    """The rows with at most one digest per day: those of one day are merged when sent."""
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


def planned_reminder(session: Session, row: OutboxRow) -> Planned:
    """An outbox row of a reminder as the rep sees it."""
    deal = deals.find(session, row.deal_id) if row.deal_id is not None else None
    why = DueReason(row.payload["why"]) if "why" in row.payload else DueReason.DAILY
    return Planned(None if deal is None else facts(deal), Kind(row.kind), why, row.due_at)
