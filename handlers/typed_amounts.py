"""An amount as people type it (`$45k a year`, `23.000 EUR`), read as the detector reads it in a message."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from handlers.detection import Period, Post, detect


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """A sum in whole units of `currency`, which is None when nobody said; `period` is what it is for."""

    amount: Decimal
    currency: str | None
    period: Period | None


def read_amount(typed: str) -> TypedAmount | None:
    """The amount in a few typed words, None when there is none to be read."""
    found = detect(Post(text=f"Closed won: Customer {typed}")) if typed.strip() else None
    if found is None or found.amount is None:
        return None
    return TypedAmount(found.amount, found.currency, found.period)
