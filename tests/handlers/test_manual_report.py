"""Text after the command or in the form is parsed into a customer and an amount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handlers.intake.manual_report import parse_report, read_report
from handlers.requests import Caller

REP = Caller("slack", "T1", "U1", "")


@pytest.mark.parametrize(
    ("typed", "customer", "amount", "currency", "period"),
    [
        ("Northwind Dental $45k", "Northwind Dental", "45000", "USD", None),
        ("Northwind Dental, $45k a year", "Northwind Dental", "45000", "USD", "year"),
        ("northwind dental 45000", "northwind dental", "45000", None, None),
        ("A & B Co 1.2m ARR", "A & B Co", "1200000", None, "year"),
        ("Studio 54", "Studio 54", None, None, None),
        ("Studio 54 $12k", "Studio 54", "12000", "USD", None),
        ("Café Lumière 12 500,50 €", "Café Lumière", "12500.50", "EUR", None),
        ("$45k Northwind Dental", "Northwind Dental", "45000", "USD", None),
        ("$45k", "", "45000", "USD", None),
        ("Acme", "Acme", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_a_report_is_parsed_from_one_line(
    typed: str, customer: str, amount: str | None, currency: str | None, period: str | None
) -> None:
    found = read_report(REP, typed)
    assert (found.customer, found.currency, found.period) == (customer, currency, period)
    assert found.amount == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("45000", "45000", None),
        ("$45k a year", "45000", "USD"),
        ("12 500,50 €", "12500.50", "EUR"),
        ("CHF 11'750", "11750", "CHF"),
        ("about 45 thousand euros", "45000", "EUR"),
        ("", None, None),
        ("to be agreed", None, None),
    ],
)
def test_a_report_is_parsed_from_the_form(typed: str, amount: str | None, currency: str | None) -> None:
    found = parse_report(REP, "Acme", typed)
    assert found.customer == "Acme"
    assert (found.amount, found.currency) == (None if amount is None else Decimal(amount), currency)
