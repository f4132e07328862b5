"""How a language expresses measurable things: numbers, dates, frequencies, units, people, channels (M3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from prompts.locale_file import load
from prompts.toml_document import TomlDocument


class What(StrEnum):
    """What makes a statement measurable."""

    FREQUENCY = "frequency"
    DATE = "date"
    CLOCK = "clock"
    DURATION = "duration"
    EVENT = "event"
    QUANTITY = "quantity"
    MONEY = "money"
    COUNT = "count"
    PERSON = "person"
    CHANNEL = "channel"


class Role(StrEnum):
    """The role of a word in a measurable statement. The value is the name of its list or table in measures.toml."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ARTICLE = "article"
    DEFINITE = "definite"
    PER = "per"
    EVERY = "every"
    SKIPPING = "skipping"
    PERCENT = "percent"
    CLOCK = "clock"
    CLOCK_BEFORE = "clock_before"
    CLOCK_BEHIND = "clock_behind"
    CLOCK_WORD = "clock_word"
    DATE_BEFORE = "date_before"
    MONTH_END = "month_end"
    ORDINAL = "ordinal"
    OF = "of"
    DATE_WORD = "date_word"
    DATE_NUMBER = "date_number"
    DEADLINE = "deadline"
    FREQUENCY = "frequency"
    OCCASION = "occasion"
    EVENT = "event"
    OF_MONTH = "of_month"
    MONTH_LAST = "month_last"
    WORKDAY = "workday"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    ALTERNATE = "alternate"
    JOINING = "joining"
    AM = "am"
    PM = "pm"
    DUE_BY = "due_by"
    AHEAD_OF = "ahead_of"
    DUE_AFTER = "due_after"
    HALF_PAST = "half_past"
    BETWEEN = "between"
    UNTIL = "until"
    STARTING = "starting"
    LASTING = "lasting"
    FILLER = "filler"
    THEN = "then"
    NEGATED = "negated"
    CONTRAST = "contrast"
    AFFIRMED = "affirmed"
    CHANNEL = "channel"
    TITLE = "title"
    PERSON_BEFORE = "person_before"
    PERSON_BEHIND = "person_behind"
    NOBODY = "nobody"
    POSITION = "role"
    NUMBER = "number"
    SCALE = "scale"
    MONTH = "month"
    WEEKDAY = "weekday"
    WEEKDAYS = "weekdays"
    NTH = "nth"
    HOUR_WORD = "hour_word"
    DAY = "day"
    FEAST = "feast"
    TIME = "time"
    PERIOD = "period"
    MILESTONE = "milestone"
    MEANS = "means"
    CURRENCY = "currency"
    UNIT = "unit"


WITH_NUMBER = (
    Role.NUMBER,
    Role.SCALE,
    Role.MONTH,
    Role.WEEKDAY,
    Role.WEEKDAYS,
    Role.NTH,
    Role.HOUR_WORD,
    Role.DAY,
    Role.FEAST,
)
"""Tables of words, each with a number."""
WITH_NAME = (Role.TIME, Role.PERIOD, Role.MILESTONE, Role.MEANS, Role.CURRENCY, Role.UNIT)
"""Tables of lists: the name that is stored, and the ways to write it."""
LISTS = tuple(role for role in Role if role not in (*WITH_NUMBER, *WITH_NAME))


@dataclass(frozen=True, slots=True)
class Sign:
    """The meaning of a phrase: its role, and the number or the name that goes with it."""

    role: Role
    value: float = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Measures:
    """One language's signs, and its thousands and decimal separators."""

    signs: tuple[tuple[str, Sign], ...]
    thousands: str
    decimal: str


@cache
def measures(locale: str = "en") -> Measures:
    """Return a locale's measures. Raises `PlaybookError`, with file and line, when they are missing or wrong."""
    return load(locale, "measures.toml", read_measures)


def read_measures(document: TomlDocument) -> Measures:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(("marks", "signs", *WITH_NUMBER, *WITH_NAME))
    document.allow_only(("thousands", "decimal"), "marks")
    document.allow_only(LISTS, "signs")
    signs = [(phrase, Sign(role)) for role in LISTS for phrase in document.phrases("signs", role)]
    for role in WITH_NUMBER:
        signs += [(word, Sign(role, document.number(role, word))) for word in _entries(document, role)]
    for role in WITH_NAME:
        for name in _entries(document, role):
            signs += [(phrase, Sign(role, name=name)) for phrase in document.phrases(role, name)]
    return Measures(
        signs=tuple(signs),
        thousands=document.text("marks", "thousands", max_length=1),
        decimal=document.text("marks", "decimal", max_length=1),
    )


def _entries(document: TomlDocument, role: Role) -> list[str]:
    names = document.keys(role)
    if not names:
        document.add_problem(f"[{role}] is missing or empty", role)
    return names
