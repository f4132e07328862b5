"""One written phrase stands for every combination of its alternatives and optional parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.phrase_variants import variants


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("closed", ["closed"]),
        ("(a|b) [c] d", ["a c d", "a d", "b c d", "b d"]),
        ("on [a|the] day", ["on a day", "on the day", "on day"]),
        ("[maybe]", ["maybe", ""]),
        ("won! & signed", ["won! & signed"]),
        ("", [""]),
    ],
)
def test_every_combination_in_order(phrase: str, expected: list[str]) -> None:
    assert list(variants(phrase)) == expected


@pytest.mark.parametrize("phrase", ["(a|b", "a|b", "a)", "[a (b)]", "(a|b (c|d))"])
def test_a_misplaced_bracket_is_an_error(phrase: str) -> None:
    with pytest.raises(ValueError, match="wrong place"):
        list(variants(phrase))


def test_the_limit_is_checked_before_the_phrase_is_expanded() -> None:
    with pytest.raises(ValueError, match=f"{4**100} ways"):
        list(variants("(a|b|c|d) " * 100, limit=1000))


@given(st.lists(st.lists(st.text("abc", min_size=1), min_size=1, max_size=3, unique=True), max_size=4))
def test_variants_are_the_product_of_the_alternatives(choices: list[list[str]]) -> None:
    found = list(variants(" ".join(f"({'|'.join(options)})" for options in choices)))
    assert len(set(found)) == len(found)
    for variant in found:
        assert all(word in options for word, options in zip(variant.split(), choices, strict=True))
