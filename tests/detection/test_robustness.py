"""No text makes the detector raise, take long, or give two answers."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from functools import cache, partial
from time import thread_time

import pytest
from hypothesis import HealthCheck, given, settings

from handlers import detection
from handlers.detection import Decision, Post, detect, find_amendment, find_typed_amount, looks_idle
from handlers.detection.lexicon import lexicon
from handlers.detection.markup import MAX_POST_LENGTH
from handlers.detection.prefilter import _triggers
from handlers.errors import InvalidEntryError
from tests.detection.messages import DEEP, OPENERS, ORDINARY, PIECES, any_post, any_text, nested, repeated

HARDER = 30
"""The CPU time allowed, in multiples of that for ordinary text of the same length; a quadratic parser takes 100."""


EXAMPLES = settings().max_examples
"""The number of examples per rule; more with all examples (see tests/conftest.py)."""
TAKES_TIME = pytest.mark.unmeasured
"""Tests of CPU time, which coverage would distort."""


@cache
def ordinary() -> float:
    """CPU seconds for a long ordinary message on this machine."""
    return min(spent(partial(detect, Post(repeated(ORDINARY)))) for _ in range(5))


def spent(look: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    begun = thread_time()
    look()
    return thread_time() - begun


def lingers(look: Callable[[], object], at_most: float) -> bool:
    """Whether a call takes longer twice; once may be due to garbage collection."""
    return spent(look) > at_most and spent(look) > at_most


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of the detection, by module and name."""
    found = {"lexicon().cjk": lexicon().cjk, "_triggers().cjk": _triggers().cjk}
    for module in pkgutil.iter_modules(detection.__path__):
        for name, value in vars(importlib.import_module(f"{detection.__name__}.{module.name}")).items():
            if isinstance(value, re.Pattern) and value not in found.values():
                found[f"{module.name}.{name}"] = value
    del found["lexicon._NEVER"]  # looks for nothing
    return found


@settings(max_examples=4 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_text)
def test_any_text_gets_an_answer(text: str) -> None:
    answer = detect(Post(text))
    assert 0 <= answer.confidence <= 1
    assert answer.decision in Decision
    assert (answer.amount is None) or answer.amount > 0
    assert detect(Post(text)) == answer
    (answer.customer or "").encode("utf-8")


@settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_post)
def test_any_post_gets_an_answer(post: Post) -> None:
    assert detect(post) == detect(post)
    assert find_amendment(post) == find_amendment(post)


@settings(max_examples=2 * EXAMPLES, deadline=None)
@given(any_text)
def test_idle_text_is_no_deal(text: str) -> None:
    if looks_idle(text):
        assert not detect(Post(text)).deal_closed


@settings(deadline=None)
@given(any_text)
def test_any_text_can_be_searched_for_an_amount(text: str) -> None:
    try:
        found = find_typed_amount(text)
    except InvalidEntryError:
        return  # it says what is wrong with it
    assert found is None or found.amount >= 0


@pytest.mark.parametrize("kind", ["table", "rich_text_list", "Container", "rich_text"])
def test_nested_blocks_are_read(kind: str) -> None:
    assert detect(Post(blocks=[nested(kind, DEEP, "signed Acme $5k")])).decision in Decision  # type: ignore[list-item]


@TAKES_TIME
@pytest.mark.parametrize("piece", PIECES)
def test_adversarial_repetition_is_read_in_linear_time(piece: str) -> None:
    for opener in ("", "signed Acme $5k "):
        assert not lingers(partial(detect, Post(repeated(piece, opener=opener))), HARDER * ordinary())


@TAKES_TIME
@pytest.mark.parametrize("opener", OPENERS[2:])
@pytest.mark.parametrize("piece", [" ", "\t", "\u00a0", ", ", " -", "- ", " |", " (", "a 1", "Jan "])
def test_a_long_value_is_read_in_linear_time(opener: str, piece: str) -> None:
    assert not lingers(partial(detect, Post(repeated(piece, opener=opener))), HARDER * ordinary())


@TAKES_TIME
@pytest.mark.parametrize("name", patterns())
def test_no_pattern_backtracks(name: str) -> None:
    pattern = patterns()[name]
    texts = [repeated(piece, MAX_POST_LENGTH, opener=opener) for piece in PIECES for opener in ("", "a")]
    for text in texts:
        assert not lingers(partial(pattern.findall, text), HARDER / 10 * ordinary()), text[:20]
    assert any(pattern.search(text) for text in [*texts, *PIECES]), "a pattern that no piece is made for"
