"""How what can be measured is said in a language: numbers, dates, frequencies, units, people, channels (M3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from prompts.errors import PlaybookError
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
    """What a word does in a measurable statement. The value is the name of its list or table in measures.toml."""

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
    DAY = "day"
    FEAST = "feast"
    TIME = "time"
    CURRENCY = "currency"
    UNIT = "unit"


WITH_NUMBER = (Role.NUMBER, Role.SCALE, Role.MONTH, Role.WEEKDAY, Role.DAY, Role.FEAST)
"""Tables of words, each with a number."""
WITH_NAME = (Role.TIME, Role.CURRENCY, Role.UNIT)
"""Tables of lists: the name in the record, and how it is written."""
LISTS = tuple(role for role in Role if role not in (*WITH_NUMBER, *WITH_NAME))


@dataclass(frozen=True, slots=True)
class Sign:
    """What a phrase says: its role, and the number or the name that goes with it."""

    role: Role
    value: float = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Measures:
    """One language's signs, and the marks in its numbers."""

    signs: tuple[tuple[str, Sign], ...]
    thousands: str
    decimal: str


@cache
def measures(locale: str = "en") -> Measures:
    """The measures of a locale. Raises `PlaybookError`, with file and line, when they are missing or wrong."""
    name = f"prompts/locales/{locale}/measures.toml"
    source = files("prompts") / "locales" / locale / "measures.toml"
    try:
        sheet = TomlDocument(name, source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PlaybookError(f"{name} cannot be read: {error}") from error
    read = read_measures(sheet)
    if sheet.problems:
        raise PlaybookError(str(min(sheet.problems)))
    return read


def read_measures(sheet: TomlDocument) -> Measures:
    """What the sheet says, as far as it can be read; what is wrong is in its `problems`."""
    sheet.only(("marks", "signs", *WITH_NUMBER, *WITH_NAME))
    sheet.only(("thousands", "decimal"), "marks")
    sheet.only(LISTS, "signs")
    signs = [(phrase, Sign(role)) for role in LISTS for phrase in sheet.phrases("signs", role)]
    for role in WITH_NUMBER:
        signs += [(word, Sign(role, sheet.number(role, word))) for word in _entries(sheet, role)]
    for role in WITH_NAME:
        for name in _entries(sheet, role):
            signs += [(phrase, Sign(role, name=name)) for phrase in sheet.phrases(role, name)]
    return Measures(
        signs=tuple(signs),
        thousands=sheet.text("marks", "thousands", most=1),
        decimal=sheet.text("marks", "decimal", most=1),
    )


def _entries(sheet: TomlDocument, role: Role) -> list[str]:
    names = sheet.keys(role)
    if not names:
        sheet.wrong(f"[{role}] is missing or empty", role)
    return names
