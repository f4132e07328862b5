"""Shortens text to a platform's limit: counted as JavaScript counts, and never in the middle of what people see as one.

An emoji may be many characters (a family, a flag, a shade of skin), and an accent may be one of its own. Half of a flag
is another country's, half of a family is a stranger.
"""

from __future__ import annotations

import unicodedata

MOST_MARKS = 40
"""Characters of what people see as one; the longest emoji have some fifteen."""
JOINER = "\u200d"
_SKINS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_FLAGS = range(0x1F1E6, 0x1F200)
_HANGUL = range(0x1160, 0x1200)
"""The second and third letters of a Korean syllable that is written in parts."""


def length(text: str) -> int:
    """UTF-16 code units, as platforms written in JavaScript count: an emoji beyond U+FFFF is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into `limit` UTF-16 code units, without a part of an emoji or a letter.

    A letter with more than `MOST_MARKS` accents is cut all the same: nobody reads it.
    """
    end = used = 0
    for char in text:
        used += 2 if char > "\uffff" else 1
        if used > limit:
            break
        end += 1
    if end == len(text):
        return end
    cuts = range(end, max(0, end - MOST_MARKS), -1)
    return next((at for at in cuts if _can_cut(text, at)), 0 if end <= MOST_MARKS else end)


def clip(text: str, max_length: int) -> str:
    """Shorten text to `max_length` UTF-16 code units, with an ellipsis. For text not yet escaped."""
    if length(text) <= max_length:
        return text
    return f"{text[: fitting(text, max_length - 1)].rstrip()}…"


def _can_cut(text: str, at: int) -> bool:
    """Whether what people see as one character ends before `at`."""
    before, after = text[at - 1], text[at]
    if JOINER in (before, after) or (before, after) == ("\r", "\n"):
        return False
    if ord(after) in _SKINS or ord(after) in _TAGS or ord(after) in _HANGUL:
        return False
    if ord(before) in _FLAGS and ord(after) in _FLAGS:
        return _flags_before(text, at) % 2 == 0
    return not unicodedata.category(after).startswith("M")


def _flags_before(text: str, at: int) -> int:
    """How many letters of flags end at `at`: each flag has two."""
    start = at
    while start > 0 and ord(text[start - 1]) in _FLAGS:
        start -= 1
    return at - start
