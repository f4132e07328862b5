"""Times offered as buttons: for the call, and for snoozing a reminder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from handlers.method.time_parsing.resolve import local_moment
from handlers.method.working_time import WorkingTime

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
QUARTER, FIVE = 15, 5
"""Minutes: offered times are whole quarters of an hour, or of five minutes when the working day is nearly over."""
LATE_TODAY = time(16, 0)
MORNING = time(9, 0)
AFTERNOON = time(14, 0)
MAX_OFFERS = 3
"""The length of a row of buttons."""


class Offer(StrEnum):
    """A time offered for the call."""

    HOUR = "hour"
    TODAY = "today"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class OfferedTime(NamedTuple):
    """An offer, its moment (in the rep's zone), and the number of days until then."""

    offer: Offer
    at: datetime
    days: int


class Snooze(StrEnum):
    """How long a reminder is snoozed."""

    HOUR = "hour"
    AFTERNOON = "afternoon"
    TOMORROW = "tomorrow"


def call_offers(now: datetime, work: WorkingTime) -> tuple[OfferedTime, ...]:
    """Return up to three times for the call, the earliest first, in working hours (M1.1).

    The first is today whenever the person still works today.
    """
    local = work.local
    local_now = now.astimezone(local)
    offers: list[tuple[Offer, datetime | None]] = list(_offers_today(now, work))
    day = work.day_after(local_now.date())
    for offer, at in ((Offer.MORNING, MORNING), (Offer.AFTERNOON, AFTERNOON)):
        offers.append((offer, local_moment(day, at, now, local)))
    found = [(offer, at.astimezone(local)) for offer, at in offers if at is not None]
    return tuple(OfferedTime(offer, at, (at.date() - local_now.date()).days) for offer, at in found[:MAX_OFFERS])


def _offers_today(now: datetime, work: WorkingTime) -> Iterator[tuple[Offer, datetime]]:
    """In an hour, and late in the day; before work, when it begins; in its last hour, what is left of it."""
    today = now.astimezone(work.local).date()
    soon = _round_up(now + HOUR, QUARTER)
    late = local_moment(today, LATE_TODAY, now, work.local)
    if work.includes(soon):
        yield Offer.HOUR, soon
        if late is not None and late >= soon + HOUR and work.includes(late):
            yield Offer.TODAY, late
        return
    starts = work.next(now)
    morning = local_moment(today, MORNING, now, work.local)
    opening = [at for at in (morning, _round_up(starts, QUARTER)) if at is not None and at >= starts > now]
    left = [_round_up(now + wait * MINUTE, wait) for wait in (QUARTER, FIVE)]
    for at in (*opening, *left):
        if work.includes(at) and at.astimezone(work.local).date() == today:
            yield Offer.TODAY, at
            return


def snooze_choices(now: datetime, work: WorkingTime) -> tuple[Snooze, ...]:
    """Return the choices for snoozing; "this afternoon" only until an hour before it begins."""
    local_now = now.astimezone(work.local)
    before_noon = work.works_on(local_now.date()) and local_now.time() < time(AFTERNOON.hour - 1)
    return (Snooze.HOUR, Snooze.AFTERNOON, Snooze.TOMORROW) if before_noon else (Snooze.HOUR, Snooze.TOMORROW)


def snoozed_until(snooze: Snooze, now: datetime, work: WorkingTime) -> datetime:
    """Return when a reminder snoozed at `now` is due again, in UTC: later than `now`, in working hours."""
    match snooze:
        case Snooze.HOUR:
            until = now + HOUR
        case Snooze.AFTERNOON:
            until = max(now + HOUR, _at(now.astimezone(work.local), AFTERNOON))
        case Snooze.TOMORROW:
            until = work.on(work.day_after(now.astimezone(work.local).date()), MORNING)
    return work.next(until)


def _round_up(moment: datetime, minutes: int) -> datetime:
    whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
    if whole < moment:
        whole += MINUTE
    return whole + -whole.minute % minutes * MINUTE


def _at(day: datetime, at: time) -> datetime:
    return datetime.combine(day.date(), at, tzinfo=day.tzinfo)
