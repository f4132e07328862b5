"""A promise that recurs, "every Thursday, until go-live": its rule, and the days on which it is due (M3.1).

Days are dates in the rep's zone. Monday is 0.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import count, takewhile
from typing import Any, Literal, Self

from handlers.method.working_time import A_DAY, WorkingTime

Unit = Literal["day", "week", "month"]
UNITS: dict[str, tuple[Unit, int]] = {
    "day": ("day", 1),
    "week": ("week", 1),
    "fortnight": ("week", 2),
    "month": ("month", 1),
    "two months": ("month", 2),
    "quarter": ("month", 3),
    "half year": ("month", 6),
    "year": ("month", 12),
}
"""The unit and interval of the names in measures.toml. Shorter times have no occasion in a calendar."""
A_WEEK = 7
LONGEST: dict[Unit, int] = {"day": 1, "week": A_WEEK, "month": 31}
"""Days."""
A_QUARTER = 3
"""Months."""
MAX_DAYS_AHEAD = 800
"""Days. A rule without an occasion within them has no other."""
LAST = -1
"""As the number of a day or of a weekday in a month."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often something was promised, at which time of day, from when and until when.

    It falls on `weekdays` of every `interval`th week, or on those whose number in the month is in `weeks`, or on `days`
    of every `interval`th month; or, with none of these, `times` per `interval` units, from a day that the agreement
    leaves open. With `workday` it is the first or the last working day of the month. `at` is a time of day, `after` and
    `before` are bounds of one. `starts` and `ends` are included; `lasts` is a number of units from the first day on.
    `from_event` and `until_event` are milestones of the deal, whose days another statement may name. `text` is as
    written.
    """

    text: str
    unit: Unit
    interval: int = 1
    times: int = 1
    weekdays: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    workday: bool = False
    at: time | None = None
    after: time | None = None
    before: time | None = None
    starts: date | None = None
    ends: date | None = None
    lasts: tuple[int, Unit] | None = None
    from_event: str | None = None
    until_event: str | None = None
    means: str | None = None
    """What is promised, as far as it can be told: a name of `means` in measures.toml."""

    @property
    def has_day(self) -> bool:
        """Whether the agreement names the day."""
        return bool(self.weekdays or self.days)

    @property
    def is_daily(self) -> bool:
        """Whether it falls on every working day, so that nothing moves from a day off to the next day."""
        return len(self.weekdays) >= 5 or (self.unit == "day" and self.interval == 1)

    def to_json(self) -> dict[str, Any]:
        """The rule as JSON (see `Measure`), without what is not said."""
        values: dict[str, Any] = {"what": WHAT, "text": self.text, "per": self.unit}
        values |= {name: getattr(self, name) for name in _COUNTS if getattr(self, name) != 1}
        values |= {name: list(getattr(self, name)) for name in _LISTS if getattr(self, name)}
        values |= {name: f"{getattr(self, name):%H:%M}" for name in _CLOCKS if getattr(self, name) is not None}
        values |= {name: getattr(self, name).isoformat() for name in _DATES if getattr(self, name) is not None}
        values |= {name: getattr(self, name) for name in _OTHERS if getattr(self, name)}
        return values | ({} if self.lasts is None else {"lasts": list(self.lasts)})

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The rule that `to_json` stored."""
        values: dict[str, Any] = {name: stored[name] for name in (*_COUNTS, *_OTHERS) if name in stored}
        values |= {name: tuple(stored[name]) for name in (*_LISTS, "lasts") if name in stored}
        values |= {name: time.fromisoformat(stored[name]) for name in _CLOCKS if name in stored}
        values |= {name: date.fromisoformat(stored[name]) for name in _DATES if name in stored}
        return cls(stored["text"], stored["per"], **values)


WHAT = "recurrence"
"""The kind of this measure."""
_COUNTS, _LISTS, _CLOCKS = ("interval", "times"), ("weekdays", "weeks", "days"), ("at", "after", "before")
_DATES, _OTHERS = ("starts", "ends"), ("from_event", "until_event", "workday", "means")


def with_milestones(rule: Recurrence, milestones: Mapping[str, date]) -> Recurrence | None:
    """The rule with the days of the milestones that are known; None while its first day is not.

    The end is open while the day of its last milestone is not known.
    """
    if rule.from_event is not None:
        begins = milestones.get(rule.from_event)
        if begins is None:
            return None
        rule = replace(rule, starts=max(begins + A_DAY, rule.starts or date.min))
    until = milestones.get(rule.until_event or "")
    return rule if until is None else replace(rule, ends=min(until, rule.ends or date.max))


def occasions(
    rule: Recurrence, agreed_on: date, recap_on: date | None, work: WorkingTime, since: date
) -> Iterator[date]:
    """Yield the days from `since` on on which it is due, in order.

    The first is the first one after the day of the agreement; without a day in the rule, it is the working day after
    the recap, for a quarter or longer one period later, and there is none before a recap. A month without the day has
    its last day instead.
    """
    if rule.has_day:
        begins = max(agreed_on + A_DAY, rule.starts or date.min)
        found = _on_named_days(rule, begins, since)
    elif recap_on is None:
        return
    else:
        earliest = max(recap_on + A_DAY, rule.starts or date.min)
        if rule.unit == "month" and rule.interval >= A_QUARTER:
            earliest = later(earliest, rule.interval, rule.unit)
        begins = replace(work, away_until=None).day_after(earliest - A_DAY)
        found = _counted(rule, begins, since)
    ends = rule.ends or date.max
    if rule.lasts is not None:
        ends = min(ends, later(begins, *rule.lasts) - A_DAY)
    for day in takewhile(lambda day: day <= ends, found):
        if day >= since:
            yield day


def _on_named_days(rule: Recurrence, earliest: date, since: date) -> Iterator[date]:
    anchor = next((day for day in _days(earliest, MAX_DAYS_AHEAD) if _falls_on(rule, day)), None)
    if anchor is None:
        return
    week = anchor - anchor.weekday() * A_DAY
    for day in _days(max(anchor, since), MAX_DAYS_AHEAD):
        if not _falls_on(rule, day):
            continue
        if rule.unit == "month":
            passed = (day.year - anchor.year) * 12 + day.month - anchor.month
        else:
            passed = (day - week).days // A_WEEK
        if passed % rule.interval == 0:
            yield day


def _falls_on(rule: Recurrence, day: date) -> bool:
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return False
    last = calendar.monthrange(day.year, day.month)[1]
    if rule.weeks and (day.day - 1) // A_WEEK + 1 not in rule.weeks:
        return LAST in rule.weeks and day.day + A_WEEK > last
    if rule.days and day.day not in rule.days:
        return day.day == last and (LAST in rule.days or max(rule.days) > last)
    return True


def _counted(rule: Recurrence, begins: date, since: date) -> Iterator[date]:
    """`times` per `interval` units, evenly spread, from `begins` on."""
    days = LONGEST[rule.unit] * rule.interval
    for number in count(max((since - begins).days * rule.times // days - rule.times, 0)):
        units, part = divmod(number, rule.times)
        yield later(begins, units * rule.interval, rule.unit) + timedelta(days=part * days // rule.times)


def later(day: date, number: int, unit: Unit) -> date:
    """Return the day `number` units later; the last of a month that has no such day."""
    if unit != "month":
        return day + timedelta(days=number * (A_WEEK if unit == "week" else 1))
    years, month = divmod(day.month - 1 + number, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _days(first: date, most: int) -> Iterator[date]:
    for ahead in range(most):
        try:
            yield first + ahead * A_DAY
        except OverflowError:
            return
