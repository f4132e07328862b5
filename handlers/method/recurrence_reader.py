"""Reads the promises in a statement that recur, "an update every Thursday before noon, until go-live" (M3.1, M3.5).

The signs are in measures.toml. What is at most so often ("no more than weekly"), what is denied ("no daily calls") and
what has no calendar ("at each visit", "hourly", "24/7") is not due on a day, and is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from handlers.method.measurables import Comparison, MeasureRules, ParsedText, Target, read_targets
from handlers.method.recurrence import LAST, Recurrence, Unit
from handlers.method.working_time import A_DAY
from prompts.measures import Role, What

WORKDAYS = (0, 1, 2, 3, 4)
UNITS: dict[str, tuple[Unit, int]] = {
    "day": ("day", 1),
    "week": ("week", 1),
    "fortnight": ("week", 2),
    "month": ("month", 1),
    "two months": ("month", 2),
    "quarter": ("month", 3),
    "year": ("month", 12),
}
"""The unit and interval of the names in measures.toml. Shorter times have no occasion in a calendar."""
MAX_WORDS_BEHIND = 3
"""How many words may come between: "a weekly call with the team on Thursdays", "no meetings every week"."""
NOON = time(12)
OFFICE_OPENS = 7
"""An hour below it without "am" is in the afternoon: "by 4"."""
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_CLAUSE_ENDS = re.compile(r"[,.;:!?\u2013\u2014]")


@dataclass(frozen=True, slots=True)
class Found:
    """A promise that recurs, and the part of the wording that says so: the characters from `start` up to `end`."""

    rule: Recurrence
    start: int
    end: int


def read_recurrences(wording: str, rules: MeasureRules, today: date) -> list[Found]:
    """Return what recurs, in order. `today`, the day of the statement, gives days without a year their date."""
    line = ParsedText(wording, rules, today)
    spans: list[_Span] = []
    at = 0
    while at < len(line.words):
        span = _recurrence(line, at)
        if span is None:
            at += 1
        else:
            if not _is_denied(line, at):
                spans.append(span)
            at = span.end
    spans = _without_repetitions(spans)
    dates = {target.start: target for target in read_targets(wording, rules, today) if target.what is What.DATE}
    found: list[Found] = []
    for number, span in enumerate(spans):
        first = 0 if number == 0 else span.start
        last = len(line.words) if number + 1 == len(spans) else spans[number + 1].start
        bounds = _Bounds(line, dates, today)
        bounds.read(range(first, span.start))
        bounds.read(range(span.end, last))
        means = _means(line, first, last) or _means(line, 0, len(line.words))
        rule = replace(_named(span, line), means=means, **{**span.clock(), **bounds.values})
        if number and line.ends_before(Role.THEN, span.start) and found[-1].rule.has_end:
            rule = replace(rule, starts=found[-1].rule.ends, from_event=found[-1].rule.until_event)
        start, end = line.words[span.start].start, line.words[span.end - 1].end
        found.append(Found(rule, min(start, bounds.start or start), max(end, bounds.end)))
    return found


def milestones_in(wording: str, rules: MeasureRules) -> set[str]:
    """The milestones that the wording names."""
    line = ParsedText(wording, rules, None)
    return {sign[1].name for at in range(len(line.words)) if (sign := line.sign(Role.MILESTONE, at)) is not None}


@dataclass(frozen=True, slots=True)
class _Span:
    """A rule in the words from `start` up to `end`."""

    start: int
    end: int
    unit: Unit
    interval: int = 1
    times: int = 1
    weekdays: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    workday: bool = False
    part_of_day: Role | None = None

    def clock(self) -> dict[str, time]:
        if self.part_of_day is None:
            return {}
        return {"before" if self.part_of_day is Role.MORNING else "after": NOON}


def _named(span: _Span, line: ParsedText) -> Recurrence:
    start, end = line.words[span.start].start, line.words[span.end - 1].end
    return Recurrence(
        text=line.wording[start:end],
        unit=span.unit,
        interval=span.interval,
        times=span.times,
        weekdays=span.weekdays,
        weeks=span.weeks,
        days=span.days,
        workday=span.workday,
    )


def _means(line: ParsedText, first: int, last: int) -> str | None:
    """What is promised in these words. Of two ways to tell the customer, none is certain: "by phone or email"."""
    named = {sign[1].name for at in range(first, last) if (sign := line.sign(Role.MEANS, at)) is not None}
    ways = named - {"report", "update"}
    if len(ways) > 1:
        return "update"
    return next(iter(ways), "report" if "report" in named else "update" if named else None)


def _without_repetitions(spans: list[_Span]) -> list[_Span]:
    """Without the general ones that a more exact one explains: "weekly, every Thursday"."""
    exact = {(span.unit, span.interval) for span in spans if span.weekdays or span.days}
    return [span for span in spans if span.weekdays or span.days or (span.unit, span.interval) not in exact]


def _is_denied(line: ParsedText, at: int) -> bool:
    """Whether a "no" or "not" stands before the rule in the same clause, or it is a limit."""
    if line.ends_before(Role.AT_MOST, at):
        return True
    for start in range(max(at - MAX_WORDS_BEHIND - 1, 0), at):
        denied = line.sign(Role.NEGATED, start)
        if denied is None or denied[0] > at or line.sign(Role.AFFIRMED, start):
            continue
        between = line.wording[line.words[denied[0] - 1].end : line.words[at].start]
        contrast = any(line.sign(Role.CONTRAST, word) for word in range(denied[0], at))
        if not contrast and not _CLAUSE_ENDS.search(between):
            return True
    return False


def _recurrence(line: ParsedText, at: int) -> _Span | None:
    for read in (_of_month, _every, _in_a_word, _times, _on_weekdays):
        if (span := read(line, at)) is not None:
            return span
    return None


def _of_month(line: ParsedText, at: int) -> _Span | None:
    """`the first Monday of each month`, `the 1st and 15th of the month`, `the end of every month`."""
    if (last := line.sign(Role.MONTH_LAST, at)) is not None:
        return _Span(at, last[0], "month", days=(LAST,))
    start = line.end_of(Role.DEFINITE, at)
    if (every := line.sign(Role.EVERY, start)) is not None and _word(line, start) != "per":
        start = every[0]
    end, numbers = _ordinals(line, start)
    if not numbers:
        return None
    end, weekdays = _weekdays(line, end)
    if not weekdays and (workday := line.sign(Role.WORKDAY, end)) is not None:
        return _workday_of_month(line, at, workday[0], numbers)
    of_month = line.sign(Role.OF_MONTH, end)
    if of_month is None:
        return None
    if weekdays:
        return _behind(line, _Span(at, of_month[0], "month", weekdays=weekdays, weeks=numbers))
    if all(line.digits(word) is None for word in range(start, end)):
        return None  # "the second month"
    return _behind(line, _Span(at, of_month[0], "month", days=numbers))


def _workday_of_month(line: ParsedText, at: int, end: int, numbers: tuple[int, ...]) -> _Span | None:
    """`the first working day of the month`, `the last business day of every month`."""
    of_month = line.sign(Role.OF_MONTH, end)
    if of_month is None or numbers not in ((1,), (LAST,)):
        return None
    return _Span(at, of_month[0], "month", days=numbers, workday=True)


def _ordinals(line: ParsedText, at: int) -> tuple[int, tuple[int, ...]]:
    """`first`, `1st and 3rd`, `last`: the end and the numbers."""
    numbers: list[int] = []
    end = at
    while (found := _ordinal(line, line.end_of(Role.DEFINITE, end))) is not None:
        at, number = found
        numbers.append(number)
        end = line.end_of(Role.JOINING, at)
    return (at if numbers else end), tuple(numbers)


def _ordinal(line: ParsedText, at: int) -> tuple[int, int] | None:
    if (word := line.sign(Role.NTH, at)) is not None:
        return word[0], int(word[1].value)
    number = line.digits(at)
    behind = line.sign(Role.ORDINAL, at + 1)
    if number is None or behind is None or number != int(number) or not 1 <= number <= 31:
        return None
    return behind[0], int(number)


def _weekdays(line: ParsedText, at: int) -> tuple[int, tuple[int, ...]]:
    """`Monday`, `Mondays and Thursdays`, `Tuesday, Friday`: the end and the weekdays, in the order of the week."""
    found: set[int] = set()
    end = at
    while (day := line.sign(Role.WEEKDAY, end) or line.sign(Role.WEEKDAYS, end)) is not None:
        found.add(int(day[1].value) - 1)
        at, end = day[0], line.end_of(Role.JOINING, day[0])
        end = line.end_of(Role.EVERY, end) if end > day[0] else end  # "every Monday and every Thursday"
    return (at if found else end), tuple(sorted(found))


def _every(line: ParsedText, at: int) -> _Span | None:
    """`every Thursday`, `every other week on Monday`, `each morning`, `every third Friday`, `every 3 days`."""
    times = 1
    if _word(line, at) == "per" or (every := line.sign(Role.EVERY, at)) is None:
        return None
    start, interval = every[0], 1
    if (skipping := line.sign(Role.SKIPPING, start)) is not None:
        start, interval = skipping[0], 2
    elif (nth := _ordinal(line, start)) is not None and nth[1] > 0:
        start, interval = nth
    elif (number := line.number(start)) is not None and number[1] == int(number[1]) and 0 < number[1] <= 60:
        start, interval = number[0], int(number[1])
    end, weekdays = _weekdays(line, start)
    if weekdays:
        return _behind(line, _Span(at, end, "week", interval, weekdays=weekdays))
    if (workday := line.sign(Role.WORKDAY, start)) is not None and interval == 1:
        return _behind(line, _Span(at, workday[0], "week", weekdays=WORKDAYS))
    period = line.sign(Role.TIME, start)
    if period is None or (unit := UNITS.get(period[1].name)) is None:
        return None
    part = next((part for part in (Role.MORNING, Role.AFTERNOON) if line.sign(part, start)), None)
    return _behind(line, _Span(at, period[0], unit[0], unit[1] * interval, times, part_of_day=part))


def _in_a_word(line: ParsedText, at: int) -> _Span | None:
    """`weekly`, `fortnightly on Fridays`, `a monthly call on the 15th`."""
    word = line.sign(Role.PERIOD, at)
    if word is None:
        return None
    unit, interval = UNITS[word[1].name]
    return _behind(line, _Span(at, word[0], unit, interval))


def _times(line: ParsedText, at: int) -> _Span | None:
    """`twice a week`, `three times a month`, `once every two weeks`, `once weekly`."""
    number = line.number(at)
    if number is None or number[1] != int(number[1]) or not 0 < number[1] <= 31:
        return None
    if line.comparison(at, number[0]) is Comparison.AT_MOST:
        return None
    times = int(number[1])
    span: _Span | None = None
    if (per := line.sign(Role.PER, number[0])) is not None and (period := line.sign(Role.TIME, per[0])) is not None:
        unit = UNITS.get(period[1].name)
        span = None if unit is None else _Span(at, period[0], *unit)
    elif line.sign(Role.NUMBER, at) and line.words[at].folded in _ADVERBS:
        span = _every(line, number[0]) or _in_a_word(line, number[0])
    if span is None:
        return None
    # Two reminders on one day are one.
    times = 1 if span.unit == "day" or span.weekdays or span.days else times
    return _behind(line, replace(span, start=at, times=times))


_ADVERBS = ("once", "twice")


def _on_weekdays(line: ParsedText, at: int) -> _Span | None:
    """`Thursdays`, `Friday mornings`, `weekdays`, `on Wednesday every two weeks`."""
    if line.sign(Role.WORKDAY, at) and line.words[at].folded.endswith("weekdays"):
        return _behind(line, _Span(at, at + 1, "week", weekdays=WORKDAYS))
    end, weekdays = _weekdays(line, at)
    if not weekdays:
        return None
    plural = any(line.sign(Role.WEEKDAYS, word) for word in range(at, end))
    part = _part_of_day(line, end)
    if part is not None and line.words[part[0] - 1].folded.endswith("s"):
        plural = True
    behind = part[0] if part else end
    general = _every(line, behind) or _in_a_word(line, behind)
    if general is not None and general.unit == "week" and not general.weekdays:
        return replace(general, start=at, weekdays=weekdays, times=1, part_of_day=part[1] if part else None)
    return _behind(line, _Span(at, end, "week", weekdays=weekdays)) if plural else None


def _part_of_day(line: ParsedText, at: int) -> tuple[int, Role] | None:
    """`morning`, `in the afternoon`."""
    start = at
    if _word(line, at) in ("in", "on"):
        start = line.end_of(Role.DEFINITE, at + 1)
    for part in (Role.MORNING, Role.AFTERNOON):
        if (found := line.sign(part, start)) is not None:
            return found[0], part
    return None


def _behind(line: ParsedText, span: _Span) -> _Span:
    """The rule with what stands behind it: a part of the day, weekdays, a day of the month."""
    if (part := _part_of_day(line, span.end)) is not None:
        span = replace(span, end=part[0], part_of_day=part[1])
    if span.weekdays or span.days or (span.unit, span.interval) == ("day", 1):
        return span
    for at in range(span.end, min(span.end + MAX_WORDS_BEHIND + 1, len(line.words))):
        if _CLAUSE_ENDS.search(line.wording[line.words[span.end - 1].end : line.words[at].start].replace(",", "")):
            break
        if (named := _named_day(line, at, span)) is not None:
            return named
    return span


def _named_day(line: ParsedText, at: int, span: _Span) -> _Span | None:
    """`on Thursdays` behind "weekly"; `on the 15th`, `on the first Monday` behind "monthly"."""
    if span.unit == "week":
        end, weekdays = _weekdays(line, line.end_of(Role.EVERY, at))
        if not weekdays:
            return None
        before = line.words[at - 1].folded
        adjacent = at == span.end or before == "on" or bool(line.sign(Role.EVERY, at))
        if not (adjacent or line.sign(Role.WEEKDAYS, at)):
            return None
        named = replace(span, end=end, weekdays=weekdays, times=1)
        part = _part_of_day(line, end)
        return named if part is None else replace(named, end=part[0], part_of_day=part[1])
    if span.unit == "month":
        end, numbers = _ordinals(line, at)
        if not numbers:
            return None
        ends, weekdays = _weekdays(line, end)
        if weekdays and max(numbers) <= 5:
            return replace(span, end=line.end_of(Role.OF_MONTH, ends), weekdays=weekdays, weeks=numbers, times=1)
        if line.sign(Role.MONTH, line.end_of(Role.OF, end)) or any(
            line.sign(Role.NTH, word) for word in range(at, end)
        ):
            return None
        return replace(span, end=line.end_of(Role.OF_MONTH, end), days=numbers, times=1)
    return None


class _Bounds:
    """The time of day and the first and last days of a rule, from the words around it."""

    def __init__(self, line: ParsedText, dates: dict[int, Target], today: date) -> None:
        self.values: dict[str, Any] = {}
        self.start: int | None = None
        self.end = 0
        self._line, self._dates, self._today = line, dates, today

    def read(self, words: range) -> None:
        at = words.start
        while at < words.stop:
            end = self._clock(at, words.stop) or self._last(at) or self._first(at) or self._length(at)
            if end is None:
                at += 1
                continue
            self.start = self._line.words[at].start if self.start is None else self.start
            self.end = max(self.end, self._line.words[min(end, len(self._line.words)) - 1].end)
            at = end

    def _clock(self, at: int, stop: int) -> int | None:
        """`before noon`, `by 10am`, `at 14:00`, `after 3`, `between 10 and 12`; returns the end."""
        line = self._line
        if (between := line.sign(Role.BETWEEN, at)) is not None:
            first = _time_at(line, between[0], said=True)
            second = None if first is None else _time_at(line, first[0] + 1, said=True)
            if first is not None and second is not None and second[0] <= stop and first[1] < second[1]:
                self.values |= {"after": first[1], "before": second[1]}
                return second[0]
        for role, name in ((Role.DUE_BY, "before"), (Role.DUE_AFTER, "after")):
            said = line.sign(role, at)
            found = None if said is None else _time_at(line, said[0], said=True)
            if found is not None and found[0] <= stop:
                self.values.setdefault(name, found[1])
                return found[0]
        at_word = line.words[at].folded in ("at", "around", "about")
        found = _time_at(line, at + at_word, said=at_word)
        if found is None or found[0] > stop:
            return None
        name = "before" if line.sign(Role.AT_MOST, found[0]) or "latest" in _words(line, found[0], 3) else "at"
        self.values.setdefault(name, found[1])
        return found[0]

    def _last(self, at: int) -> int | None:
        """`until go-live`, `through March`, `until the end of the quarter`, `till Christmas`; returns the end."""
        until = self._line.sign(Role.UNTIL, at)
        if until is None:
            return None
        end = self._skip(until[0])
        if (milestone := self._milestone(end)) is not None:
            self.values["until_event"] = milestone[1]
            end = milestone[0]
            if (day := self._date_near(end)) is not None:  # "until go-live on 12 March"
                self.values["ends"] = day[1]
                return day[0]
            return end
        found = self._day(until[0], whole=self._line.words[at].folded in ("through", "thru", "throughout", "during"))
        if found is None:
            return None
        self.values["ends"] = found[1]
        return found[0]

    def _first(self, at: int) -> int | None:
        """`starting 3 March`, `from go-live on`, `beginning in April`; returns the end."""
        begins = self._line.sign(Role.STARTING, at)
        if begins is None:
            return None
        if (milestone := self._milestone(self._skip(begins[0]))) is not None:
            self.values["from_event"] = milestone[1]
            return milestone[0]
        found = self._day(begins[0], whole=False, first=True)
        if found is None:
            return None
        self.values["starts"] = found[1]
        return found[0]

    def _length(self, at: int) -> int | None:
        """`for six weeks`, `for the first month`; returns the end."""
        line = self._line
        lasting = line.sign(Role.LASTING, at)
        if lasting is None:
            return None
        number = line.number(lasting[0])
        end, count = (lasting[0], 1) if number is None else (number[0], int(number[1]))
        period = line.sign(Role.TIME, end)
        unit = None if period is None else UNITS.get(period[1].name)
        if period is None or unit is None or not 0 < count <= 400:
            return None
        self.values["lasts"] = (count * unit[1], unit[0])
        return period[0]

    def _skip(self, at: int) -> int:
        while (filler := self._line.sign(Role.FILLER, at)) is not None:
            at = filler[0]
        return at

    def _milestone(self, at: int) -> tuple[int, str] | None:
        """The milestone at the word, or behind one other word: "until the full go-live"."""
        for start in (at, at + 1):
            if (found := self._line.sign(Role.MILESTONE, start)) is not None:
                return found[0], found[1].name
        return None

    def _date_near(self, at: int) -> tuple[int, date] | None:
        """A date directly behind, or behind "on": "on 12 March"."""
        line = self._line
        return self._date(at + (_word(line, at) == "on"))

    def _date(self, at: int) -> tuple[int, date] | None:
        line = self._line
        for start in (at, line.end_of(Role.DEFINITE, at)):
            target = self._dates.get(line.words[start].start) if start < len(line.words) else None
            if target is not None and target.day is not None:
                end = next((n for n in range(start, len(line.words)) if line.words[n].start >= target.end), None)
                return (len(line.words) if end is None else end), target.day
        return None

    def _day(self, at: int, *, whole: bool, first: bool = False) -> tuple[int, date] | None:
        """A date, a month, or the end of this one. `whole`: a month counts to its end; `first`: from its first day."""
        line = self._line
        if (found := self._date(at)) is not None:
            return found
        ends = line.sign(Role.MONTH_END, at)
        start = line.end_of(Role.DEFINITE, ends[0]) if ends else at
        month = line.sign(Role.MONTH, start)
        if month is not None:
            year = self._today.year + (int(month[1].value) < self._today.month)
            begins = date(year, int(month[1].value), 1)
            return month[0], begins if first else _month_end(begins) if whole or ends else begins - A_DAY
        period = line.sign(Role.TIME, start) if ends else None
        if period is not None and period[1].name in ("month", "quarter", "year"):
            today = self._today
            number = {"month": today.month, "quarter": (today.month + 2) // 3 * 3, "year": 12}[period[1].name]
            return period[0], _month_end(today.replace(month=number, day=1))
        return None


def _month_end(first: date) -> date:
    return (first + 31 * A_DAY).replace(day=1) - A_DAY


def _word(line: ParsedText, at: int) -> str:
    return line.words[at].folded if at < len(line.words) else ""


def _words(line: ParsedText, at: int, most: int) -> list[str]:
    return [word.folded for word in line.words[at : at + most]]


def _time_at(line: ParsedText, at: int, *, said: bool) -> tuple[int, time] | None:
    """The time of day at the word. `said`: a word before it ("by", "at") shows that a bare number is one."""
    if at >= len(line.words):
        return None
    if (word := line.sign(Role.HOUR_WORD, at)) is not None:
        hour = int(word[1].value)
        return word[0], time(hour) if hour < 24 else time(23, 59)
    written = _CLOCK.fullmatch(line.words[at].text)
    if written is not None and (":" in line.words[at].text or said or line.sign(Role.AM, at + 1)):
        end, hour, minute = at + 1, int(written[1]), int(written[2])
    else:
        number = line.digits(at) if line.words[at].text.isdigit() else None
        spoken = line.number(at) if number is None else None
        if number is None and (spoken is None or spoken[1] != int(spoken[1])):
            return None
        end = at + 1 if spoken is None else spoken[0]
        hour, minute = int(number if number is not None else spoken[1] if spoken else 0), 0
    if (pm := line.sign(Role.PM, end)) is not None and 1 <= hour <= 12:
        return pm[0], time(hour % 12 + 12, minute)
    if (am := line.sign(Role.AM, end)) is not None and 1 <= hour <= 12:
        return am[0], time(hour % 12, minute)
    if (clock := line.sign(Role.CLOCK, end)) is not None:
        return clock[0], time(hour + 12 if hour < OFFICE_OPENS else hour, minute) if hour < 24 else time(23, 59)
    if written is not None and (said or ":" in line.words[at].text):
        return end, time(hour, minute)
    counts = (Role.TIME, Role.UNIT, Role.PERCENT, Role.ORDINAL, Role.MONTH, Role.PER, Role.CURRENCY, Role.SCALE)
    if not said or not 1 <= hour < 24 or any(line.sign(role, end) for role in counts):
        return None
    follows = end == len(line.words) or line.wording[line.words[end - 1].end : line.words[end].start].strip()
    if not follows and not any(
        line.sign(role, end) for role in (Role.CLOCK_BEHIND, Role.EVERY, Role.UNTIL, Role.DUE_BY)
    ):
        return None
    return end, time(hour + 12 if hour < OFFICE_OPENS else hour, 0)
