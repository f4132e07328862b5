"""The times that are offered at one tap: for the call, and for a reminder that comes too early."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from handlers.method.time_parsing.resolve import on_the_clock
from handlers.method.working_time import WorkingTime

AN_HOUR = timedelta(hours=1)
QUARTER = 15
LATE_TODAY = time(16, 0)
MORNING = time(9, 0)
AFTERNOON = time(14, 0)
MOST_OFFERED = 3
"""A row of buttons."""


class Offer(StrEnum):
    """What is offered for the call."""

    HOUR = "hour"
    TODAY = "today"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Offered(NamedTuple):
    """An offer, the moment that it means (in the rep's zone), and how many days ahead that is."""

    offer: Offer
    at: datetime
    days: int


class Snooze(StrEnum):
    """How long a reminder is put off."""

    HOUR = "hour"
    AFTERNOON = "afternoon"
    TOMORROW = "tomorrow"


def call_offers(now: datetime, work: WorkingTime) -> tuple[Offered, ...]:
    """Up to three times for the call, the earliest first: in working hours, the sooner the better (M1.1)."""
    local = work.local
    there = now.astimezone(local)
    soon = _next_quarter(now + AN_HOUR)
    offers: list[tuple[Offer, datetime | None]] = []
    if work.holds(soon):
        offers.append((Offer.HOUR, soon))
        late = on_the_clock(there.date(), LATE_TODAY, now, local)
        if late is not None and late >= soon + AN_HOUR:
            offers.append((Offer.TODAY, late))
    day = work.day_after(there.date())
    for offer, at in ((Offer.MORNING, MORNING), (Offer.AFTERNOON, AFTERNOON)):
        offers.append((offer, on_the_clock(day, at, now, local)))
    found = [(offer, at.astimezone(local)) for offer, at in offers if at is not None]
    return tuple(Offered(offer, at, (at.date() - there.date()).days) for offer, at in found[:MOST_OFFERED])


def snoozes(now: datetime, work: WorkingTime) -> tuple[Snooze, ...]:
    """What a reminder offers: the afternoon only while it is still to come."""
    there = now.astimezone(work.local)
    before_noon = work.works_on(there.date()) and there.time() < time(AFTERNOON.hour - 1)
    return (Snooze.HOUR, Snooze.AFTERNOON, Snooze.TOMORROW) if before_noon else (Snooze.HOUR, Snooze.TOMORROW)


def snoozed_until(snooze: Snooze, now: datetime, work: WorkingTime) -> datetime:
    """When a reminder that was put off at `now` comes again, in UTC: always later, always in working hours."""
    match snooze:
        case Snooze.HOUR:
            until = now + AN_HOUR
        case Snooze.AFTERNOON:
            until = max(now + AN_HOUR, _at(now.astimezone(work.local), AFTERNOON))
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
