"""The cadence: when people are reminded of what, as data that a workspace may override."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import Any, NamedTuple, TypeVar

from prompts.locale_file import load, open_document
from prompts.toml_document import TomlDocument

T = TypeVar("T")

_FILE = "cadence.toml"
TRIES = ("no_answer", "left_message", "asked_to_move", "wrong_person", "no_show")
"""How a try to reach the customer may end."""
UPDATES = ("day", "week", "month")
"""How often a customer may want an update from the rep (M3.1)."""
RETIRED_WORDS = ("day_word", "week_word", "month_word")
"""Entries of `customer_update` that a workspace may have from before measures.toml had them all. They do nothing."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BY_ZONE, NO_HOLIDAYS = "zone", "none"
"""Instead of a country: the country of the person's time zone, or none."""
MAX_DAYS = 366
MAX_HOURS = 40
MAX_MINUTES = 24 * 60
MAX_HANDOFF_HOURS = 14 * 24
MAX_REMINDERS = 20
"""Per day."""

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Hours(NamedTuple):
    """A working day in local time: `starts` is included, `ends` is not."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Cadence:
    """A workspace's cadence. Units are in the names; days are working days where the file says so."""

    hours: Hours
    days: frozenset[int]
    """Working days; Monday is 0."""
    holidays: str
    """ISO 3166 code of a country, or `BY_ZONE`, or `NO_HOLIDAYS`."""
    most_a_day: int
    fresh_hours: int
    several_sellers_hours: int
    blurred_hours: int
    patience_days: int
    """Working days after the reminders of a call until the rep is offered help, and then until the manager is told."""
    minutes_before: int
    minutes_after: int
    next_try_hours: Mapping[str, int]
    """Working hours until the next try, by how the last one ended (one of `TRIES`)."""
    tries_a_day: int
    recap_due_at: time
    corrections_after_days: int
    promise_days_before: int
    update_days: Mapping[str, int]
    """Days from one update without a day to the next, by unit of time (one of `UPDATES`), where a workspace says so."""
    referral_after_days: int
    referral_again_after_days: int
    referral_thinking_after_days: int
    referral_slot_after_days: int
    look_back_days: tuple[int, int]
    dip_days: int
    """Days after the recap when the novelty is over and learning makes it feel slower (M10.5)."""
    tell_minutes_before: int
    """Minutes before the customer is to be told of a challenge."""
    introduction_hours: int
    kickoff_date_hours: int
    """Hours in which the receiver of a handoff has introduced themselves, and has a date for the kickoff (M10.6)."""
    kickoff_days: tuple[int, int]
    """The first and the last day after the handoff on which the kickoff should be."""


@cache
def cadence(locale: str = "en") -> Cadence:
    """Return a locale's cadence. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    return load(locale, _FILE, read_cadence)


def cadence_with(overrides: Mapping[str, Any] | None, locale: str = "en") -> Cadence:
    """Return a workspace's cadence: the locale's, with the entries that the workspace overrides, table by table.

    Raises `PlaybookError` for a mistake in `overrides`.
    """
    if not overrides:
        return cadence(locale)
    return _read_merged(open_document(locale, _FILE).with_overrides("the workspace's cadence", overrides))


def read_cadence_overrides(file: str, text: str, locale: str = "en") -> dict[str, Any]:
    """Return the overrides in a workspace's file, ready to store. Raises `PlaybookError`, with file and line."""
    overrides = TomlDocument(file, text)
    overrides.raise_first_problem()
    _read_merged(open_document(locale, _FILE).with_overrides(file, overrides.data, source=overrides))
    return dict(overrides.data)


def _read_merged(document: TomlDocument) -> Cadence:
    merged = read_cadence(document)
    document.raise_first_problem()
    return merged


TABLES: Mapping[str, tuple[str, ...]] = {
    "person": ("hours", "days", "holidays", "most_a_day"),
    "call_not_made": ("fresh_hours", "several_sellers_hours", "blurred_hours", "patience_days"),
    "planned_call": ("minutes_before", "minutes_after"),
    "next_try": (*(f"{ended}_hours" for ended in TRIES), "most_a_day"),
    "recap": ("due_at", "corrections_after_days"),
    "promise": ("days_before",),
    "customer_update": ("day", "week", "month", *RETIRED_WORDS),
    "referral": ("after_days", "again_after_days", "thinking_after_days", "slot_after_days"),
    "look_back": ("first_days", "second_days", "dip_days"),
    "challenge": ("minutes_before",),
    "handoff": ("introduction_hours", "kickoff_date_hours", "kickoff_first_day", "kickoff_last_day"),
}
"""Every table of the file with its entries."""


