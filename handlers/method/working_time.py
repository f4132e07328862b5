"""When somebody works: hours and days on their own clocks, without public holidays and the days they are away.

All moments are aware. What clocks do twice a year is defined here, and here alone: an hour that is skipped is nobody's
working hour, one that comes twice counts twice, and a time of day that is skipped means the same time by the old clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.method.public_holidays import country_of, public_holidays
from prompts.cadence import Cadence, Hours

A_DAY = timedelta(days=1)
LONGEST_SEARCH = 400
"""Days. Nobody is free for so long; whoever is, by holidays on each of their working days, works on holidays."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """One person's working time. `days`: Monday is 0. `away_until`: the day on which they are back."""

    local: ZoneInfo
    hours: Hours
    days: frozenset[int]
    country: str | None = None
    away_until: date | None = None

    @classmethod
    def usual(cls, local: ZoneInfo, cadence: Cadence) -> WorkingTime:
        """That of somebody who set nothing of their own."""
        return cls(local, cadence.hours, cadence.days, country_of(cadence.holidays, local.key))

    def works_on(self, day: date) -> bool:
        """Whether it is a working day."""
        if day.weekday() not in self.days or (self.away_until is not None and day < self.away_until):
            return False
        return self.country is None or day not in public_holidays(self.country, day.year)

    def holds(self, moment: datetime) -> bool:
        """Whether they are at work then."""
        there = moment.astimezone(self.local)
        return self.works_on(there.date()) and self.hours.starts <= there.time() < self.hours.ends

    def next(self, moment: datetime) -> datetime:
        """`moment` when they are at work then, else the next time that they begin, in UTC."""
        if self.holds(moment):
            return moment.astimezone(UTC)
        day = moment.astimezone(self.local).date()
        day = day if self.away_until is None else max(day, self.away_until)
        for ahead in range(LONGEST_SEARCH):
            for begin in self._begins(day + ahead * A_DAY):
                if begin > moment:
                    return begin
        return self._whatever_the_holidays().next(moment)

    def after(self, moment: datetime, work: timedelta) -> datetime:
        """When they have worked for so long after `moment`, in UTC; never at the end of a day, but on the next one."""
        at = self.next(moment)
        while at + work >= (until := self._until(at)):
            work -= until - at
            at = self.next(until)
        return at + work

    def day_after(self, day: date, count: int = 1) -> date:
        """The working day that is `count` working days after `day`; before it, when `count` is negative.

        Being away counts only for what is to come: the day that something was due before does not move with it.
        """
        if count < 0 and self.away_until is not None:
            return replace(self, away_until=None).day_after(day, count)
        if self.away_until is not None:
            day = max(day, self.away_until - A_DAY)
        step = A_DAY if count > 0 else -A_DAY
        left, searched = abs(count), 0
        while left:
            day, searched = day + step, searched + 1
            left -= self.works_on(day) or searched > LONGEST_SEARCH
        return day

    def morning_after(self, moment: datetime) -> datetime:
        """When they begin on the next working day after that of `moment`, in UTC."""
        return self.on(self.day_after(moment.astimezone(self.local).date()), self.hours.starts)

    def on(self, day: date, clock: time) -> datetime:
        """The first time that clocks show `clock` on `day`, or the next working time after it, in UTC."""
        return self.next(datetime.combine(day, clock, tzinfo=self.local).astimezone(UTC))

    def day_of(self, moment: datetime) -> tuple[datetime, datetime]:
        """The local day that `moment` lies in: its first moment, and the first of the next one, in UTC."""
        day = moment.astimezone(self.local).date()
        start, end = (datetime.combine(each, time.min, tzinfo=self.local) for each in (day, day + A_DAY))
        return start.astimezone(UTC), end.astimezone(UTC)

    def _begins(self, day: date) -> list[datetime]:
        """When they begin on that day; twice where the clocks go back over that time, never on a free day."""
        there = datetime.combine(day, self.hours.starts, tzinfo=self.local)
        moments = {there.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
        return sorted(moment for moment in moments if self.holds(moment))

    def _until(self, moment: datetime) -> datetime:
        """When the stretch of work ends that `moment` lies in, in UTC."""
        there = moment.astimezone(self.local)
        ends = datetime.combine(there.date(), self.hours.ends, tzinfo=self.local)
        moments = (ends.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return min(end for end in moments if end > moment)

    def _whatever_the_holidays(self) -> WorkingTime:
        if self.country is None:
            raise ValueError("a working week without a day")
        return replace(self, country=None)
