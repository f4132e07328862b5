"""The cadence: when somebody is reminded of what, as data that a workspace may have in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, TypeVar

from prompts.errors import PlaybookError
from prompts.toml_document import TomlDocument

T = TypeVar("T")

UPDATES = ("day", "week", "month")
"""How often a customer may want to hear from the rep (M3.1)."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BY_ZONE, NOWHERE = "zone", "none"
"""Instead of a country: the one that a person's zone is in, or none."""
MOST_DAYS = 366
MOST_HOURS = 40
MOST_MINUTES = 24 * 60
MOST_REMINDERS = 20
"""A day."""

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Hours(NamedTuple):
    """A working day: from (included) until (not included), on the local clocks."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Cadence:
    """One workspace's cadence. Units are in the names; days are working days where the file says so."""

    hours: Hours
    days: frozenset[int]
    """Working days; Monday is 0."""
    holidays: str
    """ISO 3166 code of a country, or `BY_ZONE`, or `NOWHERE`."""
    most_a_day: int
    fresh_hours: int
    several_sellers_hours: int
    blurred_hours: int
    minutes_before: int
    minutes_after: int
    recap_due_at: time
    corrections_after_days: int
    promise_days_before: int
    update_days: Mapping[str, int]
    """By unit of time, one of `UPDATES`: days from one update to the next."""
    update_words: Mapping[str, str]
    """The unit of time that a word alone says."""
    referral_after_days: int
    look_back_days: tuple[int, int]


@cache
def cadence(locale: str = "en") -> Cadence:
    """The cadence of a locale. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    return _checked(_sheet(locale))


def cadence_of(own: Mapping[str, Any] | None, locale: str = "en") -> Cadence:
    """The cadence of a workspace: what it has in its own way (the tables of the file, any part of them), else ours.

    Raises `PlaybookError` for what is wrong in `own`.
    """
    if not own:
        return cadence(locale)
    return _checked(_sheet(locale).overlaid("the workspace's cadence", own))


def own_cadence(file: str, text: str, locale: str = "en") -> dict[str, Any]:
    """What a workspace's file of its own says, ready to be stored. Raises `PlaybookError`, with file and line."""
    own = TomlDocument(file, text)
    whole = _sheet(locale).overlaid(file, own.data, places=own)
    if own.problems:
        raise PlaybookError(str(min(own.problems)))
    _checked(whole)
    return dict(own.data)


