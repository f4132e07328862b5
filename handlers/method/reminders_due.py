"""The reminders that a deal needs, when and why: from the deal, its rep's working time and the cadence.

    call to be made   nudge after some working hours, nudge next morning, then the daily digest (M1.1, sooner by M1.4)
    call planned      a reminder before it, a question after it, and then as above
    on the call       next morning when the read-back is half finished, then the digest (M4.2)
    aligned           the recap the same day, then the digest (M6.1)
    recap sent        did corrections come (M6.3); promises with a day, before it and on it; the customer's updates
                      (M3.1); a look back (M1.5)
    completed         the referrals that were earned (M5.2); a look back

There is no clock and no database here. The list does not depend on `now`, except for recurring reminders, of which only
the next is returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.method.customer_hours import first_common
from handlers.method.stages import CALL_TO_MAKE, Stage
from handlers.method.urgency import Level, urgency
from handlers.method.working_time import A_DAY, WorkingTime
from prompts.cadence import Cadence


class Kind(StrEnum):
    """The kind of a reminder. The values are kinds of the outbox."""

    CALL = "reminder"
    CALL_SOON = "call_soon"
    CALL_OVER = "call_over"
    READ_BACK = "read_back_open"
    RECAP = "recap_due"
    CORRECTIONS = "corrections"
    PROMISE = "promise"
    UPDATE = "update"
    REFERRAL = "referral_due"
    LOOK_BACK = "look_back"
    DIGEST = "digest"


class DueReason(StrEnum):
    """The reason for the time of a reminder; each has a text, `reminders.why_...`."""

    HOURS = "hours"
    URGENT = "urgent"
    PUT_OFF = "put_off"
    TRY_AGAIN = "try_again"
    MORNING = "morning"
    BEFORE = "before"
    AFTER = "after"
    HALF_DONE = "half_done"
    SAME_DAY = "same_day"
    SILENCE = "silence"
    DAY_NEAR = "day_near"
    DAY_COME = "day_come"
    AGREED_OFTEN = "agreed_often"
    EARNED = "earned"
    LOOK_BACK = "look_back"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Promise:
    """An active statement, and the date in it."""

    statement_id: int
    day: date


@dataclass(frozen=True, slots=True)
class DealSnapshot:
    """The facts of a deal that reminders depend on. `quiet`: it is in doubt, or the rep stopped its reminders."""

    stage: Stage
    since: datetime
    closed_at: datetime
    sellers: int | None = None
    call_at: datetime | None = None
    snoozed_until: datetime | None = None
    theirs: ZoneInfo | None = None
    """The time zone of the customer who is called, if it is known."""
    tried: bool = False
    """Whether `snoozed_until` is when to try again to reach the customer."""
    recap_sent_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    update_every: str | None = None
    """How often the customer wants updates: `day`, `week` or `month`; None for only when there are issues."""
    referral_agreed: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder: its kind, time (UTC) and reason. `of` identifies it among those of its kind and deal, and is stable.

    `nth` counts the nudges for one call from 1; `statement_id` is that of a promise.
    """

    kind: Kind
    at: datetime
    why: DueReason
    of: str
    nth: int = 0
    statement_id: int | None = None


def due_reminders(
    deal: DealSnapshot, reminded: bool, work: WorkingTime, cadence: Cadence, now: datetime
) -> list[DueReminder]:
    """Return the reminders of the deal, past ones included, by time. `reminded`: the rep wants reminders."""
    if deal.quiet or not reminded:
        return []
    return sorted(_due(deal, work, cadence, now), key=lambda each: (each.at, each.kind))


