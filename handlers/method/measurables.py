"""Find what is measurable in a statement: numbers with units, dates, durations, people, channels (M3.5).

The text is read once, from left to right. Unknown words are skipped; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache

from prompts.measures import Role, Sign, What, measures
from prompts.phrase_matcher import PhraseMatcher, Word, words_of

PERCENT = "%"
"""The unit of a percentage."""
MAX_DIGITS = 15
"""A longer number is an identifier, not a measure."""
MAX_SCALES = 2
"""As in "two hundred thousand"."""
MAX_WORDS_BETWEEN = 3
"""The words allowed between a number and its period: "50 new web leads a month"."""

_ISO_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_WRITTEN_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d\d))?")
_HOUR = re.compile(r"([01]?\d|2[0-4])[:.][0-5]\d")


class Comparison(StrEnum):
    """Whether a number is a ceiling or a floor."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Target:
    """Something measurable in a statement.

    `text` is as written, the characters from `start` up to `end`. A quantity has a number and a unit (a name of
    measures.toml, or `%`), money a number and an ISO 4217 code or `cent`, a duration a number and a unit of time. A
    frequency is a number of times per `per`. `per` is a unit of time, or None. `day` is the date, where it is
    unambiguous.
    """

    what: What
    text: str
    start: int
    end: int
    number: Decimal | None = None
    unit: str | None = None
    comparison: Comparison | None = None
    per: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """One language's signs, compiled."""

    finder: PhraseMatcher[Sign]
    thousands: str
    decimal: str


@cache
def measure_rules(locale: str = "en") -> MeasureRules:
    """Return the rules of a locale. Raises `PlaybookError` when its measures.toml is missing or wrong."""
    found = measures(locale)
    return MeasureRules(PhraseMatcher(found.signs), found.thousands, found.decimal)


def read_targets(wording: str, rules: MeasureRules, today: date | None = None) -> list[Target]:
    """Return what is measurable in the wording, in order, without overlaps.

    With `today`, a day without a year ("12 March", "Friday") gets its date: the next one from today on.
    """
    line = ParsedText(wording, rules, today)
    targets: list[Target] = []
    at = 0
    while at < len(line.words):
        hit = next((hit for read in _READERS if (hit := read(line, at)) is not None), None)
        if hit is None:
            at += 1
        else:
            targets.append(hit.target(line, at))
            at = hit.end
    return targets


def kinds(targets: Iterable[Target]) -> frozenset[What]:
    """Return the kinds of the targets."""
    return frozenset(target.what for target in targets)


def has_number(wording: str, rules: MeasureRules) -> bool:
    """Whether the wording has a number, in digits or in words, except "one", which is often a pronoun."""
    line = ParsedText(wording, rules, None)
    return any((number := line.number(at)) is not None and number[1] != 1 for at in range(len(line.words))) or any(
        word.text[0].isdigit() for word in line.words
    )


@dataclass(frozen=True, slots=True)
class _Match:
    """A target that ends before the word `end`."""

    end: int
    what: What
    number: Decimal | None = None
    unit: str | None = None
    comparison: Comparison | None = None
    per: str | None = None
    day: date | None = None

    def target(self, line: ParsedText, start: int) -> Target:
        first, last = line.words[start].start, line.words[self.end - 1].end
        return Target(
            what=self.what,
            text=line.wording[first:last],
            start=first,
            end=last,
            number=self.number,
            unit=self.unit,
            comparison=self.comparison,
            per=self.per,
            day=self.day,
        )


