"""Characters that nobody sees: clipboards, keyboards and right-to-left text add them to what people type."""

from __future__ import annotations

import re

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u2069\u2800\u3164\ufeff\uffa0]"
)
"""Control characters, soft hyphens, spaces without width, blank letters, marks of direction. Those that join letters or
emoji are not among them."""


def without_invisible(text: str) -> str:
    """The text without characters that nobody sees."""
    return INVISIBLE.sub("", text)