def _due(deal: DealSnapshot, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[DueReminder]:
    if deal.stage in CALL_TO_MAKE:
        yield from _call(deal, work, cadence, now)
    elif deal.stage is Stage.IN_CALL:
        at = work.morning_after(deal.since)
        yield DueReminder(Kind.READ_BACK, at, DueReason.HALF_DONE, _name(deal.since))
        yield _digest(work, at, now)
    elif deal.stage is Stage.ALIGNED:
        at = _same_day(deal.since, work, cadence)
        yield DueReminder(Kind.RECAP, at, DueReason.SAME_DAY, _name(deal.since))
        yield _digest(work, at, now)
    elif deal.stage in (Stage.RECAPPED, Stage.DELIVERING):
        yield from _delivering(deal, work, cadence, now)
    elif deal.stage is Stage.COMPLETED and deal.referral_agreed:
        day = work.day_after(_day(deal.since, work), cadence.referral_after_days)
        yield DueReminder(Kind.REFERRAL, work.on(day, work.hours.starts), DueReason.EARNED, _name(deal.since))
    if deal.stage in (Stage.RECAPPED, Stage.DELIVERING, Stage.COMPLETED):
        yield from _looking_back(deal, work, cadence)


def _call(deal: DealSnapshot, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[DueReminder]:
    """Two nudges, then the digest. A planned call has no nudge before its time."""
    asked = deal.since
    if deal.call_at is not None:
        asked = deal.call_at
        before, after = timedelta(minutes=cadence.minutes_before), timedelta(minutes=cadence.minutes_after)
        # The rep chose this time, so the reminder before it comes even outside working hours.
        yield DueReminder(Kind.CALL_SOON, deal.call_at - before, DueReason.BEFORE, _name(asked))
        yield DueReminder(Kind.CALL_OVER, work.next(deal.call_at + after), DueReason.AFTER, _name(asked))
    if deal.snoozed_until is not None:
        asked, first = deal.snoozed_until, work.next(deal.snoozed_until)
        why = DueReason.TRY_AGAIN if deal.tried else DueReason.PUT_OFF
    else:
        level = urgency(deal.closed_at, asked, deal.sellers).level
        first = work.after(asked, timedelta(hours=_first_hours(level, cadence)))
        why = DueReason.HOURS if level is Level.TODAY else DueReason.URGENT
    first = first_common(first, work, deal.theirs) or first
    second = work.morning_after(first)
    second = first_common(second, work, deal.theirs) or second
    yield DueReminder(Kind.CALL, first, why, f"{_name(asked)} 1", nth=1)
    yield DueReminder(Kind.CALL, second, DueReason.MORNING, f"{_name(asked)} 2", nth=2)
    yield _digest(work, second, now)


def _first_hours(level: Level, cadence: Cadence) -> int:
    match level:
        case Level.TODAY:
            return cadence.fresh_hours
        case Level.SOON_BLURRED:
            return cadence.several_sellers_hours
        case Level.BLURRED:
            return cadence.blurred_hours


def _digest(work: WorkingTime, after: datetime, now: datetime) -> DueReminder:
    """The next digest with a deal whose own reminders end at `after`."""
    first = work.morning_after(after)
    at = first if first > now else work.next(now) if not work.includes(now) else work.morning_after(now)
    return DueReminder(Kind.DIGEST, at, DueReason.DAILY, _day(at, work).isoformat())


def _same_day(since: datetime, work: WorkingTime, cadence: Cadence) -> datetime:
    """The time of the recap on the day of the call, but at least an hour after the call."""
    due_at = datetime.combine(_day(since, work), cadence.recap_due_at, tzinfo=work.local).astimezone(UTC)
    return work.next(max(due_at, since + timedelta(hours=1)))


def _delivering(deal: DealSnapshot, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[DueReminder]:
    sent = deal.recap_sent_at or deal.since
    day = work.day_after(_day(sent, work), cadence.corrections_after_days)
    yield DueReminder(Kind.CORRECTIONS, work.on(day, work.hours.starts), DueReason.SILENCE, _name(sent))
    for promise in deal.promises:
        near = work.day_after(promise.day, -cadence.promise_days_before)
        name = f"{promise.statement_id} {promise.day.isoformat()}"
        for on, why in ((near, DueReason.DAY_NEAR), (promise.day, DueReason.DAY_COME)):
            at = _on_or_before(on, work)
            yield DueReminder(Kind.PROMISE, at, why, f"{name} {why}", statement_id=promise.statement_id)
    if deal.update_every is not None:
        yield _update(sent, cadence.update_days[deal.update_every], work, now)


def _on_or_before(day: date, work: WorkingTime) -> datetime:
    """The start of work on that day, on the last working day before a day off, or on the day of return."""
    present = replace(work, away_until=None)
    return work.on(day if present.works_on(day) else present.day_after(day, -1), work.hours.starts)


def _update(sent: datetime, every: int, work: WorkingTime, now: datetime) -> DueReminder:
    """The next update promised to the customer; one on a day off moves to the next working day."""
    today, first = _day(now, work), _day(sent, work)
    passed = max((today - first).days // every, 0)
    while True:
        passed += 1
        day = first + passed * every * A_DAY
        at = work.on(day, work.hours.starts)
        if at > now:
            return DueReminder(Kind.UPDATE, at, DueReason.AGREED_OFTEN, _day(at, work).isoformat())


def _looking_back(deal: DealSnapshot, work: WorkingTime, cadence: Cadence) -> Iterator[DueReminder]:
    sent = deal.recap_sent_at or deal.since
    for days in cadence.look_back_days:
        at = work.on(_day(sent, work) + days * A_DAY, work.hours.starts)
        yield DueReminder(Kind.LOOK_BACK, at, DueReason.LOOK_BACK, f"{_name(sent)} {days}", nth=days)


def _day(moment: datetime, work: WorkingTime) -> date:
    return moment.astimezone(work.local).date()


def _name(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
