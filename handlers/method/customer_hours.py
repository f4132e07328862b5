"""When to call a customer in another time zone: in the rep's working time, not before their 9:00."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.method.contact_details import DAY_STARTS, reachable
from handlers.method.offered_times import Offer, OfferedTime
from handlers.method.working_time import WorkingTime

MAX_DAYS = 10
"""In so many days there is a common working day, or the two have no working hours in common."""


def first_common(at: datetime, work: WorkingTime, theirs: ZoneInfo | None) -> datetime | None:
    """Return the first moment from `at` on when the rep works and the customer can be called, in UTC.

    Without a zone of theirs the rep's working time counts. None if the two never coincide.
    """
    until = at + timedelta(days=MAX_DAYS)
    found = work.next(at)
    while theirs is not None and not reachable(found, theirs):
        if found > until:
            return None
        found = work.next(_next_morning(found, theirs))
    return found


def offers_in_their_day(
    offers: tuple[OfferedTime, ...], now: datetime, work: WorkingTime, theirs: ZoneInfo | None
) -> tuple[OfferedTime, ...]:
    """Return the offered times, each moved to when the customer can be called. If they have no hours in common with the
    rep, their next morning is offered: somebody has to bend."""
    if theirs is None:
        return offers
    found: dict[datetime, Offer] = {}
    for offer in offers:
        at = offer.at if reachable(offer.at, theirs) else first_common(offer.at, work, theirs)
        if at is not None and at.astimezone(UTC) not in found:
            moved = at.astimezone(UTC) != offer.at.astimezone(UTC) and offer.offer is Offer.HOUR
            found[at.astimezone(UTC)] = Offer.TODAY if moved else offer.offer
    if not found:
        found[_next_morning(now, theirs)] = Offer.MORNING
    today = now.astimezone(work.local).date()
    kinds = set[Offer]()
    listed: list[OfferedTime] = []
    for at, kind in sorted(found.items()):
        if kind not in kinds:
            kinds.add(kind)
            local = at.astimezone(work.local)
            listed.append(OfferedTime(kind, local, (local.date() - today).days))
    return tuple(listed)


def _next_morning(after: datetime, theirs: ZoneInfo) -> datetime:
    """The first 9:00 of a weekday in that zone after the moment, in UTC."""
    day = after.astimezone(theirs).date()
    while True:
        at = datetime.combine(day, DAY_STARTS, tzinfo=theirs)
        if at > after and reachable(at, theirs):
            return at.astimezone(UTC)
        day += timedelta(days=1)
