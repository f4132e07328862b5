"""Times offered as buttons: for the call, and for snoozing a reminder."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from handlers.method.time_parsing.resolve import local_moment
from handlers.method.working_time import WorkingTime

HOUR = timedelta(hours=1)
QUARTER = 15
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
    """Return up to three times for the call, the earliest first, in working hours (M1.1)."""
    local = work.local
    local_now = now.astimezone(local)
    soon = _next_quarter(now + HOUR)
    offers: list[tuple[Offer, datetime | None]] = []
    if work.includes(soon):
        offers.append((Offer.HOUR, soon))
        late = local_moment(local_now.date(), LATE_TODAY, now, local)
        if late is not None and late >= soon + HOUR:
            offers.append((Offer.TODAY, late))
    day = work.day_after(local_now.date())
    for offer, at in ((Offer.MORNING, MORNING), (Offer.AFTERNOON, AFTERNOON)):
        offers.append((offer, local_moment(day, at, now, local)))
    found = [(offer, at.astimezone(local)) for offer, at in offers if at is not None]
    return tuple(OfferedTime(offer, at, (at.date() - local_now.date()).days) for offer, at in found[:MAX_OFFERS])


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


def _next_quarter(moment: datetime) -> datetime:
    whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
    if whole < moment:
        whole += timedelta(minutes=1)
    return whole + timedelta(minutes=-whole.minute % QUARTER)


def _at(day: datetime, at: time) -> datetime:
    return datetime.combine(day.date(), at, tzinfo=day.tzinfo)
