"""Two spellings of a customer's name give one key, two customers two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.customers import KEY_LENGTH, customer_key
from tests.method.given import wordings

names = (
    st.text(max_size=60)
    | wordings
    | st.lists(
        st.sampled_from(["Acme", "& Co", "and", "Inc.", "S.A.", "GmbH", "Ltd", "of", "Ä", "(", "-"]), max_size=6
    ).map(" ".join)
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northwind Dental", "northwind  dental"),
        ("Northwind Dental", "Northwind Dental, Inc."),
        ("Northwind Dental", " NORTHWIND-DENTAL LLC "),
        ("Müller GmbH & Co. KG", "Muller"),
        ("Crème & Brûlée", "Creme and Brulee"),
        ("Telefónica, S.A.", "telefonica sa"),
        ("Rossi S.p.A.", "Rossi"),
        ("Philips N.V.", "PHILIPS"),
        ("J.P. Morgan", "JP Morgan"),
        ("ＡＣＭＥ", "Acme"),
        ("Straße 7", "STRASSE 7"),
    ],
)
def test_spellings_of_one_customer(one: str, other: str) -> None:
    assert customer_key(one) == customer_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northwind Dental", "Northwind Traders"),
        ("AB Foods", "Foods"),
        ("The Company Store", "The Store"),
        ("Co-op", "Op"),
        ("Acme 1", "Acme 2"),
        ("株式会社アクメ", "株式会社ノースウィンド"),
        ("🎉", "🏆"),
    ],
)
def test_two_customers(one: str, other: str) -> None:
    assert customer_key(one) != customer_key(other)


@given(names)
def test_a_name_has_a_key_and_nothing_has_none(name: str) -> None:
    assert bool(customer_key(name)) == bool(name.strip())


@given(names)
def test_the_key_of_a_key_is_the_key(name: str) -> None:
    assert customer_key(customer_key(name)) == customer_key(name)


@given(names, st.sampled_from(["Inc", "Inc.", "LLC", "S.A.", "GmbH", "& Co. KG", "B.V.", "Pty Ltd"]))
def test_a_legal_form_behind_a_name_does_not_count(name: str, form: str) -> None:
    if any(c.isalnum() for c in name):
        assert customer_key(f"{name} {form}") == customer_key(name)


@given(st.text("abnxyzäéñøåßžłабвαβς ", min_size=1, max_size=30))
def test_case_does_not_count(name: str) -> None:
    assert customer_key(name.upper()) == customer_key(name.lower())


def test_a_name_of_legal_forms_keeps_one() -> None:
    assert customer_key("Limited") == "limited"
    assert customer_key("Co.") == "co"


def test_the_key_fits_its_column() -> None:
    assert len(customer_key("ﷺ" * 200)) <= KEY_LENGTH
