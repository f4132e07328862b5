"""The days that statements name, and those counted from a day of the deal: "two weeks before delivery" (M3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING
from functools import lru_cache

from handlers.method.measurables import MeasureRules, ParsedText, Target, read_targets
from handlers.method.recurrence_reader import read_recurrences
from handlers.method.working_time import A_DAY
from prompts.measures import Role, What

DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}
MAX_DAYS = 3660
WORDINGS_CACHED = 4_000
"""Every change of a deal plans its reminders again, and most of its wordings are as they were."""
MAX_GAP = len(" on the ")
"""Characters between a milestone and its date."""
MAX_WORDS_BETWEEN = 2
"""As in "two weeks' written notice before delivery"."""


def milestone_days(wordings: Iterable[str], rules: MeasureRules, today: date) -> dict[str, date]:
    """The days of the milestones (names in measures.toml) that the wordings give a date, "go-live by 12 March".

    The last day counts if a milestone has several. A day without a year is the first such day from `today` on.
    """
    found: dict[str, date] = {}
    for wording in wordings:
        for name, day in _milestones(wording, rules, today):
            found[name] = max(day, found.get(name, day))
    return found


@lru_cache(WORDINGS_CACHED)
def _milestones(wording: str, rules: MeasureRules, today: date) -> tuple[tuple[str, date], ...]:
    dates = _dates(wording, rules, today)
    if not dates:
        return ()
    line = ParsedText(wording, rules, None)
    found: list[tuple[str, date]] = []
    end = 0
    for at, word in enumerate(line.words):
        named = line.sign(Role.MILESTONE, at)
        if named is None or at < end:
            continue
        end = named[0]  # "go live" is one
        following = [target for target in dates if target.start >= word.start]
        is_near = bool(following) and following[0].start - line.words[end - 1].end <= MAX_GAP
        day = (following or dates[-1:])[0].day
        if day is not None and (is_near or not _is_reference(line, at)):
            found.append((named[1].name, day))
    return tuple(found)


def _is_reference(line: ParsedText, at: int) -> bool:
    """Whether something else is counted from the milestone: "no invoice before go-live"."""
    while at > 0 and line.sign(Role.FILLER, at - 1):
        at -= 1
    return any(line.ends_before(role, at) for role in (Role.AHEAD_OF, Role.STARTING, Role.UNTIL, Role.DUE_BY))


def days_due(wording: str, rules: MeasureRules, today: date, milestones: Mapping[str, date]) -> list[date]:
    """The days on which the statement is due, in the order of the wording. The bounds of what recurs are none."""
    return list(_days_due(wording, rules, today, tuple(sorted(milestones.items()))))


@lru_cache(WORDINGS_CACHED)
def _days_due(
    wording: str, rules: MeasureRules, today: date, milestones: tuple[tuple[str, date], ...]
) -> tuple[date, ...]:
    line, dates = ParsedText(wording, rules, None), _dates(wording, rules, today)
    days: list[date] = []
    counted_from = 0
    for target in read_targets(wording, rules, today):
        found = _counted(line, target, dates, dict(milestones)) if target.what is What.DURATION else None
        if found is not None:
            days.append(found[0])
            counted_from = found[1]
    return (*days, *(target.day for target in dates if target.day and target.end > counted_from))


@lru_cache(WORDINGS_CACHED)
def _dates(wording: str, rules: MeasureRules, today: date) -> tuple[Target, ...]:
    recurring = [(found.start, found.end) for found in read_recurrences(wording, rules, today)]
    return tuple(
        target
        for target in read_targets(wording, rules, today)
        if target.what is What.DATE and target.day and not any(s <= target.start < e for s, e in recurring)
    )


def _counted(
    line: ParsedText, target: Target, dates: Sequence[Target], milestones: Mapping[str, date]
) -> tuple[date, int] | None:
    """The day that lies so long before or after a date or a milestone, and the end of what was read."""
    at = next((number for number, word in enumerate(line.words) if word.start >= target.end), len(line.words))
    for start in range(at, min(at + MAX_WORDS_BETWEEN + 1, len(line.words))):
        before, after = line.sign(Role.AHEAD_OF, start), line.sign(Role.STARTING, start) or line.sign(Role.OF, start)
        relation = before or after
        if relation is None:
            continue
        end = relation[0]
        while (filler := line.sign(Role.FILLER, end)) is not None:
            end = filler[0]
        if end >= len(line.words):
            return None
        length = _days(target)
        named = line.sign(Role.MILESTONE, end)
        near = [each for each in dates if each.start >= line.words[end].start]
        is_next = named is None and near and near[0].start == line.words[end].start
        day = milestones.get(named[1].name) if named is not None else near[0].day if is_next else None
        if day is None or length is None:
            return None
        stop = line.words[end].end if named is not None else near[0].end
        if named is not None and near and near[0].start - stop <= MAX_GAP:
            stop, day = near[0].end, near[0].day or day
        is_working = any(word in target.text.casefold() for word in ("business", "working"))
        return _shifted(day, -length if before else length, working=is_working), stop
    return None


def _days(target: Target) -> int | None:
    if target.number is None or target.unit is None:
        return None
    if target.unit == "hour":
        days = target.number / 24
        number = 0 if days < 1 else int(days.to_integral_value(ROUND_CEILING))
    elif target.unit in DAYS:
        number = int(target.number * DAYS[target.unit])
    else:
        return None
    return number if number <= MAX_DAYS else None


def _shifted(day: date, days: int, *, working: bool) -> date:
    if not working:
        return day + timedelta(days=days)
    step = A_DAY if days > 0 else -A_DAY
    for _ in range(abs(days)):
        day += step
        while day.weekday() > 4:
            day += step
    return day
