"""Amendments of earlier messages are found, and no text raises."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.detection import AmendmentKind, Post, find_amendment
from handlers.detection.amendments import MAX_LENGTH
from prompts.detection import table


@pytest.mark.parametrize(
    ("text", "outright", "written", "instead_of"),
    [
        ("correction: 23k, not 32k", True, "23k", "32000"),
        ("typo, it's $23k", True, "$23k", None),
        ("*typo*: $23k not $32k", True, "$23k", "32000"),
        ("23k, not 32k", False, "23k", "32000"),
        ("not 32k but 23k", False, "23k", "32000"),
        ("32k should be 23k", True, "23k", "32000"),
        ("sorry 32k -&gt; 23k", False, "23k", "32000"),
        ("$23k instead of $32k", False, "$23k", "32000"),
        ("I meant 23,000", True, "23,000", None),
        ("make that €23.000 a year", True, "€23.000 a year", None),
        ("Korrektur: 23.000 EUR statt 32.000 EUR", True, "23.000 EUR", "32000"),
        ("訂正: 500万円", True, "500万円", None),
        ("it's 23k", False, "23k", None),
    ],
)
def test_an_amount_is_corrected(text: str, outright: bool, written: str, instead_of: str | None) -> None:
    found = find_amendment(Post(text=text))

    assert found is not None
    assert (found.amends, found.outright, found.sum_written) == (AmendmentKind.CORRECTED, outright, written)
    assert found.instead_of == (None if instead_of is None else Decimal(instead_of))


@pytest.mark.parametrize(
    ("text", "outright"),
    [
        ("scratch that, they pulled out", True),
        ("False alarm!", True),
        ("Spoke too soon...", True),
        ("Northwind fell through", False),
        ("deal's off", False),
        ("取り消します", True),
    ],
)
def test_the_news_is_retracted(text: str, outright: bool) -> None:
    found = find_amendment(Post(text=text))

    assert found is not None
    assert (found.amends, found.outright) == (AmendmentKind.TAKEN_BACK, outright)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lunch is at 12, not 1",
        "Just closed Northwind Dental for $23k",
        "23k or 32k, who knows, not me",
        "I meant Tuesday",
        "the scratch on the car",
        f"correction: 23k, not 32k {'x' * MAX_LENGTH}",
    ],
)
def test_no_amendment(text: str) -> None:
    assert find_amendment(Post(text=text)) is None


PHRASES = [phrase for listed in table("amendments").values() for phrase in listed]


@given(st.lists(st.text() | st.sampled_from([*PHRASES, "23k", "$32,000", "->"]), max_size=8).map(" ".join))
def test_any_text_gives_an_answer(text: str) -> None:
    find_amendment(Post(text=text))


def test_the_phrases_are_lower_case_without_marks() -> None:
    assert [one for one in PHRASES if one != one.lower() or set(one) & set(",.!?:;'’\"")] == []
