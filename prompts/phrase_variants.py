"""Expand a phrase as an editor writes it: `(a|b)` is one of several, `[x]` may be missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import prod

_PART = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]|([^()\[\]|\s]+)|\s+")


def variants(phrase: str, limit: int | None = None) -> Iterator[str]:
    """Yield what `phrase` stands for: `(a|b) [c] d` gives `a c d`, `a d`, `b c d`, `b d`.

    Raises ValueError, with the reason, for misplaced brackets and for more than `limit` variants.
    """
    choices = _choices(phrase)
    count = prod(map(len, choices))
    if limit is not None and count > limit:
        raise ValueError(f"it can be read in {count} ways; write several phrases instead")
    for chosen in product(*choices):
        yield " ".join(part for part in chosen if part)


def _choices(phrase: str) -> list[list[str]]:
    """The alternatives for each part of the phrase, in order."""
    choices: list[list[str]] = []
    end = 0
    for part in _PART.finditer(phrase):
        if part.start() != end:
            break
        end = part.end()
        alternatives, optional, plain = part.groups()
        if alternatives is not None:
            choices.append(alternatives.split("|"))
        elif optional is not None:
            choices.append([*optional.split("|"), ""])
        elif plain is not None:
            choices.append([plain])
    if end != len(phrase):
        raise ValueError("a bracket or a | is in the wrong place")
    return choices
