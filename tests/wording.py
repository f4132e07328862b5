"""Texts of words.toml by key, so that a test does not fail when somebody edits a text.

`wording` fills in a whole text. `fixed_part` is for a test that does not know the values of the placeholders.
"""

from __future__ import annotations

import re

from prompts.wording import Wording, raw_words

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)

wording = Wording()


def fixed_part(key: str) -> str:
    """The longest stretch of a text that holds no placeholder."""
    longest = max(_PLACEHOLDER.split(raw_words(wording.locale)[key]), key=len).strip()
    assert longest, f"{key} consists of placeholders"
    return longest
