"""Format amounts: minor units and an ISO 4217 code become `$45,000` or `45.000 €`."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol

UNKNOWN_CURRENCY_DIGITS = 2
"""An amount without a currency is stored in hundredths."""

MOST_AMOUNT = Decimal(10) ** 14
"""Whole units. In the minor units of any currency it fits the database's 64 bits."""


def digits(currency: str | None) -> int:
    """Return the decimal digits of a currency: 2 for USD, 0 for JPY, 2 when the currency is unknown."""
    return UNKNOWN_CURRENCY_DIGITS if currency is None else get_currency_precision(currency)


def to_minor(amount: Decimal, currency: str | None) -> int:
    """Convert whole units to integer minor units, rounded half to even."""
    return int(amount.scaleb(digits(currency)).to_integral_value())


def is_storable(amount: Decimal) -> bool:
    """Whether the amount is at most `MOST_AMOUNT`: larger ones are no sums of money, and the database holds none."""
    return amount.is_finite() and abs(amount) <= MOST_AMOUNT


def as_typed(minor: int, currency: str | None) -> str:
    """The amount in a form that can be typed: `45000 USD`."""
    amount = Decimal(minor).scaleb(-digits(currency))
    return f"{amount.normalize():f} {currency or ''}".strip()


def format_amount(minor: int, currency: str | None, locale: str = "en") -> str:
    """Format the amount for `locale`. A whole amount has no decimals; an unknown currency is left out."""
    amount = Decimal(minor).scaleb(-digits(currency))
    whole = amount == amount.to_integral_value()
    if currency is None:
        return str(format_decimal(amount, locale=locale))
    known = Locale.parse(locale)
    pattern = known.currency_formats["standard"].pattern
    written = format_currency(
        amount,
        currency,
        format=pattern.replace("0.00", "0") if whole else pattern,
        locale=locale,
        currency_digits=not whole,
    )
    # One sign in all regions of a language: what a rep wrote as "$" does not become "US$" for a reader in London.
    return str(written.replace(get_currency_symbol(currency, known), get_currency_symbol(currency, known.language), 1))
