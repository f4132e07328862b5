"""Parse words for a day and a time, "next tue 9.15", without knowing the current date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.method.invisible import without_invisible
from prompts.time_words import MAX_WORDS, Phrase, Sign, zones_by_city

MAX_LENGTH = 80
"""Characters; longer text is not parsed."""
MAX_HOUR = 12
"""The largest number that may be an hour in "9 to 10": larger ones are minutes before an hour."""
MINUS = frozenset("-−–")
SURE_MINUTES = range(5, 91)
"""What "in 15" counts: a smaller number may as well be hours or days."""
FOUR_DIGITS = 4
OPENING = frozenset(
    {"days", "weekdays", "in", "last", "next", "next_month", "next_week", "same_time", "this", "this_week", "vague"}
    | {"now", "soonest", "weekend", "which_day", "ends", "end_of", "day_end"}
)
AFTER_A_NUMBER = frozenset({"units", "months", "hour_mark", "before_noon", "after_noon", "past", "to"})
"""The kinds of words that begin a time, and those that make one of a number before them."""
FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
A_DAY = 24 * 60

_SAME = str.maketrans({"∶": ":", "꞉": ":", "⁄": "/", "’": "'"})
"""Signs that look like those of a time, and are not folded by Unicode."""
_FRAME = " .!?\"'“”‘’„«»"
_DECIMAL_COMMA = re.compile(r"(?<![\w.,])(\d{1,2}),(\d{1,2})(?=\s*(?:h\b|hours?\b|hrs?\b|[ap]\.?m\b))")

_TOKEN = re.compile(
    r"(?P<stamp>\d{4}-\d\d-\d\d(?:t\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?\s?(?:z|[-+]\d\d(?::?\d\d)?)"
    r"| \d\d:\d\d:\d\d(?:\.\d{1,6})?\s?(?:z|[-+]\d\d(?::?\d\d)?)"
    r"| \d\d:\d\d\s?(?:z|\+\d\d(?::?\d\d)?)))(?!\w)"  # but "2026-11-30 09:00-10:00" is from nine to ten
    r"|(?P<basic>\d{8}t\d{4}(?:\d\d)?z?)(?!\w)"
    r"|(?P<iso>\d{4}-\d\d?-\d\d?(?!\d))t?"
    r"|(?P<slashed>\d\d?/\d\d?(?:/(?:\d{4}|\d\d))?(?!\d))"
    r"|(?P<dashed>\d\d?-\d\d?-\d{4}(?!\d))"
    r"|(?P<dotted>\d\d?\.\d\d?\.(?:(?:\d{4}|\d\d)(?![\d:]))?)"
    r"|(?P<range>\d\d?(?::\d\d)?\s?[-–—]\s?\d\d?(?::\d\d)?(?![\d:./-]))"
    r"|(?P<clock>\d\d?:\d\d(?!\d))(?::\d\d(?:\.\d{1,6})?(?!\d))?"
    r"|(?P<pair>\d\d?\.\d\d?(?!\d))"
    r"|(?P<number>\d{1,4}(?!\d))"
    r"|(?P<offset>(?:(?:utc|gmt)\s?[-+−]\s?\d\d?(?::?\d\d)?|\+\d\d:?\d\d)(?![\d:]))"
    r"|(?P<word>[^\W\d_]+(?:[.'’][^\W\d_]+)*)"
    r"|(?P<minus>(?<!\S)[-−–]\s*(?=\d))"
    r"|(?P<dash>(?<=\w)[-–—](?=\d))"
    r"|(?P<gap>(?:[\s,.@()~≈]|(?<=\w)['’](?!\w)|(?<=\S)[−–—-](?!\d)|[−–—-](?!\s*\d))+)"
)


_STANDALONE = frozenset(
    {"days", "weekdays", "months", "times", "parts", "numbers", "shifts", "in", "last", "next", "next_month"}
    | {"next_week", "same_time", "skipped", "this", "this_week", "day_end", "before", "now", "soonest"}
    | {"either", "their_time", "vague", "weekend", "which_day"}
)
"""The kinds of words that mean something by themselves; all others only beside a number or a time."""
_PICTURES = frozenset({"So", "Sk", "Mn"})
"""The categories of emoji, and of what changes their look."""
_SPAN = re.compile(r"\s?[-–—]\s?")
_CLOCK_LIKE = re.compile(r"\d+:\d")
_FIELD_OF_WORD: dict[str, tuple[str, object]] = {
    "same_time": ("same_time", True),
    "day_end": ("day_end", True),
    "before": ("before", True),
    "now": ("at_once", "now"),
    "soonest": ("at_once", "soonest"),
}
"""The field of `ParsedTime` for a word of each list, and its value."""
_UNCLEAR = {"either": "two_times", **dict.fromkeys(("their_time", "vague", "weekend", "which_day"))}
"""The kinds of words that name no single time, with why they are refused, if that is not the kind itself."""
_FIELD_OF_TABLE = {"days": "days", "weekdays": "weekday", "times": "at", "parts": "part"}
"""The field of `ParsedTime` for a word of each table."""


class UnreadableError(ValueError):
    """The text is not a time, or says it twice. `why` is the end of the key of its refusal."""

    def __init__(self, text: str = "", why: str = "unreadable") -> None:
        super().__init__(text)
        self.why = why


class Clock(NamedTuple):
    """A time of day as typed. `exact`: it had a leading zero, so 05:30 is not half past five in the evening."""

    hour: int
    minute: int = 0
    exact: bool = False
    after_noon: bool | None = None
    marked: bool = False
    """With an hour mark: "2h" may mean two o'clock or two hours."""
    shift: int = 0
    """Minutes after the hour; negative for "a quarter to four"."""


