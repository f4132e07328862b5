"""The time of day and the first and the last day of a promise that recurs: "before noon, until go-live" (M3.5)."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from handlers.method.measurables import ParsedText, Target
from handlers.method.recurrence import UNITS
from handlers.method.working_time import A_DAY
from prompts.measures import Role

OFFICE_OPENS = 7
"""An hour below it without "am" is in the afternoon: "by 4"."""
MIDNIGHT = time(23, 59)
"""The end of a day, as a time of it."""
MAX_UNITS = 400
MAX_WORDS_BEHIND = 3
"""How many words may come between: "a weekly call with the team on Thursdays", "no meetings every week"."""
CLAUSE_ENDS = re.compile(r"[,.;:!?\u2013\u2014]")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_NO_HOURS = (Role.TIME, Role.UNIT, Role.PERCENT, Role.ORDINAL, Role.MONTH, Role.CURRENCY, Role.SCALE)
"""What a number that is no hour is a number of."""
_BEHIND_AN_HOUR = (Role.CLOCK_BEHIND, Role.EVERY, Role.UNTIL, Role.DUE_BY)


class Bounds:
    """The time of day and the first and last days of a rule, from the words around it."""

    def __init__(self, line: ParsedText, dates: dict[int, Target], today: date) -> None:
        self.values: dict[str, Any] = {}
        self.start: int | None = None
        self.end = 0
        self._line, self._dates, self._today = line, dates, today

    def read(self, words: range) -> None:
        """Take the bounds in these words: what is found first counts."""
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
            first = time_at(line, between[0], said=True)
            second = None if first is None else time_at(line, first[0] + 1, said=True)
            if first is not None and second is not None and second[0] <= stop and first[1] < second[1]:
                self.values |= {"after": first[1], "before": second[1]}
                return second[0]
        for role, name in ((Role.DUE_BY, "before"), (Role.DUE_AFTER, "after")):
            said = line.sign(role, at)
            found = None if said is None else time_at(line, said[0], said=True)
            if found is not None and found[0] <= stop:
                denied = name == "before" and is_denied(line, at)  # "no calls before 9"
                self.values.setdefault("after" if denied else name, found[1])
                return found[0]
        at_word = line.words[at].folded in ("at", "around", "about")
        found = time_at(line, at + at_word, said=at_word)
        if found is None or found[0] > stop:
            return None
        name = "before" if line.sign(Role.AT_MOST, found[0]) or "latest" in _words_at(line, found[0], 3) else "at"
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
        if period is None or unit is None or not 0 < count <= MAX_UNITS:
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
        return self._date(at + (word_at(line, at) == "on"))

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


def is_denied(line: ParsedText, at: int) -> bool:
    """Whether a "no" or "not" stands shortly before the word in the same clause: "no meetings every week"."""
    for start in range(max(at - MAX_WORDS_BEHIND - 1, 0), at):
        denied = line.sign(Role.NEGATED, start)
        if denied is None or denied[0] > at or line.sign(Role.AFFIRMED, start):
            continue
        between = line.wording[line.words[denied[0] - 1].end : line.words[at].start]
        contrast = any(line.sign(Role.CONTRAST, word) for word in range(denied[0], at))
        if not contrast and not CLAUSE_ENDS.search(between):
            return True
    return False


def _month_end(first: date) -> date:
    return (first + 31 * A_DAY).replace(day=1) - A_DAY


def word_at(line: ParsedText, at: int) -> str:
    """The word as it is compared; empty behind the last one."""
    return line.words[at].folded if at < len(line.words) else ""


def _words_at(line: ParsedText, at: int, most: int) -> list[str]:
    return [word.folded for word in line.words[at : at + most]]


def time_at(line: ParsedText, at: int, *, said: bool) -> tuple[int, time] | None:
    """The time of day at the word, and its end. `said`: a "by" or "at" before it shows that a bare number is one."""
    if (word := line.sign(Role.HOUR_WORD, at)) is not None:
        return word[0], _time(int(word[1].value))
    found = _hour_at(line, at)
    if found is None:
        return None
    end, hour, minute, has_colon = found
    for role, noon in ((Role.AM, 0), (Role.PM, 12)):
        if (half := line.sign(role, end)) is not None and 1 <= hour <= 12:
            return half[0], time(hour % 12 + noon, minute)
    if (clock := line.sign(Role.CLOCK, end)) is not None:
        return clock[0], _time(_in_office_hours(hour), minute)
    if has_colon:
        return end, _time(hour, minute)
    return (end, _time(_in_office_hours(hour), minute)) if said and hour and _is_hour(line, end) else None


def _hour_at(line: ParsedText, at: int) -> tuple[int, int, int, bool] | None:
    """The end, hour and minute of what may be a time, and whether it is written with a colon."""
    written = _CLOCK.fullmatch(line.words[at].text) if at < len(line.words) else None
    if written is not None:
        return at + 1, int(written[1]), int(written[2]), ":" in written[0]
    half = line.sign(Role.HALF_PAST, at)
    minute = 0 if half is None else 30
    at = at if half is None else half[0]
    number = line.number(at) if at < len(line.words) else None
    if number is None or number[1] != int(number[1]) or not 0 <= number[1] <= 24:
        return None
    return number[0], int(number[1]), minute, False


def _is_hour(line: ParsedText, end: int) -> bool:
    """Whether nothing behind a bare number says what it counts: "by 10", not "by 10 percent", "at 9 sites"."""
    if end == len(line.words):
        return True
    if any(line.sign(role, end) for role in _NO_HOURS):
        return False
    has_mark = bool(line.wording[line.words[end - 1].end : line.words[end].start].strip())
    return has_mark or any(line.sign(role, end) for role in _BEHIND_AN_HOUR)


def _in_office_hours(hour: int) -> int:
    return hour + 12 if hour < OFFICE_OPENS else hour


def _time(hour: int, minute: int = 0) -> time:
    return time(hour, minute) if hour < 24 else MIDNIGHT