class ParsedText:
    """The words of a wording, with the signs that start and end at each."""

    def __init__(self, wording: str, rules: MeasureRules, today: date | None) -> None:
        self.wording = wording
        self.words: list[Word] = words_of(wording)
        self.rules = rules
        self.today = today
        self._starts: dict[tuple[Role, int], tuple[int, Sign]] = {}
        self._ends: set[tuple[Role, int]] = set()
        for found in rules.finder.find([word.folded for word in self.words]):
            place = (found.what.role, found.start)
            if place not in self._starts or self._starts[place][0] < found.end:
                self._starts[place] = (found.end, found.what)
            self._ends.add((found.what.role, found.end))

    def sign(self, role: Role, at: int) -> tuple[int, Sign] | None:
        """The longest sign of a role that starts at the word, with its end."""
        return self._starts.get((role, at))

    def end_of(self, role: Role, at: int) -> int:
        """The end of the sign of a role at the word; `at` when there is none."""
        found = self.sign(role, at)
        return found[0] if found else at

    def ends_before(self, role: Role, at: int) -> bool:
        """Whether a sign of a role ends right before the word."""
        return (role, at) in self._ends

    def is_name(self, at: int) -> bool:
        """Whether the word could be a person's name: capitalized, and no known sign."""
        if at >= len(self.words):
            return False
        text = self.words[at].text
        known = (Role.MONTH, Role.WEEKDAY, Role.FEAST, Role.CHANNEL, Role.NOBODY, Role.NUMBER, Role.DEFINITE)
        return text[:1].isupper() and not text.isupper() and not any(self.sign(role, at) for role in known)

    def digits(self, at: int) -> Decimal | None:
        """The number written in digits at the word."""
        if at >= len(self.words) or not self.words[at].text[0].isdigit():
            return None
        text = self.words[at].text
        if len(text) > MAX_DIGITS:
            return None
        grouped = text.split(self.rules.thousands)
        if len(grouped) > 1 and all(len(group.split(self.rules.decimal)[0]) == 3 for group in grouped[1:]):
            text = "".join(grouped)
        try:
            return Decimal(text.replace(self.rules.decimal, "."))
        except InvalidOperation:
            return None

    def number(self, at: int) -> tuple[int, Decimal] | None:
        """The end and value of the number at the word, in digits or in words ("forty eight", "2 million")."""
        value = self.digits(at)
        end = at + 1
        if self.sign(Role.ARTICLE, at) and self.sign(Role.SCALE, end):
            value = Decimal(1)  # "a hundred"
        if value is None:
            said = self.sign(Role.NUMBER, at)
            if said is None:
                return None
            end, value = said[0], Decimal(str(said[1].value))
            ones = self.sign(Role.NUMBER, end)
            if ones is not None and value >= 20 and 1 <= ones[1].value < 10:
                end, value = ones[0], value + Decimal(str(ones[1].value))
            elif value < 1:
                end = self.end_of(Role.ARTICLE, end)  # "half a second"
        for _ in range(MAX_SCALES):
            if (scale := self.sign(Role.SCALE, end)) is not None:
                end, value = scale[0], value * Decimal(str(scale[1].value))
        return end, value

    def comparison(self, start: int, end: int) -> Comparison | None:
        """The comparison by the words right before and after a number."""
        for role, comparison in ((Role.AT_MOST, Comparison.AT_MOST), (Role.AT_LEAST, Comparison.AT_LEAST)):
            # A currency may stand between: "not over $500".
            if self.ends_before(role, start) or self.sign(role, end) or (self._is_currency(start - 1, role)):
                return comparison
        return None

    def _is_currency(self, at: int, role: Role) -> bool:
        return at > 0 and self.sign(Role.CURRENCY, at) is not None and self.ends_before(role, at)

    def period(self, at: int) -> tuple[int, str | None] | None:
        """The period after a "per": a named unit of time, or an occasion (None)."""
        if (time := self.sign(Role.TIME, at)) is not None:
            return time[0], time[1].name
        if (occasion := self.sign(Role.OCCASION, at)) is not None:
            return occasion[0], None
        return None


def _date(line: ParsedText, at: int) -> _Match | None:
    for read in (_written_day, _named_day, _lone_month, _other_day, _loose_date):
        if (hit := read(line, at)) is not None:
            return hit
    return None


