"""A person's locale: read from whatever a platform says, and used for the numbers of texts in its language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.locales import known_locale, number_locale
from handlers.method.money import format_amount


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("en-GB", "en_GB"),
        ("en-us", "en_US"),
        ("pt_BR", "pt_BR"),
        ("zh-Hans-CN", "zh_Hans_CN"),
        (" de-DE ", "de_DE"),
        ("en-US@" + "x" * 300, "en_US"),
        ("und", None),
        ("C", None),
        ("xx", None),
        ("", None),
        (None, None),
    ],
)
def test_a_locale_is_read_as_platforms_write_it(said: str | None, known: str | None) -> None:
    assert known_locale(said) == known


@given(st.text(max_size=40))
def test_whatever_a_platform_sends_can_format_a_number(said: str) -> None:
    assert "45" in format_amount(4_500_000, "EUR", number_locale(known_locale(said)))


@pytest.mark.parametrize(
    ("person", "amount"),
    [
        (None, "₹450,000"),
        ("en_IN", "₹4,50,000"),
        ("en_GB", "₹450,000"),
        ("de_DE", "₹450,000"),  # an English text has no German numbers in it
    ],
)
def test_numbers_follow_the_region_but_never_another_language(person: str | None, amount: str) -> None:
    assert format_amount(45_000_000, "INR", number_locale(person)) == amount
