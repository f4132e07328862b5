"""The open promises of some deals that are due within a week, or that should have been kept before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from handlers.deal.promise_rows import PromiseRows
from handlers.deal.reminder_facts import agreed_among, dated_promises, recurring_among, working_time
from handlers.method.recurrence import occasions
from storage.models import Deal, Tenant

AHEAD = timedelta(days=7)
"""What is due within so many days counts."""
LOOKED_BACK = timedelta(days=7)
"""An occasion of a promise that recurs is overdue for so long; then the next one counts."""


class Due(NamedTuple):
    """A promise that is due on `day`, in the zone of the deal's rep."""

    day: date
    deal: Deal
    wording: str
    overdue: bool


def due_promises(found: Sequence[Deal], rows: PromiseRows, tenant: Tenant, now: datetime) -> list[Due]:
    """The open promises of these deals that are due by the end of the week, the oldest first."""
    due: list[Due] = []
    for deal in found:
        agreed = [each for each in agreed_among(rows.current[deal.id]) if each.id not in rows.outcomes]
        if not agreed:
            continue
        work = working_time(deal.current_rep, tenant)
        today = now.astimezone(work.local).date()
        days: dict[int, date] = dict(dated_promises(agreed, deal.closed_at.astimezone(work.local).date()))
        for each in recurring_among(rows.recurrence, deal, agreed, tenant):
            if each.statement_id in days:
                continue
            since = max(each.agreed_on, today - LOOKED_BACK)
            found_days = occasions(each.rule, each.agreed_on, each.recap_on, work, since)
            open_day = next(_open_days(found_days, each.done, each.moved, today + AHEAD), None)
            if open_day is not None:
                days[each.statement_id] = open_day
        due += [
            Due(days[each.id], deal, each.wording, overdue=days[each.id] < today)
            for each in agreed
            if each.id in days and days[each.id] <= today + AHEAD
        ]
    return sorted(due, key=lambda each: (each.day, each.deal.id))


def _open_days(days: Iterator[date], done: frozenset[date], moved: Mapping[date, date], until: date) -> Iterator[date]:
    """The occasions until then that nobody has settled, on the days to which they were put off."""
    for day in days:
        if day > until:
            return
        if day not in done:
            yield moved.get(day, day)
