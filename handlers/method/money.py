"""An amount as a reader expects it: `$45,000`, `45.000 €`. Minor units and an ISO 4217 code come in."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision

UNKNOWN_CURRENCY_DIGITS = 2
"""An amount without a currency is kept in hundredths."""


def digits(currency: str | None) -> int:
    """How many decimal digits the minor unit stands for: 2 for USD, 0 for JPY, 2 when the currency is not known."""
    return UNKNOWN_CURRENCY_DIGITS if currency is None else get_currency_precision(currency)


def to_minor(amount: Decimal, currency: str | None) -> int:
    """`amount` in whole units as integer minor units, rounded half to even."""
    return int(amount.scaleb(digits(currency)).to_integral_value())


def spoken(minor: int, currency: str | None, locale: str = "en") -> str:
    """The amount for a reader of `locale`. A whole amount has no decimals; an unknown currency is not made up."""
    amount = Decimal(minor).scaleb(-digits(currency))
    whole = amount == amount.to_integral_value()
    if currency is None:
        return str(format_decimal(amount, locale=locale))
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    return str(
        format_currency(
            amount,
            currency,
            format=pattern.replace("0.00", "0") if whole else pattern,
            locale=locale,
            currency_digits=not whole,
        )
    )
