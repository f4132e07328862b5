"""The days that a win summary covers, and when the next one of a channel is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.method.time_zones import SUMMARY_TIME

DAY, WEEK = timedelta(days=1), timedelta(days=7)
SATURDAY = 5
LAST_DAY_OF_MONTH = 28
"""The latest day on which a monthly summary can be posted: every month has it."""


class Span(StrEnum):
    """How often a channel gets a summary, and how many days one covers."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` up to, but not including, `end`."""

    span: Span
    first: date
    end: date

    def moments(self, local: ZoneInfo) -> tuple[datetime, datetime]:
        """Its begin and its end in a time zone: midnights, whatever the clocks do on those days."""
        return (
            datetime.combine(self.first, time.min, tzinfo=local),
            datetime.combine(self.end, time.min, tzinfo=local),
        )

    def before(self) -> Period:
        """The one to compare it with: the calendar month before, or as many days before."""
        if self.span is Span.MONTH:
            return period_of(Span.MONTH, self.first - DAY)
        return Period(self.span, self.first - (self.end - self.first), self.first)

    def includes(self, day: date) -> bool:
        """Whether it covers the day."""
        return self.first <= day < self.end


def period_of(span: Span, day: date) -> Period:
    """The day, the week from Monday to Sunday, or the calendar month that the day is in."""
    if span is Span.DAY:
        return Period(span, day, day + DAY)
    if span is Span.WEEK:
        monday = day - day.weekday() * DAY
        return Period(span, monday, monday + WEEK)
    first = day.replace(day=1)
    return Period(span, first, (first + 31 * DAY).replace(day=1))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel's summaries are posted: without settings of its own, every Monday at 9:00.

    `day` is the weekday of a weekly one (0 is Monday) or the day of the month (1 to 28) of a monthly one. Daily ones
    are posted from Monday to Friday.
    """

    span: Span = Span.WEEK
    day: int = 0
    at: time = SUMMARY_TIME

    def is_posting_day(self, day: date) -> bool:
        """Whether a summary is posted on the day."""
        match self.span:
            case Span.DAY:
                return day.weekday() < SATURDAY
            case Span.WEEK:
                return day.weekday() == self.day
            case Span.MONTH:
                return day.day == self.day

    def moment(self, day: date, local: ZoneInfo) -> datetime:
        """When the summary of a posting day is due, in UTC."""
        return datetime.combine(day, self.at, tzinfo=local).astimezone(UTC)

    def next_day(self, after: datetime, local: ZoneInfo) -> date:
        """The first posting day whose summary is due after this moment."""
        day = after.astimezone(local).date()
        while not self.is_posting_day(day) or self.moment(day, local) <= after:
            day += DAY
        return day

    def day_before(self, day: date) -> date:
        """The posting day before this one."""
        day -= DAY
        while not self.is_posting_day(day):
            day -= DAY
        return day

    def covers(self, posted_on: date) -> Period:
        """What the summary of a posting day covers: the days since the one before, or the calendar month before.

        No win is told twice, and none is left out: Monday's daily summary has the weekend's.
        """
        if self.span is Span.MONTH:
            return period_of(Span.MONTH, posted_on).before()
        return Period(self.span, self.day_before(posted_on), posted_on)
