"""Tell what a label names: `Customer`, `Net order value`, `Sold-to party`, `Jahresbetrag`.

Each tool has its own labels, but they are made of few words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from handlers.detection.lexicon import Lexicon
from prompts.detection import table

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）")
_WORD = re.compile(r"[^\W_]+|[$€£¥]")
_MAX_WORDS = 6
_ROLES = ("amount", "probability", "stage", "customer", "deal", "contact", "currency")
"""What a label of several heads is: `account value` is a value."""


def label_role(label: str, lexicon: Lexicon) -> str | None:
    """Return the role of a label in lower case: a label of the phrase book, or one made of known words."""
    if role := lexicon.fields.get(label):
        return role
    bare = _ASIDE.sub(" ", label).replace("_", " ")
    written = " ".join(bare.split()).strip(" ?*#.:")
    if role := lexicon.fields.get(written):
        return role
    known = _label_words()
    words = _WORD.findall(written)
    if len(words) > _MAX_WORDS or written in known.other:
        return None
    if words and known.role(words[-1]) == "probability":
        return "probability"
    roles: set[str] = set()
    for word in words:
        role = known.role(word)
        if role is not None:
            roles.add(role)
        elif word not in known.beside and not word.isdigit():
            return None
    return next((role for role in _ROLES if role in roles), None)


@dataclass(frozen=True, slots=True)
class _LabelWords:
    """The words that labels are made of: what they name, how compounds end, and what may stand beside."""

    heads: dict[str, str]
    endings: tuple[tuple[str, tuple[str, ...]], ...]
    beside: frozenset[str]
    other: frozenset[str]

    def role(self, word: str) -> str | None:
        """What the word names, if it does."""
        if role := self.heads.get(word):
            return role
        for role, endings in self.endings:
            if word.endswith(endings):
                return role
        return None


@cache
def _label_words() -> _LabelWords:
    told = table("cards")["labels"]
    return _LabelWords(
        {word: role for role, words in told["heads"].items() for word in words},
        tuple((role, tuple(words)) for role, words in told["endings"].items()),
        frozenset(told["beside"]),
        frozenset(told["other"]),
    )


def words_for(role: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the words that give a label this role, and how its compounds end."""
    known = _label_words()
    ends = tuple(ending for other, endings in known.endings if other == role for ending in endings)
    return frozenset(word for word, other in known.heads.items() if other == role), ends


def label_currency(label: str) -> Iterator[str]:
    """Yield the words of a label that may name a currency, in capitals: `Contract value (USD)`, `Net £`."""
    return (word.upper() for word in _WORD.findall(label))
