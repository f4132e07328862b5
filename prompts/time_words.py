"""The words that a day and a time are said with, by locale: data of `prompts/locales/<locale>/appointments.toml`."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import time
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from prompts.errors import PlaybookError

Phrase = tuple[str, ...]
"""The words of an entry: "day after tomorrow" is three."""
MOST_WORDS = 3
TABLES = ("days", "weekdays", "months", "times", "parts", "units", "numbers", "shifts")
MARKS = ("before_noon", "after_noon", "hour_mark", "in", "next", "next_week", "this", "this_week", "skipped")
"""The lists of the table `[words]`."""


class Sign(NamedTuple):
    """What a phrase says. `kind` is one of `TABLES` or `MARKS`; a time of day is in minutes since midnight."""

    kind: str
    value: float


@cache
def appointment_words(locale: str = "en") -> Mapping[Phrase, tuple[Sign, ...]]:
    """What each phrase of a locale says; some say two things ("tonight" is a day and a part of it).

    Raises `PlaybookError` when the file is missing, lacks a table or a list, or has a phrase of too many words.
    """
    name = f"prompts/locales/{locale}/appointments.toml"
    source = files("prompts") / "locales" / locale / "appointments.toml"
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise PlaybookError(f"{name} cannot be read: {error}") from error
    found: defaultdict[Phrase, tuple[Sign, ...]] = defaultdict(tuple)
    try:
        for text, sign in _entries(data):
            phrase = tuple(text.split())
            if not 1 <= len(phrase) <= MOST_WORDS:
                raise PlaybookError(f"{name}: {text!r} is not one to {MOST_WORDS} words")
            found[phrase] += (sign,)
    except KeyError as error:
        raise PlaybookError(f"{name} lacks the entry {error.args[0]!r}") from error
    return MappingProxyType(dict(found))


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, Sign]]:
    for table in TABLES:
        for text, value in data[table].items():
            yield text, Sign(table, value.hour * 60 + value.minute if isinstance(value, time) else value)
    for mark in MARKS:
        for text in data["words"][mark]:
            yield text, Sign(mark, 0)
