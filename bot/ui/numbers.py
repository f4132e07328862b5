"""Numbers that a client sends back: read in one place, and within what the database can hold."""

from __future__ import annotations

MAX_NUMBER = 2**31 - 1
"""The largest id: PostgreSQL's `integer`. SQLite holds more, but no database of the two ever had more rows."""

MAX_AMOUNT = 10**18
"""The largest sum in minor units (`handlers.method.money.MOST_AMOUNT`), within the database's 64 bits."""


def read_number(value: object, most: int = MAX_NUMBER) -> int | None:
    """The whole number from 0 to `most`, sent as a number or as its digits. None for anything else.

    A card's data passes through the client, so anything can come back: text, a fraction, infinity, 5,000 digits.
    """
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(most)):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    return None


def read_numbers(values: object) -> tuple[int, ...]:
    """Several of them, such as a statement's id and version. Raises `ValueError` if one is none."""
    numbers = [read_number(value) for value in values] if isinstance(values, list | tuple) else [None]
    if None in numbers:
        raise ValueError("not a list of numbers")
    return tuple(number for number in numbers if number is not None)
