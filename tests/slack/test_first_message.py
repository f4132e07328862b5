"""The first message and the first form after a start are answered as soon as all others: the books are read before."""

from __future__ import annotations

import pytest

from handlers.detection.lexicon import lexicon
from handlers.method.vagueness import rules
from tests.slack.slack_driver import Office


@pytest.fixture
def unread() -> None:
    """As in a program that has just been started."""
    lexicon.cache_clear()
    rules.cache_clear()


async def test_the_books_are_read_when_the_bot_is_ready(unread: None, office: Office) -> None:
    assert lexicon.cache_info().currsize == 1
    assert rules.cache_info().currsize == 1
