"""Words for days and times, by locale: data of `prompts/locales/<locale>/appointments.toml`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import available_timezones

from prompts.locale_file import load
from prompts.toml_document import TomlDocument

Phrase = tuple[str, ...]
"""The words of an entry: "day after tomorrow" has three."""
MAX_WORDS = 4
TABLES = (
    *("days", "weekdays", "months", "times", "parts", "units", "counts", "numbers", "shifts", "fractions"),
    *("periods", "ends", "zones"),
)
TIMES = ("times", "parts")
"""The tables whose values are times of day."""
MARKS = (
    *(
        "before_noon",
        "after_noon",
        "hour_mark",
        "ago",
        "from",
        "in",
        "joins",
        "last",
        "next",
        "next_month",
        "next_week",
    ),
    *("ordinals", "past", "same_time", "this", "this_week", "to", "dropped", "skipped", "zone_time", "workday_unit"),
    *("day_end", "end_of", "before", "range_begins", "now", "soonest"),
    *("vague", "either", "weekend", "which_day", "their_time"),
)
"""The lists of the table `[words]`."""


class Sign(NamedTuple):
    """The meaning of a phrase. `kind` is one of `TABLES` or `MARKS`; a time of day is in minutes since midnight."""

    kind: str
    value: float
    zone: str = ""
    """The IANA name of a time zone."""


@cache
def appointment_words(locale: str = "en") -> Mapping[Phrase, tuple[Sign, ...]]:
    """Return each phrase of a locale with its meanings; some have two ("tonight" is a day and a part of it).

    Raises `PlaybookError`, with file and line, when the file is missing or wrong.
    """
    return load(locale, "appointments.toml", read_appointment_words)


def read_appointment_words(document: TomlDocument) -> Mapping[Phrase, tuple[Sign, ...]]:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only((*TABLES, "words"))
    document.allow_only(MARKS, "words")
    signs: defaultdict[Phrase, tuple[Sign, ...]] = defaultdict(tuple)
    for path, text, sign in _entries(document):
        phrase = tuple(text.split())
        if not 1 <= len(phrase) <= MAX_WORDS:
            document.add_problem(f"{text!r} is not one to {MAX_WORDS} words", *path)
        else:
            signs[phrase] += (sign,)
    return MappingProxyType(dict(signs))


def _entries(document: TomlDocument) -> Iterator[tuple[tuple[str, str], str, Sign]]:
    """Each entry with its path in the file."""
    for table in TABLES:
        for text in document.keys(table):
            yield (table, text), text, _sign(document, table, text)
    for mark in MARKS:
        for text in document.texts("words", mark):
            yield ("words", mark), text, Sign(mark, 0)


@cache
def zones_by_city() -> Mapping[Phrase, str]:
    """The IANA zones by the words of their cities, in lower case: `("new", "york")`."""
    cities = ((name.rpartition("/")[2].replace("_", " ").casefold(), name) for name in available_timezones())
    return MappingProxyType({tuple(city.split()): name for city, name in cities})


def _sign(document: TomlDocument, table: str, text: str) -> Sign:
    if table == "zones":
        name = document.text(table, text)
        if name and name not in available_timezones():
            document.add_problem(f"{name!r} is not a time zone", table, text)
        return Sign(table, 0, name)
    return Sign(table, document.time_of_day(table, text) if table in TIMES else document.number(table, text))
