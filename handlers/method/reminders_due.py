"""What is due of a deal, when and why: every reminder there is, from the deal, its rep's working time and the cadence.

    call to be made   nudge after some working hours, nudge next morning, then the daily digest (M1.1, sooner by M1.4)
    call planned      a word before it, a question after it, and then as above
    on the call       next morning when the read-back is half finished, then the digest (M4.2)
    aligned           the recap the same day, then the digest (M6.1)
    recap sent        did corrections come (M6.3); promises with a day, before it and on it; the customer's updates
                      (M3.1); a look back (M1.5)
    completed         the referrals that were earned (M5.2); a look back

Nothing here looks at a clock or a database. The same deal gives the same list at any `now`, but for what comes again
and again: of that, the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from handlers.method.stages import CALL_TO_MAKE, Stage
from handlers.method.urgency import Level, urgency
from handlers.method.working_time import A_DAY, WorkingTime
from prompts.cadence import Cadence


class Kind(StrEnum):
    """What a reminder is. The values are kinds of the outbox."""

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


class Why(StrEnum):
    """Why it comes just then; each is a wording, `reminders.why_...`."""

    HOURS = "hours"
    URGENT = "urgent"
    PUT_OFF = "put_off"
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
    """A statement that stands, and the day that it names."""

    statement_id: int
    day: date


@dataclass(frozen=True, slots=True)
class DealNow:
    """What reminders depend on of a deal. `quiet`: it is in doubt, or the rep wants none of it."""

    stage: Stage
    since: datetime
    closed_at: datetime
    sellers: int | None = None
    call_at: datetime | None = None
    snoozed_until: datetime | None = None
    recap_sent_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    update_every: str | None = None
    """The unit of time of the customer's updates: `day`, `week` or `month`; None for on issues only."""
    referral_agreed: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder: what, when (UTC), why. `of` tells it from every other of its kind and deal, and stays its name.

    `nth` counts the nudges to one call from 1; `statement_id` is that of a promise.
    """

    kind: Kind
    at: datetime
    why: Why
    of: str
    nth: int = 0
    statement_id: int | None = None


def due(deal: DealNow, reminded: bool, work: WorkingTime, cadence: Cadence, now: datetime) -> list[Due]:
    """All that is due of the deal, what is over included, by time. `reminded`: the rep wants to be reminded."""
    if deal.quiet or not reminded:
        return []
    return sorted(_due(deal, work, cadence, now), key=lambda each: (each.at, each.kind))


def _due(deal: DealNow, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[Due]:
    if deal.stage in CALL_TO_MAKE:
        yield from _call(deal, work, cadence, now)
    elif deal.stage is Stage.IN_CALL:
        at = work.morning_after(deal.since)
        yield Due(Kind.READ_BACK, at, Why.HALF_DONE, _name(deal.since))
        yield _digest(work, at, now)
    elif deal.stage is Stage.ALIGNED:
        at = _same_day(deal.since, work, cadence)
        yield Due(Kind.RECAP, at, Why.SAME_DAY, _name(deal.since))
        yield _digest(work, at, now)
    elif deal.stage in (Stage.RECAPPED, Stage.DELIVERING):
        yield from _delivering(deal, work, cadence, now)
    elif deal.stage is Stage.COMPLETED and deal.referral_agreed:
        day = work.day_after(_day(deal.since, work), cadence.referral_after_days)
        yield Due(Kind.REFERRAL, work.on(day, work.hours.starts), Why.EARNED, _name(deal.since))
    if deal.stage in (Stage.RECAPPED, Stage.DELIVERING, Stage.COMPLETED):
        yield from _looking_back(deal, work, cadence)


def _call(deal: DealNow, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[Due]:
    """Two nudges, then the digest. While a call is planned nobody nudges before its time."""
    asked = deal.since
    if deal.call_at is not None:
        asked = deal.call_at
        before, after = timedelta(minutes=cadence.minutes_before), timedelta(minutes=cadence.minutes_after)
        # The rep named this hour, so the word before it comes whatever the hour is.
        yield Due(Kind.CALL_SOON, deal.call_at - before, Why.BEFORE, _name(asked))
        yield Due(Kind.CALL_OVER, work.next(deal.call_at + after), Why.AFTER, _name(asked))
    if deal.snoozed_until is not None:
        asked, first, why = deal.snoozed_until, work.next(deal.snoozed_until), Why.PUT_OFF
    else:
        level = urgency(deal.closed_at, asked, deal.sellers).level
        first = work.after(asked, timedelta(hours=_first_hours(level, cadence)))
        why = Why.HOURS if level is Level.TODAY else Why.URGENT
    second = work.morning_after(first)
    yield Due(Kind.CALL, first, why, f"{_name(asked)} 1", nth=1)
    yield Due(Kind.CALL, second, Why.MORNING, f"{_name(asked)} 2", nth=2)
    yield _digest(work, second, now)


def _first_hours(level: Level, cadence: Cadence) -> int:
    match level:
        case Level.TODAY:
            return cadence.fresh_hours
        case Level.SOON_BLURRED:
            return cadence.several_sellers_hours
        case Level.BLURRED:
            return cadence.blurred_hours


def _digest(work: WorkingTime, after: datetime, now: datetime) -> Due:
    """The next digest that tells of a deal whose own reminders are over at `after`."""
    first = work.morning_after(after)
    at = first if first > now else work.next(now) if not work.holds(now) else work.morning_after(now)
    return Due(Kind.DIGEST, at, Why.DAILY, _day(at, work).isoformat())


def _same_day(since: datetime, work: WorkingTime, cadence: Cadence) -> datetime:
    """The hour of the recap on the day of the call; when that is less than an hour away, an hour later."""
    due_at = datetime.combine(_day(since, work), cadence.recap_due_at, tzinfo=work.local).astimezone(UTC)
    return work.next(max(due_at, since + timedelta(hours=1)))


def _delivering(deal: DealNow, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[Due]:
    sent = deal.recap_sent_at or deal.since
    day = work.day_after(_day(sent, work), cadence.corrections_after_days)
    yield Due(Kind.CORRECTIONS, work.on(day, work.hours.starts), Why.SILENCE, _name(sent))
    for promise in deal.promises:
        near = work.day_after(promise.day, -cadence.promise_days_before)
        name = f"{promise.statement_id} {promise.day.isoformat()}"
        for on, why in ((near, Why.DAY_NEAR), (promise.day, Why.DAY_COME)):
            at = _on_or_before(on, work)
            yield Due(Kind.PROMISE, at, why, f"{name} {why}", statement_id=promise.statement_id)
    if deal.update_every is not None:
        yield _update(sent, cadence.update_days[deal.update_every], work, now)


def _on_or_before(day: date, work: WorkingTime) -> datetime:
    """When they begin on that day, on the last working day before a free one, or when they are back."""
    here = replace(work, away_until=None)
    return work.on(day if here.works_on(day) else here.day_after(day, -1), work.hours.starts)


def _update(sent: datetime, every: int, work: WorkingTime, now: datetime) -> Due:
    """The next update that the customer was promised; one whose day is free comes on the next working day."""
    today, first = _day(now, work), _day(sent, work)
    passed = max((today - first).days // every, 0)
    while True:
        passed += 1
        day = first + passed * every * A_DAY
        at = work.on(day, work.hours.starts)
        if at > now:
            return Due(Kind.UPDATE, at, Why.AGREED_OFTEN, _day(at, work).isoformat())


def _looking_back(deal: DealNow, work: WorkingTime, cadence: Cadence) -> Iterator[Due]:
    sent = deal.recap_sent_at or deal.since
    for days in cadence.look_back_days:
        at = work.on(_day(sent, work) + days * A_DAY, work.hours.starts)
        yield Due(Kind.LOOK_BACK, at, Why.LOOK_BACK, f"{_name(sent)} {days}", nth=days)


def _day(moment: datetime, work: WorkingTime) -> date:
    return moment.astimezone(work.local).date()


def _name(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
