"""Amounts are integers in minor units, and are formatted for their locale."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.money import digits, format_amount, to_minor

CURRENCIES = ["USD", "EUR", "JPY", "KWD", None]
NARROW, WIDE = "\u202f", "\xa0"

currencies = st.sampled_from(CURRENCIES)
minors = st.integers(0, 10**15)


@pytest.mark.parametrize(("currency", "expected"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), (None, 2)])
def test_the_digits_of_a_currency(currency: str | None, expected: int) -> None:
    assert digits(currency) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("45000", "USD", 4_500_000),
        ("45000.5", "EUR", 4_500_050),
        ("45000", "JPY", 45_000),
        ("45000", "KWD", 45_000_000),
        ("45000", None, 4_500_000),
        ("0.005", "USD", 0),
        ("0.015", "USD", 2),
        ("0.5", "JPY", 0),
        ("1.5", "JPY", 2),
    ],
)
def test_an_amount_in_minor_units_is_rounded_half_to_even(amount: str, currency: str | None, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "read"),
    [
        (4_500_000, "USD", "en", "$45,000"),
        (4_500_050, "USD", "en", "$45,000.50"),
        (4_500_000, "EUR", "en", "€45,000"),
        (4_500_000, "EUR", "de", f"45.000{WIDE}€"),
        (4_500_050, "EUR", "fr", f"45{NARROW}000,50{WIDE}€"),
        (45_000, "JPY", "en", "¥45,000"),
        (45_000_000, "KWD", "en", "KWD45,000"),
        (45_000_500, "KWD", "en", "KWD45,000.500"),
        (4_500_000, "XTS", "en", "XTS45,000"),
        (4_500_000, None, "en", "45,000"),
        (0, "USD", "en", "$0"),
    ],
)
def test_an_amount_is_formatted_for_its_locale(minor: int, currency: str | None, locale: str, read: str) -> None:
    assert format_amount(minor, currency, locale) == read


def test_an_unknown_currency_is_left_out() -> None:
    assert not set(format_amount(4_500_050, None)) & set("$€¥£¤")


@given(minors, currencies)
def test_formatting_keeps_the_value(minor: int, currency: str | None) -> None:
    figures = "".join(c for c in format_amount(minor, currency) if c.isdigit() or c == ".")

    assert to_minor(Decimal(figures), currency) == minor


@given(minors, currencies)
def test_minor_units_round_trip(minor: int, currency: str | None) -> None:
    assert to_minor(Decimal(minor).scaleb(-digits(currency)), currency) == minor
