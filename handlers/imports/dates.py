"""Dates as files write them. A date that could be two days is refused, unless the file itself tells the order."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.imports.errors import RowRefusedError

NOON = time(12)
"""The time of a deal whose row names only a day: the same day in the zones of most of its readers."""
FIRST_YEAR = 1970

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_TWO_DIGITS = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-. ]+([a-z]{3,9})\.?,?[- ]+(\d{4})", re.IGNORECASE)
_NAME_DAY = re.compile(r"([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", re.IGNORECASE)
_TIME = re.compile(
    r"(?:[T ,]+|\A)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?\Z",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DateOrder(StrEnum):
    """The order of day and month in dates of numbers alone."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


def order_shown_by(cell: str) -> DateOrder | None:
    """The order that the cell can only be read in; None if it tells nothing: `31/12/2025` tells, `03/04/2025` not."""
    numbers = _NUMBERS.match(cell.strip())
    if numbers is None or numbers[2] == ".":
        return None
    first, second = int(numbers[1]), int(numbers[3])
    if first > 12 >= second:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if second > 12 >= first else None


def read_moment(cell: str, zone: ZoneInfo, order: DateOrder | None) -> datetime:
    """The moment in UTC. A time without an offset is meant in `zone`; a day without a time is noon there.

    Args:
        cell: what the file says.
        zone: of the workspace.
        order: how dates of numbers alone are read; None if nothing tells.

    Raises:
        RowRefusedError: it is no date, or could be two.
    """
    text = " ".join(cell.split())
    day, rest = _day(text, order)
    if day.year < FIRST_YEAR:
        raise RowRefusedError(f"closed_at “{cell}” is too long ago: write a year from {FIRST_YEAR} on")
    clock = _TIME.match(rest)
    if not rest.strip():
        return datetime.combine(day, NOON, zone).astimezone(UTC)
    if clock is None:
        raise _no_date(cell)
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4]:
        if not 1 <= hour <= 12:
            raise _no_date(cell)
        hour = hour % 12 + (12 if clock[4][0] in "pP" else 0)
    try:
        local = datetime.combine(day, time(hour, minute, second))
        offset = (clock[5] or "").upper()
        if not offset:
            return local.replace(tzinfo=zone).astimezone(UTC)
        aware = "+0000" if offset in ("Z", "UTC") else offset.replace(":", "")
        return datetime.strptime(f"{local:%Y-%m-%d %H:%M:%S} {aware}", "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_date(cell) from None


def _day(text: str, order: DateOrder | None) -> tuple[date, str]:
    """The day, and the rest of the text."""
    if (found := _ISO.match(text)) or (found := _COMPACT.fullmatch(text)):
        numbers = [int(group) for group in found.groups() if group.isdigit()]
        return _date(text, *numbers), text[found.end() :]
    if found := _NUMBERS.match(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == ".":
            known: DateOrder | None = DateOrder.DAY_FIRST
        else:
            known = order_shown_by(text) or order
        if known is None and first != second:
            raise RowRefusedError(
                f"closed_at “{text}” could be two days: write it as {year}-{second:02}-{first:02} or "
                f"{year}-{first:02}-{second:02}, or say --dates day-first or --dates month-first"
            )
        day, month = (first, second) if known is DateOrder.DAY_FIRST else (second, first)
        return _date(text, year, month, day), text[found.end() :]
    for pattern, name, number in ((_DAY_NAME, 2, 1), (_NAME_DAY, 1, 2)):
        if found := pattern.match(text):
            short = found[name][:3].lower()
            if short in _MONTHS:
                return _date(text, int(found[3]), _MONTHS.index(short) + 1, int(found[number])), text[found.end() :]
    if _TWO_DIGITS.match(text):
        raise RowRefusedError(f"closed_at “{text}” has a year of two digits: write all four")
    if text.isdigit():
        raise RowRefusedError(f"closed_at “{text}” is a spreadsheet's number: format the column as a date")
    raise _no_date(text)


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _no_date(text) from None


def _no_date(cell: str) -> RowRefusedError:
    return RowRefusedError(f"closed_at “{cell}” is no date: write it as 2026-03-02")