def _sheet(locale: str) -> TomlDocument:
    name = f"prompts/locales/{locale}/cadence.toml"
    source = files("prompts") / "locales" / locale / "cadence.toml"
    try:
        return TomlDocument(name, source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PlaybookError(f"{name} cannot be read: {error}") from error


def _checked(sheet: TomlDocument) -> Cadence:
    found = read_cadence(sheet)
    if sheet.problems or found is None:
        raise PlaybookError(str(min(sheet.problems)))
    return found


TABLES: Mapping[str, tuple[str, ...]] = {
    "person": ("hours", "days", "holidays", "most_a_day"),
    "call_not_made": ("fresh_hours", "several_sellers_hours", "blurred_hours"),
    "planned_call": ("minutes_before", "minutes_after"),
    "recap": ("due_at", "corrections_after_days"),
    "promise": ("days_before",),
    "customer_update": ("day", "week", "month", "day_word", "week_word", "month_word"),
    "referral": ("after_days",),
    "look_back": ("first_days", "second_days"),
}
"""Every table of the file with its entries."""


def read_cadence(sheet: TomlDocument) -> Cadence | None:
    """What the sheet says; None when something in it is wrong, which is then in its `problems`."""
    sheet.only(TABLES)
    for table, entries in TABLES.items():
        sheet.only(entries, table)
    hours = _read(sheet, hours_of, "person", "hours")
    days = _read(sheet, days_of, "person", "days")
    holidays = _read(sheet, _country, "person", "holidays")
    due_at = _read(sheet, _clock, "recap", "due_at")
    words = {unit: sheet.text("customer_update", f"{unit}_word") for unit in UPDATES}
    numbers = {
        (table, name): _whole(sheet, table, name, least, most)
        for table, names, least, most in (
            ("person", ("most_a_day",), 1, MOST_REMINDERS),
            ("call_not_made", TABLES["call_not_made"], 1, MOST_HOURS),
            ("planned_call", TABLES["planned_call"], 1, MOST_MINUTES),
            ("recap", ("corrections_after_days",), 1, MOST_DAYS),
            ("promise", TABLES["promise"], 1, MOST_DAYS),
            ("customer_update", UPDATES, 1, MOST_DAYS),
            ("referral", TABLES["referral"], 1, MOST_DAYS),
            ("look_back", TABLES["look_back"], 1, MOST_DAYS),
        )
        for name in names
    }
    if hours is None or days is None or holidays is None or due_at is None or sheet.problems:
        return None
    return Cadence(
        hours=hours,
        days=days,
        holidays=holidays,
        most_a_day=numbers["person", "most_a_day"],
        fresh_hours=numbers["call_not_made", "fresh_hours"],
        several_sellers_hours=numbers["call_not_made", "several_sellers_hours"],
        blurred_hours=numbers["call_not_made", "blurred_hours"],
        minutes_before=numbers["planned_call", "minutes_before"],
        minutes_after=numbers["planned_call", "minutes_after"],
        recap_due_at=due_at,
        corrections_after_days=numbers["recap", "corrections_after_days"],
        promise_days_before=numbers["promise", "days_before"],
        update_days={unit: numbers["customer_update", unit] for unit in UPDATES},
        update_words={word.casefold(): unit for unit, word in words.items()},
        referral_after_days=numbers["referral", "after_days"],
        look_back_days=(numbers["look_back", "first_days"], numbers["look_back", "second_days"]),
    )


def hours_of(text: str) -> Hours:
    """`08:30-18:00` as hours. Raises `ValueError` for anything else, and for a day that ends before it begins."""
    starts, dash, ends = text.replace(" ", "").replace("\N{EN DASH}", "-").partition("-")
    hours = Hours(_clock(starts), _clock(ends))
    if not dash or hours.starts >= hours.ends:
        raise ValueError("the day ends before it begins")
    return hours


def days_of(text: str) -> frozenset[int]:
    """`mon tue wed` as numbers, Monday is 0. Raises `ValueError` for an unknown day, and for none at all."""
    names = text.casefold().replace(",", " ").split()
    unknown = [name for name in names if name not in WEEKDAYS]
    if unknown or not names:
        raise ValueError(f"days are {' '.join(WEEKDAYS)}")
    return frozenset(WEEKDAYS.index(name) for name in names)


def hours_text(hours: Hours) -> str:
    """Hours as `hours_of` reads them."""
    return f"{hours.starts:%H:%M}-{hours.ends:%H:%M}"


def days_text(days: frozenset[int]) -> str:
    """Days as `days_of` reads them."""
    return " ".join(WEEKDAYS[day] for day in sorted(days))


def _clock(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError("a time is written 08:30")
    return time(int(found[1]), int(found[2]))


def _country(text: str) -> str:
    if text not in (BY_ZONE, NOWHERE) and not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError(f'a country is two capital letters; or "{BY_ZONE}", or "{NOWHERE}"')
    return text


def _read(sheet: TomlDocument, reads: Callable[[str], T], *path: str) -> T | None:
    text = sheet.text(*path)
    if not text:
        return None
    try:
        return reads(text)
    except ValueError as error:
        sheet.wrong(f"{path[-1]}: {text!r} cannot be read: {error}", *path)
        return None


def _whole(sheet: TomlDocument, table: str, name: str, least: int, most: int) -> int:
    problems = len(sheet.problems)
    number = sheet.whole(table, name)
    if len(sheet.problems) == problems and not least <= number <= most:
        sheet.wrong(f"{name} is not from {least} to {most}", table, name)
    return number
