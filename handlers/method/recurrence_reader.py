"""Reads the promises in a statement that recur, "an update every Thursday before noon, until go-live" (M3.1, M3.5).

The signs are in measures.toml. What is at most so often ("no more than weekly"), what is denied ("no daily calls") and
what has no calendar ("at each visit", "hourly", "24/7") is not due on a day, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time

from handlers.method.measurables import Comparison, MeasureRules, ParsedText, read_targets
from handlers.method.recurrence import LAST, UNITS, Recurrence, Unit, later
from handlers.method.recurrence_bounds import CLAUSE_ENDS, MAX_WORDS_BEHIND, Bounds, is_denied, word_at
from handlers.method.working_time import A_DAY
from prompts.measures import Role, What

WORKDAYS = (0, 1, 2, 3, 4)
NOON = time(12)


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
            # What is at most so often is no promise.
            if not line.ends_before(Role.AT_MOST, at) and not is_denied(line, at):
                spans.append(span)
            at = span.end
    spans = _without_repetitions(_joined(spans))
    dates = {target.start: target for target in read_targets(wording, rules, today) if target.what is What.DATE}
    limits_time = _limits_time(wording, rules)
    found: list[Found] = []
    for number, span in enumerate(spans):
        before = range(spans[number - 1].end if number else 0, span.start)
        after = range(span.end, spans[number + 1].start if number + 1 < len(spans) else len(line.words))
        bounds = Bounds(line, dates, today)
        if not number:
            bounds.read(before)
        bounds.read(after)
        means = _means(line, before, span, after, alone=len(spans) == 1)
        clock = {} if "at" in bounds.values else span.clock()
        rule = replace(_named(span, line), means=means, **{**clock, **bounds.values})
        if means is None and limits_time:
            continue  # "a reply within 2 hours, on weekdays"
        if found and line.ends_before(Role.THEN, span.start):
            rule = _following(rule, found[-1].rule, today)
        start, end = line.words[span.start].start, line.words[span.end - 1].end
        found.append(Found(rule, min(start, bounds.start or start), max(end, bounds.end)))
    return found


def _limits_time(wording: str, rules: MeasureRules) -> bool:
    """Whether the wording says how fast something happens when it is asked for: "within 4 hours", "the same day"."""
    durations = [target for target in read_targets(wording, rules) if target.what is What.DURATION]
    return any(
        target.number is None or (target.unit in ("minute", "hour") and target.comparison is Comparison.AT_MOST)
        for target in durations
    )


def _following(rule: Recurrence, before: Recurrence, today: date) -> Recurrence:
    """The rule that begins when the one before it ends: "daily until go-live, then weekly"."""
    ends = before.ends
    if before.lasts is not None:
        ends = later(today, *before.lasts)
    return replace(rule, starts=None if ends is None else ends + A_DAY, from_event=before.until_event)


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
    is_plural: bool = False
    """Weekdays in the plural, and nothing else: "Mondays"."""

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


def _means(line: ParsedText, before: range, span: _Span, after: range, *, alone: bool) -> str | None:
    """What is promised: of several promises, what stands before or in the rule, else what stands behind it.

    Of two ways to tell the customer, none is certain: "by phone or email".
    """
    own = range(span.start, span.end)
    if alone:
        return _named_means(line, (*before, *own, *after))
    everywhere = range(len(line.words))
    return _named_means(line, (*before, *own)) or _named_means(line, after) or _named_means(line, everywhere)


def means_in(wording: str, rules: MeasureRules) -> str | None:
    """What is promised in the wording, a name of `means` in measures.toml."""
    line = ParsedText(wording, rules, None)
    return _named_means(line, range(len(line.words)))


def _named_means(line: ParsedText, words: Iterable[int]) -> str | None:
    named = {sign[1].name for at in words if (sign := line.sign(Role.MEANS, at)) is not None}
    ways = named - set(_GENERAL)
    general = next((name for name in _GENERAL if name in named), None)
    return "update" if len(ways) > 1 else next(iter(ways), general)


_GENERAL = ("report", "update", "other")
"""What says less than a way to tell the customer, the most exact one first."""


def _joined(spans: list[_Span]) -> list[_Span]:
    """With the days of a rule that stand apart from it: "twice a month, Mondays", "fortnightly, on Fridays"."""
    joined: list[_Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before is None or not span.is_plural or before.weekdays or before.days or before.unit == "day":
            joined.append(span)
        elif before.unit == "week":
            joined[-1] = replace(before, end=span.end, weekdays=span.weekdays, times=1, part_of_day=span.part_of_day)
        else:
            weeks = {1: (1,), 2: (1, 3), 3: (1, 2, 3)}.get(before.times, (1, 2, 3, 4))
            joined[-1] = replace(before, end=span.end, weekdays=span.weekdays, weeks=weeks, times=1)
    return joined


def _without_repetitions(spans: list[_Span]) -> list[_Span]:
    """Without the general ones that a more exact one explains: "weekly, every Thursday"."""
    exact = {(span.unit, span.interval) for span in spans if span.weekdays or span.days}
    return [span for span in spans if span.weekdays or span.days or (span.unit, span.interval) not in exact]


def _recurrence(line: ParsedText, at: int) -> _Span | None:
    for read in (_of_month, _every, _in_a_word, _times, _on_weekdays):
        if (span := read(line, at)) is not None:
            return span
    return None


def _of_month(line: ParsedText, at: int) -> _Span | None:
    """`the first Monday of each month`, `the 1st and 15th of the month`, `the last working day of every month`."""
    if (last := line.sign(Role.MONTH_LAST, at)) is not None:
        return _Span(at, last[0], "month", days=(LAST,))
    start = line.end_of(Role.DEFINITE, at)
    if (every := line.sign(Role.EVERY, start)) is not None and word_at(line, start) != "per":
        start = every[0]
    end, numbers = _ordinals(line, start)
    has_digits = any(line.digits(word) is not None for word in range(start, end))
    end, weekdays = _weekdays(line, end)
    workday = None if weekdays else line.sign(Role.WORKDAY, end)
    of_month = line.sign(Role.OF_MONTH, end if workday is None else workday[0])
    if not numbers or of_month is None:
        return None
    span = _Span(at, of_month[0], "month")
    if weekdays:
        return _behind(line, replace(span, weekdays=weekdays, weeks=numbers))
    if workday is not None:
        return replace(span, days=numbers, workday=True) if numbers in ((1,), (LAST,)) else None
    return _behind(line, replace(span, days=numbers)) if has_digits else None  # not "the second month"


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
    if (alternate := line.sign(Role.ALTERNATE, at)) is not None:
        end, weekdays = _weekdays(line, alternate[0])
        return _behind(line, _Span(at, end, "week", 2, weekdays=weekdays)) if weekdays else None
    if word_at(line, at) == "per" or (every := line.sign(Role.EVERY, at)) is None:
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
    period = line.sign(Role.PERIOD, start) or line.sign(Role.TIME, start)
    unit = None if period is None or word_at(line, start).startswith("night") else UNITS.get(period[1].name)
    if period is None or unit is None:
        return None
    part = next((part for part in (Role.MORNING, Role.AFTERNOON) if line.sign(part, start)), None)
    return _behind(line, _Span(at, period[0], unit[0], unit[1] * interval, part_of_day=part))


def _in_a_word(line: ParsedText, at: int) -> _Span | None:
    """`weekly`, `fortnightly on Fridays`, `a monthly call on the 15th`."""
    word = line.sign(Role.PERIOD, at)
    if word is None or _is_counted(line, at):
        return None
    unit, interval = UNITS[word[1].name]
    return _behind(line, _Span(at, word[0], unit, interval))


def _is_counted(line: ParsedText, at: int) -> bool:
    """Whether a number or an amount stands before the word: "3 monthly instalments", "$640 monthly"."""
    amounts = (Role.CURRENCY, Role.UNIT, Role.PERCENT)
    return (at > 0 and line.digits(at - 1) is not None) or any(line.ends_before(role, at) for role in amounts)


def _times(line: ParsedText, at: int) -> _Span | None:
    """`twice a week`, `three times a month`, `once every two weeks`, `once weekly`."""
    number = line.number(at)
    if number is None or number[1] != int(number[1]) or not 0 < number[1] <= 31:
        return None
    # "at seven each morning" is an hour.
    if line.comparison(at, number[0]) is Comparison.AT_MOST or line.ends_before(Role.CLOCK_BEFORE, at):
        return None
    times = int(number[1])
    span: _Span | None = None
    end = number[0] + 1 if line.sign(Role.MEANS, number[0]) else number[0]  # "one call a week"
    if (per := line.sign(Role.PER, end)) is not None and (period := line.sign(Role.TIME, per[0])) is not None:
        unit = UNITS.get(period[1].name)
        span = None if unit is None else _Span(at, period[0], *unit)
    elif line.sign(Role.NUMBER, at) and line.words[at].folded in _ADVERBS:
        span = _every(line, number[0]) or _in_a_word(line, number[0])
    if span is None:
        return None
    # Two reminders on one day are one.
    times = 1 if span.unit == "day" or span.weekdays or span.days else times
    return _behind(line, replace(span, start=at, times=times))


_ADVERBS = ("once", "twice", "thrice")


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
    return _behind(line, _Span(at, end, "week", weekdays=weekdays, is_plural=True)) if plural else None


def _part_of_day(line: ParsedText, at: int) -> tuple[int, Role] | None:
    """`morning`, `in the afternoon`."""
    start = at
    if word_at(line, at) in ("in", "on"):
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
        if CLAUSE_ENDS.search(line.wording[line.words[span.end - 1].end : line.words[at].start].replace(",", "")):
            break
        if (named := _named_day(line, at, span)) is not None:
            return named
    return span


def _named_day(line: ParsedText, at: int, span: _Span) -> _Span | None:
    """`on Thursdays` behind "weekly"; `on the 15th`, `on the first Monday` behind "monthly"."""
    match span.unit:
        case "week":
            return _weekday_behind(line, at, span)
        case "month":
            return _day_of_month_behind(line, at, span)
        case _:
            return None


def _weekday_behind(line: ParsedText, at: int, span: _Span) -> _Span | None:
    end, weekdays = _weekdays(line, line.end_of(Role.EVERY, at))
    before = at - 1 if line.ends_before(Role.ARTICLE, at) else at
    is_named = at == span.end or word_at(line, before - 1) == "on" or line.sign(Role.EVERY, at)
    if not weekdays or not (is_named or line.sign(Role.WEEKDAYS, at)):
        return None
    part = _part_of_day(line, end) or (end, span.part_of_day)
    return replace(span, end=part[0], weekdays=weekdays, times=1, part_of_day=part[1])


def _day_of_month_behind(line: ParsedText, at: int, span: _Span) -> _Span | None:
    end, numbers = _ordinals(line, at)
    if not numbers:
        return None
    behind, weekdays = _weekdays(line, end)
    if weekdays and max(numbers) <= 5:
        return replace(span, end=line.end_of(Role.OF_MONTH, behind), weekdays=weekdays, weeks=numbers, times=1)
    is_date = line.sign(Role.MONTH, line.end_of(Role.OF, end)) is not None
    if is_date or any(line.sign(Role.NTH, word) for word in range(at, end)):
        return None
    return replace(span, end=line.end_of(Role.OF_MONTH, end), days=numbers, times=1)
