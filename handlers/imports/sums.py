"""Sums of money as files write them: `45,000.50`, `45.000,50`, `1 234`, `$45,000`, `45000 EUR`."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from babel import Locale

from handlers.detection import ChannelContext
from handlers.imports.errors import RowRefusedError
from handlers.method import money

_DEFAULT = ChannelContext()
SIGNS = {"$": _DEFAULT.dollar, "US$": "USD", "€": "EUR", "£": "GBP", "¥": _DEFAULT.yen, "₹": "INR", "zł": "PLN"}
"""A shared sign means what it means in a message."""

_SUM = re.compile(r"(?P<before>[^\d.,+()\-]*)(?P<number>\d[\d.,]*)(?P<after>[^\d.,()]*)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")  # groups of two: lakhs
_NO_PART = re.compile(r"[\s'’\u00a0\u202f]")


def decimal_mark_shown_by(cell: str) -> str | None:
    """`.` or `,` if the cell can only be read so; None if it tells nothing, as `45.000` and `45000`."""
    text = _NO_PART.sub("", cell)
    found = _SUM.fullmatch(text)
    if found is None:
        return None
    number = found["number"]
    marks = [char for char in number if char in ".,"]
    if len(set(marks)) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 else None
    if len(marks) == 1:
        return marks[0] if len(number.rpartition(marks[0])[2]) != 3 else None
    return ({".", ","} - set(marks)).pop() if marks else None


def read_sum(cell: str, decimal_mark: str | None) -> tuple[Decimal, str | None]:
    """The amount, and the currency that the cell names.

    `decimal_mark` is that of the file, if it is known: it decides what `45.000` means.

    Raises:
        RowRefusedError: it is no sum, or could be two.
    """
    found = _SUM.fullmatch(_NO_PART.sub("", cell))
    if found is None:
        raise _no_sum(cell)
    currency = None
    for named in (found["before"], found["after"]):
        if named:
            currency = read_currency(named, "amount", cell)
    number = found["number"]
    mark = decimal_mark_shown_by(cell) or decimal_mark
    if mark is None and number.count(".") == 1:
        raise RowRefusedError(
            f"amount “{cell}” could be thousands or a decimal: write it without the point, or say --decimal point or "
            "--decimal comma"
        )
    mark = mark or "."
    whole, _, part = number.partition(mark)
    group = "," if mark == "." else "."
    if group in part or mark in part or (group in whole and not _GROUPED.fullmatch(whole)):
        raise _no_sum(cell)
    amount = Decimal(f"{whole.replace(group, '')}.{part or '0'}")
    if not money.is_storable(amount):
        raise RowRefusedError(f"amount “{cell}” is larger than any order")
    return amount, currency


def read_currency(cell: str, field: str = "currency", whole: str | None = None) -> str:
    """The ISO 4217 code that the cell names: by its code or its sign.

    Raises:
        RowRefusedError: it names none.
    """
    text = _NO_PART.sub("", cell)
    code = SIGNS.get(text) or SIGNS.get(text.lower()) or text.upper()
    if code not in _codes():
        raise RowRefusedError(f"{field} “{whole or cell}” names no currency: write a code such as EUR")
    return code


@cache
def _codes() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def _no_sum(cell: str) -> RowRefusedError:
    return RowRefusedError(f"amount “{cell}” is no sum of money: write it as 45000.50")
