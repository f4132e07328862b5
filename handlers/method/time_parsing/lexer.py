"""Parse words for a day and a time, "next tue 9.15", without knowing the current date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from handlers.method.invisible import without_invisible
from prompts.time_words import MAX_WORDS, Phrase, Sign, zones_by_city

MAX_LENGTH = 80
"""Characters; longer text is not parsed."""
MAX_HOUR = 12
"""The largest number that may be an hour in "9 to 10": larger ones are minutes before an hour."""
MINUS = frozenset("-−–")
OPENING = frozenset(
    {"days", "weekdays", "in", "last", "next", "next_month", "next_week", "same_time", "this", "this_week", "unclear"}
)
AFTER_A_NUMBER = frozenset({"units", "months", "hour_mark", "before_noon", "after_noon", "past", "to"})
"""The kinds of words that begin a time, and those that make one of a number before them."""
FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
A_DAY = 24 * 60

_SAME = str.maketrans({"∶": ":", "꞉": ":", "⁄": "/"})
"""Signs that look like those of a time, and are not folded by Unicode."""
_FRAME = " .!?\"'“”‘’„«»"
_DECIMAL_COMMA = re.compile(r"(?<![\w.,])(\d{1,2}),(\d{1,2})(?=\s*(?:h\b|hours?\b|hrs?\b|[ap]\.?m\b))")

_TOKEN = re.compile(
    r"(?P<stamp>\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[-+]\d\d(?::?\d\d)?))(?!\w)"
    r"|(?P<iso>\d{4}-\d\d?-\d\d?(?!\d))t?"
    r"|(?P<slashed>\d\d?/\d\d?(?:/(?:\d{4}|\d\d))?(?!\d))"
    r"|(?P<dashed>\d\d?-\d\d?-\d{4}(?!\d))"
    r"|(?P<dotted>\d\d?\.\d\d?\.(?:(?:\d{4}|\d\d)(?![\d:]))?)"
    r"|(?P<range>\d\d?(?::\d\d)?\s?[-–—]\s?\d\d?(?::\d\d)?(?![\d:./-]))"
    r"|(?P<clock>\d\d?:\d\d(?!\d))(?::\d\d(?:\.\d{1,6})?(?!\d))?"
    r"|(?P<pair>\d\d?\.\d\d?(?!\d))"
    r"|(?P<number>\d{1,4}(?!\d))"
    r"|(?P<offset>(?:utc|gmt)\s?[-+−]\s?\d\d?(?![\d:]))"
    r"|(?P<word>[^\W\d_]+(?:[.'’][^\W\d_]+)*)"
    r"|(?P<minus>(?<!\S)[-−–]\s*(?=\d))"
    r"|(?P<gap>(?:[\s,.@()]|(?<=\S)[−–—-]|[−–—-](?!\s*\d))+)"
)


_STANDALONE = frozenset(
    {"days", "weekdays", "months", "times", "parts", "numbers", "shifts", "in", "last", "next", "next_month"}
    | {"next_week", "same_time", "skipped", "this", "this_week"}
)
"""The kinds of words that mean something by themselves; all others only beside a number or a time."""
_PICTURES = frozenset({"So", "Sk", "Mn"})
"""The categories of emoji, and of what changes their look."""
_SPAN = re.compile(r"\s?[-–—]\s?")
_CLOCK_LIKE = re.compile(r"\d+:\d")
_FIELD_OF_TABLE = {"days": "days", "weekdays": "weekday", "times": "at", "parts": "part"}
"""The field of `ParsedTime` for a word of each table."""


class UnreadableError(ValueError):
    """The text is not a time, or says it twice."""


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
    """A time zone as it was typed, and the IANA zone that it usually means."""

    said: str
    name: str


@dataclass(slots=True)
class ParsedTime:
    """All parts of a typed time; missing ones are None. Times of day are in minutes since midnight."""

    days: int | None = None
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
    same_time: bool | None = None
    """The time of day that it is now: "same time tomorrow"."""
    minutes: float | None = None
    """From now; negative for the past, as `days`."""
    zone: SaidZone | None = None


class _Token(NamedTuple):
    """A token of the text. `kind` is its group in `_TOKEN`."""

    kind: str
    text: str


def begins_like_time(typed: str, words: Mapping[Phrase, tuple[Sign, ...]]) -> bool:
    """Whether the text begins as only a time does, readable or not: "in a while", "-5 min", "25:00", "later"."""
    first, second = [*typed.casefold().split(maxsplit=2), "", ""][:2]
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
        self._time_ended = -1
        """The token after the last time of day: only there is a zone one, and not a part of a name."""

    def parse(self) -> ParsedTime:
        """Parse all tokens."""
        steps = (
            self._parse_zone,
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
            raise UnreadableError
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
        count = self._parse_count()
        unit = self._sign("units") if count is not None else None
        if count is None:
            return self._parse_unit_and_a_half() or self._back_to(start)
        if unit is not None:
            if unit.value >= A_DAY and direction > 0 and self._parse_after_weekday(int(count * unit.value) // A_DAY):
                return True
            joined = self._sign("joins")
            part = self._sign("fractions") if joined is not None else None
            count += 0 if part is None else part.value
            if self._sign("ago"):
                direction = -direction
            self._add(direction * count * unit.value, in_days=unit.value >= A_DAY)
            if joined is not None and part is None and not self._parse_span():
                raise UnreadableError("joins")
        elif direction < 0 or not self._parse_hours(count, after_in=after_in):
            return self._back_to(start)
        return True

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

    def _parse_after_weekday(self, days: int) -> bool:
        """Parse "from Tuesday", after "a week". Consumes nothing else."""
        start = self._at
        weekday = self._sign("weekdays") if self._sign("from") is not None else None
        if weekday is None:
            self._at = start
            return False
        self._set("weekday", int(weekday.value))
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
        minutes = self._parse_whole_number()
        sign = self._sign("past", "to") if minutes is not None else None
        hour = self._parse_whole_number() if sign is not None else None
        if minutes is None or sign is None or hour is None:
            self._at = start
            return False
        if minutes > 59 or (sign.kind == "to" and minutes <= MAX_HOUR):
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
            hours = int(re.sub(r"[^\d]", "", offset)) * (1 if "+" in offset else -1)
            if not -12 <= hours <= 14:
                raise UnreadableError(offset)
            # The signs of these names are reversed.
            self._set("zone", SaidZone(offset, f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"))
        elif name is not None:
            said = " ".join(token.text for token in self._tokens[start : self._at])
            self._set("zone", SaidZone(said, name))
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
        """Parse the dash of "Fri - 10". "-10" is no time."""
        dash = self._next("minus")
        if dash is not None and len(dash) == 1:
            raise UnreadableError(dash)
        return dash is not None

    def _parse_date(self) -> bool:
        if (stamp := self._next("stamp")) is not None:
            self._parse_stamp(stamp)
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
        self._set("zone", SaidZone("utc", "Etc/UTC"))

    def _parse_range(self, begins: str, ends: str) -> None:
        """Parse "10-11" and "3-4pm": the call is when it begins."""
        hour, minute = _clock_figures(begins)
        end, _ = _clock_figures(ends)
        clock = self._meridiem(Clock(hour, minute, exact=begins.startswith("0")))
        if clock.after_noon and end < hour < MAX_HOUR:  # "11-1pm"
            clock = clock._replace(after_noon=False)
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
            if len(text) == 4 and self._is_next("units"):  # "1500 hours"
                self._sign("units")
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
        start, unit = self._at, self._sign("units") if day.kind == "weekdays" else None
        if unit is not None and unit.value == 7 * A_DAY:
            self._set("days_after", 7)
        else:
            self._at = start

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
            case "same_time":
                self._set(sign.kind, True)
            case "months" if self._month is None:
                self._month = int(sign.value)
            case "shifts":
                self._parse_shifted_hour(int(sign.value))
            case "numbers" if sign.value <= MAX_HOUR:
                self._parse_spoken_clock(int(sign.value))
            case "this" | "next" | "this_week" | "next_week" | "next_month" | "last":
                self._set("week", sign.kind)
            case "in" if self._at < len(self._tokens) and (
                self._tokens[self._at].kind != "word" or self._is_next("numbers")
            ):
                raise UnreadableError(sign.kind)  # "in 15" could mean minutes or an hour
            case "skipped" | "in":
                pass
            case _:
                raise UnreadableError(sign.kind)


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
