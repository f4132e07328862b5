"""The term of the contract in months, and durations that are no term."""

from __future__ import annotations

import pytest

from handlers.detection import Post, detect


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Just closed Northwind Dental! $45k ARR, 2 year term", 24),
        ("Just closed Northwind Dental! $45k ARR, two-year term", 24),
        ("Northwind Dental signed, $90k over 3 years", 36),
        ("Northwind Dental signed a 24-month contract, 12k", 24),
        ("Closed the Northwind Dental deal - $36k ARR, 24 month term", 24),
        ("Northwind Dental renewed! 54k signed for another two years", 24),
        ("Northwind Dental signed: $4k/mo for 12 months", 12),
        ("Deal won\nCustomer: Northwind Dental\nAmount: $45,000\nTerm: 36 months", 36),
        ("Nordlicht GmbH hat unterschrieben, 36.000 € über 3 Jahre", 36),
        ("Groupe Vallon a signé, 98 k€ sur 3 ans", 36),
        ("Talleres Urdiain ha firmado, 24.000 € por 2 años", 24),
    ],
)
def test_the_term(text: str, months: int | None) -> None:
    assert detect(Post(text)).term_months == months


@pytest.mark.parametrize(
    "text",
    [
        "Northwind Dental signed £56,000 today. They were with their old vendor for 11 yrs",
        "Closed Northwind Dental, 45k. Took me 2 years",
        "Northwind Dental signed after 18 months of silence, 45k",
        "Northwind Dental signed 10 minutes ago, 45k",
        "Just closed Northwind Dental! $45k",
        "Northwind Dental signed a 200 year contract, 45k",
    ],
)
def test_no_term(text: str) -> None:
    assert detect(Post(text)).term_months is None
