"""A person's working time: hours and days in their time zone, without public holidays and days away.

All moments are aware. This module alone defines what happens when clocks change: a skipped hour is no working hour, a
repeated hour counts twice, and a skipped time of day means the same time by the old clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.method.public_holidays import country_of, public_holidays
from prompts.cadence import Cadence, Hours

A_DAY = timedelta(days=1)
MAX_SEARCH_DAYS = 400
"""Days. If no working day is found within them, because every one is a holiday, holidays are ignored."""


class TimeOff(StrEnum):
    """Why somebody does not work at a moment."""

    EARLY = "early"
    LATE = "late"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """One person's working time. In `days`, Monday is 0. `away_until` is the day on which they return."""

    local: ZoneInfo
    hours: Hours
    days: frozenset[int]
    country: str | None = None
    away_until: date | None = None

    @classmethod
    def default(cls, local: ZoneInfo, cadence: Cadence) -> WorkingTime:
        """Return the working time of a person without settings."""
        return cls(local, cadence.hours, cadence.days, country_of(cadence.holidays, local.key))

    def works_on(self, day: date) -> bool:
        """Whether `day` is a working day."""
        if day.weekday() not in self.days or (self.away_until is not None and day < self.away_until):
            return False
        return self.country is None or day not in public_holidays(self.country, day.year)

    def includes(self, moment: datetime) -> bool:
        """Whether the person works at that moment."""
        local = moment.astimezone(self.local)
        return self.works_on(local.date()) and self.hours.starts <= local.time() < self.hours.ends

    def time_off(self, moment: datetime) -> TimeOff | None:
        """Why the person does not work at that moment; None if they do."""
        local = moment.astimezone(self.local)
        if self.includes(moment):
            return None
        if self.away_until is not None and local.date() < self.away_until:
            return TimeOff.AWAY
        if local.weekday() not in self.days:
            return TimeOff.DAY_OFF
        if not self.works_on(local.date()):
            return TimeOff.HOLIDAY
        return TimeOff.EARLY if local.time() < self.hours.starts else TimeOff.LATE

    def next(self, moment: datetime) -> datetime:
        """Return `moment` if it is working time, else the next start of work, in UTC."""
        if self.includes(moment):
            return moment.astimezone(UTC)
        day = moment.astimezone(self.local).date()
        day = day if self.away_until is None else max(day, self.away_until)
        for ahead in range(MAX_SEARCH_DAYS):
            for begin in self._starts_on(day + ahead * A_DAY):
                if begin > moment:
                    return begin
        return self._without_holidays().next(moment)

    def after(self, moment: datetime, work: timedelta) -> datetime:
        """Return when `work` has been worked after `moment`, in UTC; a start of the next day, not an end of one."""
        at = self.next(moment)
        while at + work >= (until := self._end_of_work(at)):
            work -= until - at
            at = self.next(until)
        return at + work

    def day_after(self, day: date, count: int = 1) -> date:
        """Return the working day `count` working days after `day`; before it, when `count` is negative.

        Days away count only forward: they do not move a day that lies before a due date.
        """
        if count < 0 and self.away_until is not None:
            return replace(self, away_until=None).day_after(day, count)
        if self.away_until is not None:
            day = max(day, self.away_until - A_DAY)
        step = A_DAY if count > 0 else -A_DAY
        left, searched = abs(count), 0
        while left:
            day, searched = day + step, searched + 1
            left -= self.works_on(day) or searched > MAX_SEARCH_DAYS
        return day

    def morning_after(self, moment: datetime) -> datetime:
        """Return the start of work on the next working day after `moment`, in UTC."""
        return self.on(self.day_after(moment.astimezone(self.local).date()), self.hours.starts)

    def on(self, day: date, clock: time) -> datetime:
        """Return `clock` on `day` if it is working time, else the next working time, in UTC."""
        return self.next(datetime.combine(day, clock, tzinfo=self.local).astimezone(UTC))

    def day_of(self, moment: datetime) -> tuple[datetime, datetime]:
        """Return the first moment of the local day of `moment`, and that of the next day, in UTC."""
        day = moment.astimezone(self.local).date()
        start, end = (datetime.combine(each, time.min, tzinfo=self.local) for each in (day, day + A_DAY))
        return start.astimezone(UTC), end.astimezone(UTC)

    def _starts_on(self, day: date) -> list[datetime]:
        """The starts of work on that day: two where the clocks go back over that time, none on a day off."""
        start = datetime.combine(day, self.hours.starts, tzinfo=self.local)
        moments = {start.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
        return sorted(moment for moment in moments if self.includes(moment))

    def _end_of_work(self, moment: datetime) -> datetime:
        """The end of the working hours that include `moment`, in UTC."""
        local = moment.astimezone(self.local)
        ends = datetime.combine(local.date(), self.hours.ends, tzinfo=self.local)
        moments = (ends.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return min(end for end in moments if end > moment)

    def _without_holidays(self) -> WorkingTime:
        if self.country is None:
            raise ValueError("there is no working day in the week")
        return replace(self, country=None)