def _written_day(line: ParsedText, at: int) -> _Match | None:
    """`2027-03-12`, `31/05/2027`, `by 31/05`."""
    text = line.words[at].text
    if iso := _ISO_DAY.fullmatch(text):
        return _Match(at + 1, What.DATE, day=_day(int(iso[1]), int(iso[2]), int(iso[3])))
    found = _WRITTEN_DAY.fullmatch(text)
    if found is None or (found[3] is None and ("." in text or not line.ends_before(Role.DATE_BEFORE, at))):
        return None
    first, second = int(found[1]), int(found[2])
    if min(first, second) < 1 or min(first, second) > 12 or max(first, second) > 31:
        return None
    # Day first or month first: only a number above 12, or two equal numbers, are unambiguous.
    month = min(first, second) if max(first, second) > 12 or first == second else None
    day = None
    if month is not None:
        number = max(first, second)
        year = int(found[3]) if found[3] else None
        day = _next_day(line.today, year + 2000 if year is not None and year < 100 else year, month, number)
    return _Match(at + 1, What.DATE, day=day)


def _named_day(line: ParsedText, at: int) -> _Match | None:
    """`12 March`, `the 1st of september`, `May 3rd 2027`."""
    number = line.digits(at)
    if number is not None and 1 <= number <= 31 and number == int(number):
        end = line.end_of(Role.OF, line.end_of(Role.ORDINAL, at + 1))
        month = line.sign(Role.MONTH, end)
        end = month[0] if month else end
    elif (month := line.sign(Role.MONTH, at)) is not None:
        number = line.digits(line.end_of(Role.DEFINITE, month[0]))
        end = line.end_of(Role.ORDINAL, line.end_of(Role.DEFINITE, month[0]) + 1)
        if line.sign(Role.UNIT, end) or line.sign(Role.TIME, end):
            return None
    if month is None or number is None or not (1 <= number <= 31 and number == int(number)):
        return None
    year = _year(line, end)
    day = _next_day(line.today, year, int(month[1].value), int(number))
    return _Match(end + (year is not None), What.DATE, day=day)


def _lone_month(line: ParsedText, at: int) -> _Match | None:
    """`by June`, `end of April`, `March 2028`."""
    month_end = line.sign(Role.MONTH_END, at)
    start = month_end[0] if month_end else at
    month = line.sign(Role.MONTH, start)
    if month is None:
        return None
    year = _year(line, month[0])
    if month_end is None and year is None and not line.ends_before(Role.DATE_BEFORE, at):
        return None
    day = None
    if month_end is not None:
        first_of_next = int(month[1].value) % 12 + 1
        following = _next_day(_days_after(line.today, 1), None, first_of_next, 1)
        if year is not None:
            following = _day(year + (first_of_next == 1), first_of_next, 1)
        day = following - timedelta(days=1) if following else None
    return _Match(month[0] + (year is not None), What.DATE, day=day)


def _other_day(line: ParsedText, at: int) -> _Match | None:
    """`friday`, `Christmas`, `tomorrow`."""
    today = line.today
    if (weekday := line.sign(Role.WEEKDAY, at)) is not None:
        ahead = (int(weekday[1].value) - 1 - today.weekday()) % 7 if today else 0
        return _Match(weekday[0], What.DATE, day=_days_after(today, ahead))
    if (feast := line.sign(Role.FEAST, at)) is not None:
        return _Match(feast[0], What.DATE, day=_next_day(today, None, *divmod(int(feast[1].value), 100)))
    if (near := line.sign(Role.DAY, at)) is not None:
        return _Match(near[0], What.DATE, day=_days_after(today, int(near[1].value)))
    return None


def _loose_date(line: ParsedText, at: int) -> _Match | None:
    """`by the 5th`, `Q2`, `week 14`, `summer 2027`: a date, but not a day."""
    if (word := line.sign(Role.DATE_WORD, at)) is not None:
        return _Match(word[0] + (line.digits(word[0]) is not None), What.DATE)
    if (numbered := line.sign(Role.DATE_NUMBER, at)) is not None and line.digits(numbered[0]) is not None:
        return _Match(numbered[0] + 1, What.DATE)
    number = line.digits(at)
    if number is not None and line.sign(Role.ORDINAL, at + 1) and line.ends_before(Role.DEFINITE, at):
        return _Match(at + 2, What.DATE, day=_next_of_month(line.today, number))
    if _year(line, at) is not None and line.ends_before(Role.DATE_BEFORE, at):
        return _Match(at + 1, What.DATE)
    return None


