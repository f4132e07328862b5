"""The day in the words of a next step: "kickoff call Thu 12 March" (M9.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from handlers.errors import InvalidEntryError
from handlers.method.stages import Stage
from handlers.method.time_parsing.lexer import ParsedTime, UnreadableError, parse_time
from handlers.method.time_parsing.resolve import format_day, resolve_day, resolve_time
from handlers.method.working_time import WorkingTime
from prompts.time_words import appointment_words

STEPPED = frozenset({Stage.IN_CALL, Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING})
"""The stages in which a deal has a next step."""
MAX_WORDS = 8
"""Words that name one day, with its time."""
_HOUR = re.compile(r"\s\d\d?:\d\d\b")
_AROUND = ",;:()[]\"'“”-–—"


def day_in(text: str, now: datetime, work: WorkingTime, locale: str = "en") -> date | None:
    """The day that the text names, today or later; None if it names none within half a year.

    The longest phrase counts, of equal ones the first: "Sun Dental kickoff Thu 12 March" is on the 12th.
    """
    return next((day for phrase in _phrases(text) if (day := _day(phrase, now, work, locale)) is not None), None)


def on_another_day(text: str, day: date, at: time | None, locale: str = "en") -> str:
    """The text of a step for this day: the day and the hour that it names are the new ones. `at`: the hour, if any."""
    hour = "" if at is None else f" {at:%H:%M}"
    for phrase in _phrases(text):
        parsed = _parsed(phrase, locale)
        if parsed is not None and _names_day(parsed):
            return " ".join(text.split()).replace(phrase, f"{format_day(day, locale)}{hour}", 1)
    return f"{_HOUR.sub('', text)}{hour}"


def hour_in(text: str, now: datetime, work: WorkingTime, locale: str = "en") -> time | None:
    """The time of day, in the person's zone, that the text names; None if it names none, or none that can be kept."""
    try:
        return resolve_time(text, now, work, locale).at.time()
    except InvalidEntryError:
        return None


def _day(phrase: str, now: datetime, work: WorkingTime, locale: str) -> date | None:
    parsed = _parsed(phrase, locale)
    if parsed is None or not _names_day(parsed):
        return None
    try:
        return resolve_day(phrase, now, work, locale, or_today=parsed.days == 0)
    except InvalidEntryError:
        return None


def _names_day(parsed: ParsedTime) -> bool:
    named = (parsed.days, parsed.weekday, parsed.date, parsed.workdays, parsed.ends, parsed.months)
    return any(each is not None for each in named)


def _phrases(text: str) -> Iterator[str]:
    words = text.split()
    for length in range(min(MAX_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length]).strip(_AROUND)


def _parsed(phrase: str, locale: str) -> ParsedTime | None:
    try:
        return parse_time(phrase, appointment_words(locale))
    except UnreadableError:
        return None
