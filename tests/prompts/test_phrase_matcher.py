"""Phrases are found anywhere in a text, in linear time."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.phrase_matcher import MAX_GAP, PhraseMatcher, readings, words_of


def found(phrase: str, text: str) -> list[str]:
    words = words_of(text)
    return [
        text[words[hit.start].start : words[hit.end - 1].end]
        for hit in PhraseMatcher([(phrase, phrase)]).find([word.folded for word in words])
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Don’t chase us!", ["dont", "chase", "us"]),
        ("go-live by 31/05/2027", ["go", "live", "by", "31/05/2027"]),
        ("2027-05-31: 24h, 20mpg", ["2027-05-31", "24", "h", "20", "mpg"]),
        ("$1,200.50 at 99.9%", ["$", "1,200.50", "at", "99.9", "%"]),
        ("👍 ünïted 9:30", ["ünïted", "9:30"]),
    ],
)
def test_words_are_folded_for_comparison(text: str, words: list[str]) -> None:
    assert [word.folded for word in words_of(text)] == words


@given(st.text())
def test_every_word_has_its_position(text: str) -> None:
    words = words_of(text)
    assert [text[word.start : word.end] for word in words] == [word.text for word in words]
    assert all(one.end <= other.start for one, other in pairwise(words))


@pytest.mark.parametrize(
    ("phrase", "rows"),
    [
        ("keep posted", [("keep", "posted")]),
        ("(call|ring) us", [("call", "us"), ("ring", "us")]),
        ("on [the] day", [("on", "day"), ("on", "the", "day")]),
        ("on [a|the] day", [("on", "a", "day"), ("on", "day"), ("on", "the", "day")]),
        ("report*", [("report*",)]),
        ("*ly done", [("*ly", "done")]),
        ("keep .. posted", [("keep", "..", "posted")]),
        ("24/7", [("24/7",)]),
    ],
)
def test_a_phrase_has_readings(phrase: str, rows: list[tuple[str, ...]]) -> None:
    assert readings(phrase) == rows


@pytest.mark.parametrize(
    "phrase", ["", "  ", "[maybe]", "(a|b", "a|b", "a)", ".. posted", "keep ..", "[a (b)]", "!", "*"]
)
def test_a_bad_phrase_is_an_error(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"wrong place|no word at all"):
        readings(phrase)


def test_a_word_may_be_open_at_one_end_only() -> None:
    assert found("*ly", "kindly reply, folly at night") == ["kindly", "reply", "folly"]
    assert found("without *ing", "without begging or asking") == ["without begging"]
    with pytest.raises(ValueError, match="one end"):
        readings("*ful*")


def test_a_phrase_with_too_many_readings_is_an_error() -> None:
    with pytest.raises(ValueError, match="several phrases"):
        readings("(a|b|c|d) " * 6)


@pytest.mark.parametrize(
    ("phrase", "text", "hits"),
    [
        ("keep .. posted", "Keep us all posted", ["Keep us all posted"]),
        ("keep .. posted", "keep posted", ["keep posted"]),
        ("keep .. posted", "keep " + "me " * (MAX_GAP + 1) + "posted", []),
        ("report*", "Reporting and reports, no rapport", ["Reporting", "reports"]),
        ("check in", "check-in, Check in", ["check-in", "Check in"]),
        ("dont go", "don't go", ["don't go"]),
        ("time", "sometimes", []),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str, hits: list[str]) -> None:
    assert found(phrase, text) == hits


def test_matching_takes_linear_time() -> None:
    finder = PhraseMatcher([("keep .. posted", 1), ("a* b* c*", 2), ("keep .. keep .. keep", 3)])

    def took(words: list[str]) -> float:
        begun = time.process_time()
        finder.find(words)
        return time.process_time() - begun

    at_most = 30 * max(1e-4, min(took(["keep"] * 1000) for _ in range(3)))
    assert any(took(["keep"] * 8000) < at_most for _ in range(3))  # the best of three, and often the first is enough