class Date(NamedTuple):
    """A date as typed; without a month ("the 12th") it is the next such day. `either`: day and month may be swapped."""

    day: int
    month: int | None
    year: int | None = None
    either: bool = False


class SaidZone(NamedTuple):
    """A time zone as it was typed, and what it usually means."""

    said: str
    zone: tzinfo


class PeriodEnd(NamedTuple):
    """The end of a week (`months` is 0), or of so many months; `ahead` is 1 for the next one. Or of a named month."""

    months: int
    ahead: int = 0
    month: int | None = None
    year: int | None = None


@dataclass(slots=True)
class ParsedTime:
    """All parts of a typed time; missing ones are None. Times of day are in minutes since midnight."""

    days: int | None = None
    workdays: int | None = None
    """Working days from now: "in 3 business days"."""
    months: int | None = None
    """Calendar months from now."""
    ends: PeriodEnd | None = None
    weekday: int | None = None
    week: str | None = None
    """`this`, `next`, `this_week`, `next_week`, `next_month` or `last`."""
    days_after: int | None = None
    """Days after the weekday: "a week from Tuesday"."""
    date: Date | None = None
    clock: Clock | None = None
    at: int | None = None
    """A named time, such as noon."""
    part: int | None = None
    day_end: bool | None = None
    """The end of the working day: "EOD"."""
    before: bool | None = None
    """Before what is named, not at it."""
    at_once: str | None = None
    """`now`, or `soonest` for "asap"."""
    same_time: bool | None = None
    """The time of day that it is now: "same time tomorrow"."""
    minutes: float | None = None
    """From now; negative for the past, as `days`."""
    unit_unsaid: bool | None = None
    """That `minutes` are minutes was not said: "in 10"."""
    zone: SaidZone | None = None


class _Token(NamedTuple):
    """A token of the text. `kind` is its group in `_TOKEN`."""

    kind: str
    text: str


def begins_like_time(typed: str, words: Mapping[Phrase, tuple[Sign, ...]]) -> bool:
    """Whether the text begins as only a time does, readable or not: "in a while", "-5 min", "25:00", "later"."""
    said = [word for word in typed.casefold().split() if all(s.kind != "dropped" for s in words.get((word,), ()))]
    first, second = [*said, "", ""][:2]
    if first[:1] in MINUS or _CLOCK_LIKE.match(first):
        return True
    if first.isdecimal():
        return any(sign.kind in AFTER_A_NUMBER for sign in words.get((second,), ()))
    phrases: tuple[Phrase, ...] = ((first,), (first, second))
    return any(sign.kind in OPENING for phrase in phrases for sign in words.get(phrase, ()))


