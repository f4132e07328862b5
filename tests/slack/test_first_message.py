"""The first message and the first form are answered as fast as later ones: the phrase files are read at the start."""

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


async def test_the_phrase_files_are_read_before_the_bot_is_ready(unread: None, office: Office) -> None:
    assert lexicon.cache_info().currsize == 1
    assert rules.cache_info().currsize == 1
