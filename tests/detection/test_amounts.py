"""Amounts as people write them, and numbers that are not amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handlers.detection import ChannelContext, Post, detect


def read(text: str, setting: ChannelContext | None = None) -> tuple[str | None, str | None, str | None]:
    answer = detect(Post(f"closed won: Acme Foods, {text}"), setting or ChannelContext())
    return (None if answer.amount is None else str(answer.amount), answer.currency, answer.period)


@pytest.mark.parametrize(
    ("written", "value", "currency", "period"),
    [
        ("$45k", "45000", "USD", None),
        ("$45k ARR", "45000", "USD", "year"),
        ("45.000,00 EUR", "45000", "EUR", None),
        ("45.000 € annual", "45000", "EUR", "year"),
        ("CHF 11'750", "11750", "CHF", None),
        ("CHF 1.1M", "1100000", "CHF", None),
        ("£1.2m ARR", "1200000", "GBP", "year"),
        ("120K TCV", "120000", None, "total"),
        ("12 lakh", "1200000", "INR", None),
        ("Rs 6,50,000", "650000", "INR", None),
        ("Rs. 8.25 lakh", "825000", "INR", None),
        ("₹2.5 crore", "25000000", "INR", None),
        ("500万円", "5000000", "JPY", None),
        ("1,200万円", "12000000", "JPY", None),
        ("2,1 MSEK", "2100000", "SEK", None),
        ("310 tkr", "310000", "SEK", None),
        ("R$180 mil", "180000", "BRL", None),
        ("R$ 36.000,00/ano", "36000", "BRL", "year"),
        ("75 thousand euros", "75000", "EUR", None),
        ("4k/mo", "4000", None, "month"),
        ("$1,600/mo x 12", "19200", "USD", "year"),
        ("88k", "88000", None, None),
        ("88k usd", "88000", "USD", None),
        ("98 k€", "98000", "EUR", None),
        ("2,9k€", "2900", "EUR", None),
        ("3 Mio. €", "3000000", "EUR", None),
        ("54 tys. zł rocznie", "54000", "PLN", "year"),
        ("CA$340,000", "340000", "CAD", None),
        ("A$4,200", "4200", "AUD", None),
        ("NZ$43k", "43000", "NZD", None),
        ("S$45,000", "45000", "SGD", None),
        ("USD 72,000.00", "72000", "USD", None),
        ("USD6,500", "6500", "USD", None),
        ("$ 58,000.00", "58000", "USD", None),
        ("$20k CAD", "20000", "CAD", None),
        ("8k (GBP)", "8000", "GBP", None),
        ("900 bucks", "900", "USD", None),
        ("2.2k quid", "2200", "GBP", None),
        ("R480 000 annually", "480000", "ZAR", "year"),
        ("¥9M", "9000000", "JPY", None),
        ("₩70,000,000", "70000000", "KRW", None),
        ("27.5K", "27500", None, None),
        ("1.250m euros", "1250000", "EUR", None),
        ("$18.50", "18.5", "USD", None),
        ("sixty two fifty for the year", "6250", None, "year"),
        ("seventy five thousand dollars", "75000", "USD", None),
        ("1.5 million dollars", "1500000", "USD", None),
    ],
)
def test_reads(written: str, value: str, currency: str, period: str) -> None:
    assert read(written) == (value, currency, period)


@pytest.mark.parametrize(
    "written",
    [
        "2 year term",
        "24 months",
        "3 locations",
        "order #4500129",
        "at 11:58",
        "10/14/2024",
        "v4.2.1",
        "15% up",
        "200 users",
        "5k users",
        "192.168.10.1",
    ],
)
def test_is_not_an_amount(written: str) -> None:
    assert read(written) == (None, None, None)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$160k/yr x 3 = $480k TCV", "480000"),
        ("$118k (about £93k)", "118000"),
        ("$1,100 monthly ($13,200/yr)", "13200"),
        ("$58k (list was $70k)", "58000"),
        ("23k, not 32k", "23000"),
        ("$5.5k MRR, so $66k ARR", "66000"),
        ("+$125k on top of base", "125000"),
    ],
)
def test_picks_what_the_customer_pays(written: str, value: str) -> None:
    assert read(written)[0] == value


def test_a_krone_is_norwegian_in_a_norwegian_post() -> None:
    assert detect(Post("Fjord Analytics har signert, 390 000 kr per år")).currency == "NOK"
    assert detect(Post("Fjord Analytics har skrivit på, 390 000 kr per år")).currency == "SEK"


def test_the_workspace_decides_shared_currency_signs() -> None:
    assert read("$45k", ChannelContext(dollar="AUD"))[1] == "AUD"
    assert read("390 000 kr", ChannelContext(krona="DKK"))[1] == "DKK"
    assert read("¥45k", ChannelContext(yen="CNY"))[1] == "CNY"


@pytest.mark.parametrize(
    ("written", "minor"), [("$45k", 4_500_000), ("¥9M", 9_000_000), ("KWD 1,250.500", 1_250_500), ("45k", None)]
)
def test_minor_units_follow_the_currency(written: str, minor: int | None) -> None:
    answer = detect(Post(f"closed won: Acme Foods, {written}"))
    assert answer.amount_minor == minor


def test_the_amount_in_a_field_takes_precedence() -> None:
    answer = detect(Post("New win! we beat a $90k quote\nCustomer: Tidal Energy\nAmount: $88,000\nDiscount: $2,000"))
    assert answer.amount == Decimal(88000)