def read_cadence(document: TomlDocument) -> Cadence:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(TABLES)
    for table, entries in TABLES.items():
        document.allow_only(entries, table)
    own_days = [unit for unit in UPDATES if unit in document.keys("customer_update")]
    numbers = {
        (table, name): _integer(document, table, name, 1, highest)
        for table, names, highest in (
            ("person", ("most_a_day",), MAX_REMINDERS),
            ("call_not_made", TABLES["call_not_made"], MAX_HOURS),
            ("planned_call", TABLES["planned_call"], MAX_MINUTES),
            ("next_try", tuple(f"{ended}_hours" for ended in TRIES), MAX_HOURS),
            ("next_try", ("most_a_day",), MAX_REMINDERS),
            ("recap", ("corrections_after_days",), MAX_DAYS),
            ("promise", TABLES["promise"], MAX_DAYS),
            ("customer_update", own_days, MAX_DAYS),
            ("referral", TABLES["referral"], MAX_DAYS),
            ("look_back", TABLES["look_back"], MAX_DAYS),
            ("challenge", TABLES["challenge"], MAX_MINUTES),
            ("handoff", ("introduction_hours", "kickoff_date_hours"), MAX_HANDOFF_HOURS),
            ("handoff", ("kickoff_first_day", "kickoff_last_day"), MAX_DAYS),
        )
        for name in names
    }
    return Cadence(
        hours=_parse(document, parse_hours, Hours(time.min, time.max), "person", "hours"),
        days=_parse(document, parse_days, frozenset(), "person", "days"),
        holidays=_parse(document, _parse_country, NO_HOLIDAYS, "person", "holidays"),
        most_a_day=numbers["person", "most_a_day"],
        fresh_hours=numbers["call_not_made", "fresh_hours"],
        several_sellers_hours=numbers["call_not_made", "several_sellers_hours"],
        blurred_hours=numbers["call_not_made", "blurred_hours"],
        patience_days=numbers["call_not_made", "patience_days"],
        minutes_before=numbers["planned_call", "minutes_before"],
        minutes_after=numbers["planned_call", "minutes_after"],
        next_try_hours={ended: numbers["next_try", f"{ended}_hours"] for ended in TRIES},
        tries_a_day=numbers["next_try", "most_a_day"],
        recap_due_at=_parse(document, _parse_time, time.min, "recap", "due_at"),
        corrections_after_days=numbers["recap", "corrections_after_days"],
        promise_days_before=numbers["promise", "days_before"],
        update_days={unit: numbers["customer_update", unit] for unit in own_days},
        referral_after_days=numbers["referral", "after_days"],
        referral_again_after_days=numbers["referral", "again_after_days"],
        referral_thinking_after_days=numbers["referral", "thinking_after_days"],
        referral_slot_after_days=numbers["referral", "slot_after_days"],
        look_back_days=(numbers["look_back", "first_days"], numbers["look_back", "second_days"]),
        dip_days=numbers["look_back", "dip_days"],
        tell_minutes_before=numbers["challenge", "minutes_before"],
        introduction_hours=numbers["handoff", "introduction_hours"],
        kickoff_date_hours=numbers["handoff", "kickoff_date_hours"],
        kickoff_days=(numbers["handoff", "kickoff_first_day"], numbers["handoff", "kickoff_last_day"]),
    )


def parse_hours(text: str) -> Hours:
    """Parse `08:30-18:00`. Raises `ValueError` for anything else, and for a day that ends before it begins."""
    starts, dash, ends = text.replace(" ", "").replace("\N{EN DASH}", "-").partition("-")
    hours = Hours(_parse_time(starts), _parse_time(ends))
    if not dash or hours.starts >= hours.ends:
        raise ValueError("the day ends before it begins")
    return hours


def parse_days(text: str) -> frozenset[int]:
    """Parse `mon tue wed` into numbers; Monday is 0. Raises `ValueError` for an unknown day, and for no day."""
    names = text.casefold().replace(",", " ").split()
    unknown = [name for name in names if name not in WEEKDAYS]
    if unknown or not names:
        raise ValueError(f"days are {' '.join(WEEKDAYS)}")
    return frozenset(WEEKDAYS.index(name) for name in names)


def format_hours(hours: Hours) -> str:
    """Format hours as `parse_hours` reads them."""
    return f"{hours.starts:%H:%M}-{hours.ends:%H:%M}"


def format_days(days: frozenset[int]) -> str:
    """Format days as `parse_days` reads them."""
    return " ".join(WEEKDAYS[day] for day in sorted(days))


def _parse_time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("a time is written 08:30")
    return time(int(match[1]), int(match[2]))


def _parse_country(text: str) -> str:
    if text not in (BY_ZONE, NO_HOLIDAYS) and not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError(f'a country is two capital letters; or "{BY_ZONE}", or "{NO_HOLIDAYS}"')
    return text


def _parse(document: TomlDocument, parse: Callable[[str], T], default: T, *path: str) -> T:
    """Parse a text; `default` when it is missing or wrong."""
    text = document.text(*path)
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as error:
        document.add_problem(f"{path[-1]}: {text!r} cannot be read: {error}", *path)
        return default


def _integer(document: TomlDocument, table: str, name: str, lowest: int, highest: int) -> int:
    problems = len(document.problems)
    number = document.integer(table, name)
    if len(document.problems) == problems and not lowest <= number <= highest:
        document.add_problem(f"{name} is not from {lowest} to {highest}", table, name)
    return number
