"""What a person types about a deal, checked: the customer's name and the amount."""

from __future__ import annotations

import re

from handlers.detection import TypedAmount, find_typed_amount
from handlers.errors import InvalidEntryError
from handlers.method.invisible import without_invisible

LONGEST_CUSTOMER = 200
MOST_DIGITS = 18
"""More digits in a row than the largest amount has, with three decimals."""
_DIGITS = re.compile(r"\d(?:[.,' ]?\d)*")


def customer_named(typed: str) -> str:
    """The typed customer's name on one line. Raises `InvalidEntryError` if it is empty or too long."""
    customer = " ".join(without_invisible(typed).split())
    if not customer:
        raise InvalidEntryError("customer", "refusal.customer_missing")
    if len(customer) > LONGEST_CUSTOMER:
        raise InvalidEntryError("customer", "refusal.customer_too_long", most=LONGEST_CUSTOMER)
    return customer


def typed_amount(typed: str) -> TypedAmount | None:
    """The amount in what was typed, or None. Raises `InvalidEntryError` if it is too large, or unclear."""
    if any(sum(c.isdigit() for c in run) > MOST_DIGITS for run in _DIGITS.findall(typed)):
        raise InvalidEntryError("amount", "refusal.amount_too_large")
    return find_typed_amount(typed)