def parse_time(typed: str, words: Mapping[Phrase, tuple[Sign, ...]]) -> ParsedTime:
    """Parse `typed`; an empty text gives an empty result. Time and memory are linear in its length.

    Raises `UnreadableError` for an unknown word, a number without a meaning, and anything said twice.
    """
    for sign, decimals in FRACTIONS.items():
        typed = re.sub(rf"(?<!\d){sign}", f"0{decimals}", typed).replace(sign, decimals)
    seen = "".join(sign for sign in without_invisible(typed) if unicodedata.category(sign) not in _PICTURES)
    folded = unicodedata.normalize("NFKC", seen.translate(_SAME)).casefold().strip(_FRAME)
    folded = _DECIMAL_COMMA.sub(r"\1.\2", folded)
    if len(folded) > MAX_LENGTH:
        raise UnreadableError(folded)
    return _Parser(list(_tokens(folded)), words).parse()


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnreadableError(text)
        at = match.end()
        kind = str(match.lastgroup)
        if kind != "gap":
            yield _Token(kind, match[kind])


class _Parser:
    """Reads the tokens once; each step consumes what it understands."""

    def __init__(self, tokens: list[_Token], words: Mapping[Phrase, tuple[Sign, ...]]) -> None:
        self._words = words
        self._tokens = [token for token in tokens if not self._is_dropped(token)]
        self._at = 0
        self._result = ParsedTime()
        self._month: int | None = None
        self._pair: Clock | None = None
        self._in_range = False
        self._time_ended = -1
        """The token after the last time of day: only there is a zone one, and not a part of a name."""

    def parse(self) -> ParsedTime:
        """Parse all tokens."""
        steps = (
            self._parse_zone,
            self._parse_range_end,
            self._parse_range_begin,
            self._parse_end_of,
            self._parse_span,
            self._parse_minutes_and_hour,
            self._parse_dash,
            self._parse_date,
            self._parse_figure,
            self._parse_word,
        )
        while self._at < len(self._tokens):
            if not any(parse() for parse in steps):
                raise UnreadableError(self._tokens[self._at].text)
        if self._month is not None:  # without a day
            raise UnreadableError(why="which_day")
        if self._pair is not None:
            self._resolve_pair(self._pair)
        return self._result

    def _resolve_pair(self, pair: Clock) -> None:
        """9.15 is a time; next to another time, or as 28.11, it is a date."""
        if self._result.clock is None and pair.hour <= 24 and pair.minute < 60:
            self._set("clock", pair)
        else:
            self._set("date", Date(pair.hour, pair.minute))

    def _is_dropped(self, token: _Token) -> bool:
        return any(sign.kind == "dropped" for sign in self._words.get((token.text,), ()))

    # --- looking ahead ---

    def _next(self, kind: str) -> str | None:
        """Consume the next token and return its text, if it is of that kind."""
        if self._at < len(self._tokens) and self._tokens[self._at].kind == kind:
            self._at += 1
            return self._tokens[self._at - 1].text
        return None

    def _signs(self) -> tuple[int, tuple[Sign, ...]]:
        """The longest phrase at the current token: its number of words, and its signs."""
        for length in range(MAX_WORDS, 0, -1):
            tokens = self._tokens[self._at : self._at + length]
            if len(tokens) == length and all(token.kind == "word" for token in tokens):
                signs = self._words.get(tuple(token.text for token in tokens))
                if signs is not None:
                    return length, signs
        return 0, ()

    def _sign(self, *kinds: str) -> Sign | None:
        """Consume the next phrase and return its sign, if it is of one of the kinds."""
        length, signs = self._signs()
        for sign in signs:
            if sign.kind in kinds:
                self._at += length
                return sign
        return None

    def _is_next(self, *kinds: str) -> bool:
        """Whether the next phrase has a sign of one of the kinds. Consumes nothing."""
        return any(sign.kind in kinds for sign in self._signs()[1])

    def _set(self, name: str, value: object) -> None:
        if getattr(self._result, name) is not None:
            raise UnreadableError(name)
        setattr(self._result, name, value)
        if name in ("clock", "at", "part", "same_time") or (
            name in ("weekday", "days", "date") and (self._result.clock or self._pair)  # "5pm Friday Pacific"
        ):
            self._time_ended = self._at

    # --- a span of time: in 2 hours ---

    def _parse_span(self) -> bool:
        start = self._at
        after_in = self._sign("in") is not None
        direction = 1 if self._next("minus") is None else -1
        if self._parse_hours_and_minutes(after_in=after_in):
            return True
        is_figure = self._at < len(self._tokens) and self._tokens[self._at].kind == "number"
        count = self._parse_count()
        if count is None:
            return self._parse_unit_and_a_half() or self._back_to(start)
        if self._parse_days_or_months(direction * count):
            return True
        unit = self._sign("units")
        if unit is not None:
            self._parse_behind_unit(count, unit.value, direction)
            return True
        if after_in and is_figure and direction > 0 and self._at == len(self._tokens):
            self._add_minutes(count)
            return True
        return (direction > 0 and self._parse_hours(count, after_in=after_in)) or self._back_to(start)

    def _add_minutes(self, count: float) -> None:
        """Add the minutes of "in 15"."""
        if count not in SURE_MINUTES:
            raise UnreadableError("in", "which_unit")
        self._add(count, in_days=False)
        self._set("unit_unsaid", True)

    def _parse_behind_unit(self, count: float, unit: float, direction: int) -> None:
        """Parse what may follow the unit: "a week from Tuesday", "2 hours and a half", "2 days' time", "ago"."""
        if unit >= A_DAY and direction > 0 and self._parse_after_day(int(count * unit) // A_DAY):
            return
        joined = self._sign("joins")
        part = self._sign("fractions") if joined is not None else None
        count += 0 if part is None else part.value
        self._sign("zone_time")
        if self._sign("ago"):
            direction = -direction
        self._add(direction * count * unit, in_days=unit >= A_DAY)
        if joined is not None and part is None and not self._parse_span():
            raise UnreadableError("joins")
        self._parse_last_minutes(unit)

    def _parse_hours_and_minutes(self, *, after_in: bool) -> bool:
        """Parse "in 2:30" and "2:30 hours"."""
        start, clock = self._at, self._next("clock")
        unit = None if clock is None else self._sign("units")
        if clock is None or not (after_in or unit is not None) or (unit is not None and unit.value != 60):
            return self._back_to(start)
        hours, minutes = _clock_figures(clock)
        self._add(hours * 60 + minutes, in_days=False)
        return True

    def _parse_days_or_months(self, count: float) -> bool:
        """Parse the unit of "3 business days" and "2 months"."""
        start = self._at
        workdays = self._sign("workday_unit") is not None
        period = None if workdays else self._sign("periods")
        if not workdays and (period is None or not period.value):
            return self._back_to(start)
        self._sign("zone_time")
        value = count if period is None else count * period.value
        if value != int(value):
            raise UnreadableError("periods")
        self._set("workdays" if workdays else "months", int(-value if self._sign("ago") else value))
        return True

    def _parse_last_minutes(self, unit: float) -> None:
        """Parse the 30 of "in 2 hours 30"."""
        is_last = unit == 60 and self._at == len(self._tokens) - 1
        minutes = self._next("number") if is_last else None
        if minutes is not None and int(minutes) < 60:
            self._add(int(minutes), in_days=False)
        elif minutes is not None:
            raise UnreadableError(minutes)

    def _back_to(self, start: int) -> bool:
        """Consume nothing after all."""
        self._at = start
        return False

    def _parse_hours(self, count: float, *, after_in: bool) -> bool:
        """Parse the mark of "in 1h30", "1h 30m" and "1.5h". "1h30" alone may be a time of day."""
        if self._sign("hour_mark") is None:
            return False
        minutes = self._next("number")
        unit = self._sign("units") if minutes is not None else None
        if not after_in and unit is None and count == int(count):
            return False
        if unit is not None and unit.value != 1:
            raise UnreadableError("units")
        self._add(count * 60 + int(minutes or 0), in_days=False)
        return True

    def _parse_unit_and_a_half(self) -> bool:
        """Parse "hour and a half"."""
        unit = self._sign("units")
        part = self._sign("fractions") if unit is not None and self._sign("joins") is not None else None
        if unit is None or part is None:
            return False
        self._add((1 + part.value) * unit.value, in_days=unit.value >= A_DAY)
        return True

    def _parse_after_day(self, days: int) -> bool:
        """Parse "from Tuesday" and "tomorrow", after "a week". Consumes nothing else."""
        start, joined = self._at, self._sign("from") is not None
        day = self._sign("weekdays", "days") if joined else self._sign("days")
        if day is None:
            return self._back_to(start)
        if day.kind == "days":
            self._set("days", int(day.value) + days)
        else:
            self._set("weekday", int(day.value))
            self._set("days_after", days)
        return True

    def _parse_count(self) -> float | None:
        figure = self._next("pair")
        if figure is not None:
            return float(figure)
        sign = self._sign("counts")
        if sign is not None:
            return sign.value
        whole, start = self._parse_whole_number(), self._at
        part = self._sign("fractions") if whole is not None and self._sign("joins") is not None else None
        if whole is None or part is None:
            self._at = start
            return whole
        return whole + part.value

    def _parse_whole_number(self) -> int | None:
        """A number in figures or words: 45, forty-five."""
        start, figure = self._at, self._next("number")
        if figure is not None:
            if len(figure) == 4:  # "1500 hours" is a time of day
                self._at = start
                return None
            return int(figure)
        sign = self._sign("numbers")
        if sign is None:
            return None
        ones = self._sign("numbers") if sign.value >= 20 else None
        if ones is not None and ones.value >= 10:
            raise UnreadableError("numbers")
        return int(sign.value + (0 if ones is None else ones.value))

    def _parse_minutes_and_hour(self) -> bool:
        """Parse "ten past nine" and "twenty to four". "9 to 10" is no time, but two."""
        start = self._at
        in_words = self._is_next("numbers")
        minutes = self._parse_whole_number()
        sign = self._sign("past", "to") if minutes is not None else None
        hour = self._parse_whole_number() if sign is not None else None
        if minutes is None or sign is None or hour is None:
            self._at = start
            return False
        if sign.kind == "to" and minutes <= MAX_HOUR and not (in_words and minutes in (5, 10)):
            if not self._in_range:
                raise UnreadableError(sign.kind, "two_times")
            return self._back_to(start)  # "from 2 to 3"
        if minutes > 59:
            raise UnreadableError(sign.kind)
        self._set("clock", self._meridiem(Clock(hour, shift=minutes if sign.kind == "past" else -minutes)))
        return True

    def _parse_zone(self) -> bool:
        """Parse "EST" or "UTC+2" after a time of day, and the place of a zone in "3pm (CET)"."""
        if self._at != self._time_ended:
            return False
        start = self._at
        offset = self._next("offset")
        name = None if offset is not None else self._zone_name()
        if offset is None and name is None:
            return False
        if self._pair is not None:
            self._resolve_pair(self._pair)
            self._pair = None
        if offset is not None:
            self._set("zone", SaidZone(offset, _zone_of(offset)))
        elif name is not None:
            said = " ".join(token.text for token in self._tokens[start : self._at])
            self._set("zone", SaidZone(said, ZoneInfo(name)))
        return True

    def _zone_name(self) -> str | None:
        """Consume what people call a zone, or a city and "time"."""
        sign = self._sign("zones")
        if sign is not None:
            return sign.zone
        start = self._at
        for length in range(1, MAX_WORDS):
            name = zones_by_city().get(tuple(token.text for token in self._tokens[start : start + length]))
            self._at = start + length
            if name is not None and self._sign("zone_time") is not None:
                return name
        self._at = start
        return None

    def _add(self, minutes: float, *, in_days: bool) -> None:
        """Whole days are calendar days and need a time of day; 24 hours are hours."""
        if in_days and minutes % A_DAY == 0:
            self._set("days", int(minutes) // A_DAY)
        else:
            self._result.minutes = (self._result.minutes or 0) + minutes

    # --- figures: dates and times ---

    def _parse_dash(self) -> bool:
        """Parse the dash of "Fri - 10" and "Fri-10". "-10" is no time."""
        if self._next("dash") is not None:
            return True
        dash = self._next("minus")
        if dash is not None and len(dash) == 1:
            raise UnreadableError(dash)
        return dash is not None

    def _parse_date(self) -> bool:
        if (stamp := self._next("stamp")) is not None:
            self._parse_stamp(stamp)
        elif (basic := self._next("basic")) is not None:
            self._parse_basic_stamp(basic)
        elif (iso := self._next("iso")) is not None:
            year, month, day = map(int, iso.split("-"))
            self._set("date", Date(day, month, year))
        elif (slashed := self._next("slashed") or self._next("dashed")) is not None:
            self._set("date", _parse_slashed(*map(int, re.split("[/-]", slashed))))
        elif (dotted := self._next("dotted")) is not None:
            day, month, *rest = (int(part) for part in dotted.split(".") if part)
            self._set("date", Date(day, month, _full_year(rest[0]) if rest else None))
        else:
            return False
        return True

    def _parse_figure(self) -> bool:
        if (clock := self._next("clock")) is not None:
            hour, minute = clock.split(":")
            self._set("clock", self._meridiem(Clock(int(hour), int(minute), exact=hour.startswith("0"))))
            self._sign("hour_mark")  # "17:00h"
            self._time_ended = self._at
        elif (span := self._next("range")) is not None:
            self._parse_range(*_SPAN.split(span))
        elif (pair := self._next("pair")) is not None:
            hour, minute = pair.split(".")
            if self._pair is not None:
                raise UnreadableError(pair)
            self._pair = self._meridiem(Clock(int(hour), int(minute), exact=hour.startswith("0")))
            self._time_ended = self._at
            if len(minute) == 1 or self._pair.after_noon is not None:
                self._resolve_pair(self._pair)
                self._pair = None
        elif (number := self._next("number")) is not None:
            self._parse_number(number)
        else:
            return False
        return True

    def _parse_stamp(self, text: str) -> None:
        """Parse "2026-11-25T15:00:00+02:00", as programs write it."""
        try:
            at = datetime.fromisoformat(text.replace(" ", "T").upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise UnreadableError(text) from error
        self._set("date", Date(at.day, at.month, at.year))
        self._set("clock", Clock(at.hour, at.minute, exact=True))
        self._set("zone", SaidZone("utc", UTC))

    def _parse_basic_stamp(self, text: str) -> None:
        """Parse "20261204T150000Z", as calendar files have it."""
        day, clock = text.rstrip("z").split("t")
        self._set("date", Date(int(day[6:]), int(day[4:6]), int(day[:4])))
        self._set("clock", Clock(int(clock[:2]), int(clock[2:4]), exact=True))
        if text.endswith("z"):
            self._set("zone", SaidZone("utc", UTC))

    def _parse_range_begin(self) -> bool:
        """Parse the "between" of "between 2 and 3"."""
        if self._sign("range_begins") is None:
            return False
        self._in_range = True
        return True

    def _parse_range_end(self) -> bool:
        """Parse the end of "2pm to 3pm" and "between 2 and 3": the call is when it begins."""
        if self._at != self._time_ended or (self._result.clock is None and self._pair is None):
            return False
        start = self._at
        joined = (
            self._next("dash") or self._spaced_dash() or self._sign("to") or (self._in_range and self._sign("joins"))
        )
        figure = (self._next("clock") or self._next("number") or self._next("pair")) if joined else None
        if figure is None:
            return self._back_to(start)
        self._sign("hour_mark")
        half = self._sign("before_noon", "after_noon")
        hour = int(re.split("[:.]", figure)[0])
        if half is not None and self._result.clock is not None:
            self._result.clock = _half_of_range(self._result.clock, hour, after_noon=half.kind == "after_noon")
        self._time_ended = self._at
        return True

    def _spaced_dash(self) -> str | None:
        """Consume the dash of "2pm - 3pm", but not of "2pm -3"."""
        is_spaced = self._at < len(self._tokens) and len(self._tokens[self._at].text) > 1
        return self._next("minus") if is_spaced else None

    def _parse_end_of(self) -> bool:
        """Parse "end of March", "end of next week" and "EOM"."""
        start, short = self._at, self._sign("ends")
        if short is not None:
            self._set("ends", PeriodEnd(int(short.value)))
            return True
        if self._sign("end_of") is None:
            return False
        which = self._sign("this_week", "next_week", "next_month") or self._sign("this", "next")
        ahead = int(which is not None and which.kind.startswith("next"))
        if which is not None and which.kind not in ("this", "next"):
            self._set("ends", PeriodEnd(int(which.kind == "next_month"), ahead))
        elif (period := self._sign("periods")) is not None:
            self._set("ends", PeriodEnd(int(period.value), ahead))
        elif which is None and (month := self._sign("months")) is not None:
            self._set("ends", PeriodEnd(1, month=int(month.value), year=self._parse_year()))
        elif which is None and self._is_next("days", "weekdays"):
            self._set("day_end", True)
        else:
            return self._back_to(start)
        return True

    def _parse_year(self) -> int | None:
        is_year = self._at < len(self._tokens) and re.fullmatch(r"20\d\d", self._tokens[self._at].text)
        return int(self._next("number") or 0) if is_year else None

    def _parse_range(self, begins: str, ends: str) -> None:
        """Parse "10-11" and "3-4pm": the call is when it begins."""
        hour, minute = _clock_figures(begins)
        end, _ = _clock_figures(ends)
        if self._is_next("units", "periods", "workday_unit"):  # "2-3 hours"
            raise UnreadableError(begins, "two_times")
        half = self._sign("before_noon", "after_noon")
        clock = Clock(hour, minute, exact=begins.startswith("0"))
        if half is not None:
            clock = _half_of_range(clock, end, after_noon=half.kind == "after_noon")
        self._sign("hour_mark")
        self._set("clock", clock)

    def _parse_number(self, text: str) -> None:
        number = int(text)
        if self._parse_day(number):
            return
        date = self._result.date
        if date is not None and date.year is None and len(text) == 4 and 2000 <= number <= 2100:
            self._result.date = date._replace(year=number)
        elif len(text) > 2:
            self._set("clock", self._meridiem(Clock(number // 100, number % 100, exact=text.startswith("0"))))
            if len(text) == FOUR_DIGITS:  # "1500 hours", "1530h"
                self._sign("units", "hour_mark")
            self._time_ended = self._at
        elif self._sign("hour_mark"):
            minute = self._next("number")
            self._set("clock", Clock(number, int(minute or 0), exact=text.startswith("0"), marked=True))
        else:
            self._set("clock", self._meridiem(Clock(number, exact=text.startswith("0"))))

    def _parse_day(self, number: int) -> bool:
        """Parse `number` as a day, if a month was just named or is named next."""
        start = self._at
        while self._sign("skipped", "ordinals"):
            pass
        month = self._sign("months")
        if month is not None:
            self._set("date", Date(number, int(month.value)))
            return True
        self._at = start
        if self._month is None:
            ordinal = self._sign("ordinals")
            if ordinal is not None:
                self._set("date", Date(number, None))
            return ordinal is not None
        if self._is_next("before_noon", "after_noon"):
            return False
        self._set("date", Date(number, self._month))
        self._month = None
        self._sign("ordinals")
        return True

    def _meridiem(self, clock: Clock) -> Clock:
        sign = self._sign("before_noon", "after_noon")
        return clock if sign is None else clock._replace(after_noon=sign.kind == "after_noon")

    # --- words ---

    def _parse_word(self) -> bool:
        length, signs = self._signs()
        known = [sign for sign in signs if sign.kind in _STANDALONE]
        self._at += length if known else 0
        for sign in known:
            self._apply_sign(sign)
        return bool(known)

    def _parse_weeks_later(self, day: Sign) -> None:
        """Parse the "week" of the British "Monday week"."""
        start, unit = self._at, self._sign("units") if day.kind in ("weekdays", "days") else None
        if unit is None or unit.value not in (7 * A_DAY, 14 * A_DAY):
            self._at = start
        elif day.kind == "weekdays":
            self._set("days_after", int(unit.value) // A_DAY)
        else:
            self._result.days = int(day.value + unit.value // A_DAY)

    def _parse_week(self, which: str) -> None:
        """Parse what follows "next" and the like: "business day", or later a weekday."""
        if which == "next" and self._sign("workday_unit"):
            self._set("workdays", 1)
        elif self._is_next("periods"):
            raise UnreadableError(which, "which_day")
        else:
            self._set("week", which)

    def _parse_shifted_hour(self, minutes: int) -> None:
        """Parse the hour after "half" or "quarter to"."""
        hour = self._parse_whole_number()
        if hour is None:
            raise UnreadableError("shifts")
        self._set("clock", self._meridiem(Clock(hour, shift=minutes)))

    def _parse_spoken_clock(self, hour: int) -> None:
        """Parse the minutes after the hour in "two forty-five", if there are any."""
        minute = self._parse_whole_number() if self._is_next("numbers") else None
        if minute is not None and not 10 <= minute < 60:
            raise UnreadableError("numbers")
        self._set("clock", self._meridiem(Clock(hour, minute or 0)))

    def _apply_sign(self, sign: Sign) -> None:
        match sign.kind:
            case "days" | "weekdays" | "times" | "parts":
                self._set(_FIELD_OF_TABLE[sign.kind], int(sign.value))
                self._parse_weeks_later(sign)
            case "same_time" | "day_end" | "before" | "now" | "soonest":
                self._set(*_FIELD_OF_WORD[sign.kind])
            case "months" if self._month is None:
                self._month = int(sign.value)
            case "shifts":
                self._parse_shifted_hour(int(sign.value))
            case "numbers" if sign.value <= MAX_HOUR:
                self._parse_spoken_clock(int(sign.value))
            case "this" | "next" | "this_week" | "next_week" | "next_month" | "last":
                self._parse_week(sign.kind)
            case "in" if self._at < len(self._tokens) and (
                self._tokens[self._at].kind != "word" or self._is_next("numbers")
            ):
                why = "two_times" if self._tokens[self._at].kind == "range" else "unreadable"
                raise UnreadableError(sign.kind, why)  # "in 2-3 hours", "in 5 pm"
            case "skipped" | "in":
                pass
            case _:
                raise UnreadableError(sign.kind, _UNCLEAR.get(sign.kind, "unreadable") or sign.kind)


def _half_of_range(clock: Clock, end: int, *, after_noon: bool) -> Clock:
    """The beginning of a range whose end is in this half of the day: "11-1pm" begins in the morning."""
    if clock.after_noon is not None or clock.hour > MAX_HOUR:
        return clock
    return clock._replace(after_noon=after_noon and not end < clock.hour < MAX_HOUR)


def _zone_of(offset: str) -> tzinfo:
    """The zone of "UTC+2", "gmt+5:30" and "+0530"."""
    figures = re.sub(r"[^\d:]", "", offset)
    hours, minutes = figures.split(":") if ":" in figures else (figures[:-2], figures[-2:])
    if len(figures) <= len("12"):
        hours, minutes = figures, "0"
    ahead = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if "+" in offset else -1)
    if not timedelta(hours=-12) <= ahead <= timedelta(hours=14) or int(minutes) > 59:
        raise UnreadableError(offset)
    return timezone(ahead)


def _clock_figures(text: str) -> tuple[int, int]:
    hour, _, minute = text.partition(":")
    return int(hour), int(minute or 0)


def _parse_slashed(first: int, second: int, year: int | None = None) -> Date:
    day, month = (second, first) if second > 12 else (first, second)
    return Date(
        day, month, None if year is None else _full_year(year), either=max(first, second) <= 12 and first != second
    )


def _full_year(year: int) -> int:
    return year if year > 99 else 2000 + year
