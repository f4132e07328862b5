"""The days that a win summary covers, and when the next one of a channel is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SUMMARY_TIME = time(9, 0)
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

    def plans(self, posted_on: date, period: Period) -> bool:
        """Whether it is this schedule that has the period summed up on that day."""
        return self.is_posting_day(posted_on) and self.covers(posted_on) == period


_PERIODS = {
    "today": (Span.DAY, False),
    "yesterday": (Span.DAY, True),
    "week": (Span.WEEK, False),
    "this week": (Span.WEEK, False),
    "last week": (Span.WEEK, True),
    "month": (Span.MONTH, False),
    "this month": (Span.MONTH, False),
    "last month": (Span.MONTH, True),
}
"""Each period that can be asked for, and whether it is the one before the present one."""
_SCHEDULES = {"daily": Span.DAY, "weekly": Span.WEEK, "monthly": Span.MONTH}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR = re.compile(r"(?P<hour>\d{1,2})(?::00)?\s?(?P<half>am|pm)?")
_FILLERS = frozenset({"at", "on", "every", "the"})
_DAY_OF_MONTH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)")


def read_period(typed: str, today: date) -> Period | None:
    """The period that somebody typed: `today`, `yesterday`, `week`, `this week`, `last month`; None if it is none."""
    asked = _PERIODS.get(" ".join(typed.casefold().split()))
    if asked is None:
        return None
    span, before = asked
    period = period_of(span, today)
    return period.before() if before else period


@dataclass(frozen=True, slots=True)
class TypedSchedule:
    """A schedule that somebody typed; `zone` is what they typed as a time zone, empty if nothing."""

    schedule: Schedule
    zone: str = ""


def read_schedule(typed: str) -> TypedSchedule | None:
    """Read `daily at 8`, `weekly on Friday 4pm` or `monthly on the 3rd at 9 Europe/Berlin`; None if it is none.

    What is not said is as without settings: nine o'clock, Monday, the first of the month.
    """
    verb, *words = typed.split() or [""]
    span = _SCHEDULES.get(verb.casefold())
    if span is None:
        return None
    day, hour, zone = (1 if span is Span.MONTH else 0), SUMMARY_TIME.hour, ""
    for word in words:
        said = word.casefold().rstrip(",")
        weekday = next((n for n, name in enumerate(_WEEKDAYS) if len(said) > 2 and name.startswith(said)), None)
        if said in _FILLERS:
            continue
        if span is Span.WEEK and weekday is not None:
            day = weekday
        elif span is Span.MONTH and (found := _DAY_OF_MONTH.fullmatch(said)) is not None:
            day = int(found["day"])
        elif (found := _HOUR.fullmatch(said)) is not None and (hours := _hour(found)) is not None:
            hour = hours
        elif "/" in word or said == "utc":
            zone = word
        else:
            return None
    if span is Span.MONTH and not 1 <= day <= LAST_DAY_OF_MONTH:
        return None
    return TypedSchedule(Schedule(span, day, time(hour)), zone)


def _hour(found: re.Match[str]) -> int | None:
    hour, half = int(found["hour"]), found["half"]
    if half is None:
        return hour if hour < 24 else None
    return hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else None
