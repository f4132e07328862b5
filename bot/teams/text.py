"""Teams' markup: what people typed is made harmless."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_~\[\]#|])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    """Text that a person typed, for a message in markdown: no link, no mention and no HTML comes of it."""
    return re.sub(r"[&<>]", lambda found: _ENTITIES[found[0]], _MARKS.sub(r"\\\1", text))