def _year(line: ParsedText, at: int) -> int | None:
    number = line.digits(at)
    return int(number) if number is not None and 2000 <= number < 2100 and number == int(number) else None


def _next_day(today: date | None, year: int | None, month: int, number: int) -> date | None:
    """That day in `year`, or else the next such day from `today` on; None when it does not exist or is unknown."""
    if year is not None:
        return _day(year, month, number)
    if today is None:
        return None
    # The 29th of February may be eight years away.
    return next(
        (day for ahead in range(9) if (day := _day(today.year + ahead, month, number)) is not None and day >= today),
        None,
    )


def _next_of_month(today: date | None, number: Decimal) -> date | None:
    """The next day with that number, from `today` on: "by the 12th"."""
    if today is None or number != int(number) or not 1 <= number <= 31:
        return None
    months = (divmod(today.month - 1 + ahead, 12) for ahead in range(3))
    days = (_day(today.year + years, month + 1, int(number)) for years, month in months)
    return next((day for day in days if day is not None and day >= today), None)


def _days_after(today: date | None, days: int) -> date | None:
    try:
        return today + timedelta(days=days) if today else None
    except OverflowError:
        return None


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _frequency(line: ParsedText, at: int) -> _Match | None:
    """`weekly`, `every other day`, `each visit`, `every second Tuesday`, `twice a month`."""
    if (word := line.sign(Role.FREQUENCY, at)) is not None:
        return _Match(word[0], What.FREQUENCY)
    if (every := line.sign(Role.EVERY, at)) is not None:
        times = Decimal(1)
        start = every[0]
        if (skipping := line.sign(Role.SKIPPING, start)) is not None:
            start, times = skipping[0], Decimal("0.5")
        elif (number := line.number(start)) is not None and number[1] > 0:
            start, times = number[0], 1 / number[1]
        if (weekday := line.sign(Role.WEEKDAY, start)) is not None:
            return _Match(weekday[0], What.FREQUENCY, number=times, per="week")
        # One word may come between: "every planning meeting".
        if (period := line.period(start) or line.period(start + 1)) is not None:
            return _Match(period[0], What.FREQUENCY, number=times, per=period[1])
    number = line.number(at)
    if number is not None and (per := line.sign(Role.PER, number[0])) is not None:
        period = line.period(per[0])
        if period is not None:
            comparison = line.comparison(at, number[0])
            return _Match(period[0], What.FREQUENCY, number=number[1], per=period[1], comparison=comparison)
    return None


def _clock(line: ParsedText, at: int) -> _Match | None:
    """`4pm`, `16:30`, `at 9`, `between 2 and 4`, `noon`."""
    if (word := line.sign(Role.CLOCK_WORD, at)) is not None:
        return _Match(word[0], What.CLOCK)
    if (line.words[at].text[0].isdigit()) and ":" in line.words[at].text and _HOUR.fullmatch(line.words[at].text):
        return _Match(line.end_of(Role.CLOCK, at + 1), What.CLOCK)
    number = line.number(at)
    if number is None or number[1] > 24:
        return None
    if (word := line.sign(Role.CLOCK, number[0])) is not None:
        return _Match(word[0], What.CLOCK, number=number[1])
    follows = number[0] == len(line.words) or any(
        line.sign(role, number[0]) for role in (Role.CLOCK_BEHIND, Role.CLOCK_BEFORE, Role.WEEKDAY)
    )
    if follows and line.ends_before(Role.CLOCK_BEFORE, at):
        return _Match(number[0], What.CLOCK, number=number[1])
    return None


def _duration(line: ParsedText, at: int) -> _Match | None:
    """`within 4 hours`, `24h`, `a fortnight`, `same day`."""
    if (deadline := line.sign(Role.DEADLINE, at)) is not None:
        return _Match(deadline[0], What.DURATION)
    number = line.number(at)
    if number is None and (article := line.sign(Role.ARTICLE, at)) is not None:
        number = (article[0], Decimal(1))
    if number is None or (time := line.sign(Role.TIME, number[0])) is None:
        return None
    return _Match(
        time[0],
        What.DURATION,
        number=number[1],
        unit=time[1].name,
        comparison=line.comparison(at, number[0]) or line.comparison(at, time[0]),
    )


