"""A pytest plugin that changes every text of words.toml: `pytest -p tests.edited_words tests/slack`.

A test that fails with it pins an English sentence, and would fail for a sales person who edits words.toml. Tests ask
for a text by its key instead: `Wording()("card.start")`. Tests that are about the texts themselves (tests/prompts,
tests/repo) and tests that start the bot in a process of its own are not meant to run with it.

Letters are rotated by 13 places, which keeps the length of a text and its placeholders.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from functools import cache

from prompts import wording

_TEMPLATE = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_original = wording.raw_words


def edited(text: str) -> str:
    """The text with its letters changed, outside of placeholders."""
    parts = _TEMPLATE.split(text)
    return "".join(part if number % 2 else codecs.encode(part, "rot13") for number, part in enumerate(parts))


@cache
def _edited_words(locale: str) -> Mapping[str, str]:
    return {key: edited(text) for key, text in _original(locale).items()}


wording.raw_words = _edited_words
