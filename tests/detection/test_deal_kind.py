"""The kind of the order that a post announces: see also tests/field/test_hearing_trades.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.detection import DealKind, Post, detect
from handlers.detection.deal_kind import deal_kind
from handlers.detection.lexicon import lexicon
from handlers.detection.markup import decode
from handlers.detection.reading import read
from prompts.detection import languages

KINDS = {kind.value for kind in DealKind}


def kind_of(text: str) -> DealKind | None:
    return deal_kind(read(decode(text), lexicon()))


def test_the_kind_is_part_of_the_answer() -> None:
    assert detect(Post("Kestrel Robotics renewed for 3 years, $45k, contract signed")).kind is DealKind.RENEWAL


@pytest.mark.parametrize("code", sorted(languages()))
def test_every_language_has_phrases_for_every_kind(code: str) -> None:
    assert languages()[code]["kinds"].keys() >= KINDS


@given(st.text(), st.sampled_from(["Acme renewed, $5k ", "", "Closed won: Acme\n"]))
def test_any_text_has_a_kind_or_none(text: str, opener: str) -> None:
    assert kind_of(opener + text) in {None, *DealKind}