def _money(line: ParsedText, at: int) -> _Match | None:
    """`$45,000`, `30 cents`, `12k euros`."""
    sign = line.sign(Role.CURRENCY, at)
    if sign is not None and (number := line.number(sign[0])) is not None:
        return _Match(
            number[0], What.MONEY, number=number[1], unit=sign[1].name, comparison=line.comparison(at, number[0])
        )
    number = line.number(at)
    if number is None or (sign := line.sign(Role.CURRENCY, number[0])) is None:
        return None
    comparison = line.comparison(at, number[0]) or line.comparison(at, sign[0])
    return _Match(sign[0], What.MONEY, number=number[1], unit=sign[1].name, comparison=comparison)


def _quantity(line: ParsedText, at: int) -> _Match | None:
    """`20 mpg`, `99.9 %`, `at least 50 new leads a month`."""
    number = line.number(at)
    if number is None:
        return None
    comparison = line.comparison(at, number[0])
    if line.sign(Role.PERCENT, number[0]):
        end = line.end_of(Role.PERCENT, number[0])
        return _Match(
            end, What.QUANTITY, number=number[1], unit=PERCENT, comparison=comparison or line.comparison(at, end)
        )
    unit: tuple[int, Sign] | None = None
    for between in range(MAX_WORDS_BETWEEN + 1):
        behind = number[0] + between
        # One word may come between: "50 new leads".
        if unit is None and between < 2:
            unit = line.sign(Role.UNIT, behind)
        end = unit[0] if unit else behind
        if (per := line.sign(Role.PER, end)) is not None and (period := line.period(per[0])) is not None:
            name = unit[1].name if unit else None
            return _Match(period[0], What.QUANTITY, number[1], name, comparison, per=period[1])
        if unit is not None:
            comparison = comparison or line.comparison(at, unit[0])
            return _Match(unit[0], What.QUANTITY, number[1], unit[1].name, comparison)
    return None


def _count(line: ParsedText, at: int) -> _Match | None:
    """A number without a unit: `at least three`, `six words or fewer`, `12k`, `4.5`, `half`."""
    number = line.number(at)
    if number is None:
        return None
    end = number[0]
    # The thing counted may come between the number and the comparison.
    comparison = line.comparison(at, end) or line.comparison(at, end + 1)
    exact = number[1] != int(number[1]) or line.sign(Role.SCALE, end - 1) is not None
    return _Match(end, What.COUNT, number=number[1], comparison=comparison) if comparison or exact else None


def _event(line: ParsedText, at: int) -> _Match | None:
    """`before go-live`, `when the truck leaves`."""
    event = line.sign(Role.EVENT, at)
    return _Match(event[0], What.EVENT) if event else None


def _person(line: ParsedText, at: int) -> _Match | None:
    """`Dana signs off`, `ask Mr Alvarez`, `the plant manager`."""
    if (position := line.sign(Role.POSITION, at)) is not None:
        return _Match(position[0], What.PERSON)
    if (title := line.sign(Role.TITLE, at)) is not None and line.is_name(title[0]):
        return _Match(_end_of_name(line, title[0]), What.PERSON)
    if line.sign(Role.PERSON_BEHIND, at + 1) and not line.sign(Role.NOBODY, at) and line.words[at].text.isalpha():
        return _Match(at + 1, What.PERSON)
    if at > 0 and line.is_name(at) and (line.ends_before(Role.PERSON_BEFORE, at)):
        return _Match(_end_of_name(line, at), What.PERSON)
    return None


def _end_of_name(line: ParsedText, at: int) -> int:
    end = at + 1
    while line.is_name(end) and end - at < 3:
        end += 1
    return end


def _channel(line: ParsedText, at: int) -> _Match | None:
    channel = line.sign(Role.CHANNEL, at)
    return _Match(channel[0], What.CHANNEL) if channel else None


_READERS: tuple[Callable[[ParsedText, int], _Match | None], ...] = (
    _date,
    _frequency,
    _clock,
    _money,
    _duration,
    _quantity,
    _count,
    _event,
    _person,
    _channel,
)
"""Tried in this order at each word."""
