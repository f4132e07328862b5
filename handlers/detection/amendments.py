"""A short message that amends the one before: it puts a sum right (`23k, not 32k`), or takes the news back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from handlers.detection.amounts import Amount
from handlers.detection.flatten import flatten
from handlers.detection.lexicon import CJK, lexicon
from handlers.detection.markup import decode
from handlers.detection.posts import Post
from handlers.detection.reading import Reading, read
from prompts.detection import table

LONGEST = 300
"""Who puts something right is brief; what is longer is a message of its own."""

_WORDS = re.compile(r"[^\W_]+")


class Amends(StrEnum):
    """What becomes of the message before."""

    CORRECTED = "corrected"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a message amends.

    `outright`: it says so in so many words; otherwise only the place where it stands, or the customer that it names,
    tell what it means. For a corrected sum: `sum_written` as it stands in the message (`€23k a year`), and
    `instead_of`, the sum that is called wrong, in whole units.
    """

    amends: Amends
    text: str
    outright: bool
    sum_written: str = ""
    instead_of: Decimal | None = None


def amendment(post: Post) -> Amendment | None:
    """What `post` amends, None when nothing says that it does.

    Never raises for any text. Nearly every message costs a look at its length and a search for a few words.
    """
    text = flatten(post)
    if len(text) > LONGEST:
        return None
    found = _cues(text)
    if "taken_back" in found or "gone" in found:
        return Amendment(Amends.TAKEN_BACK, text, outright="taken_back" in found)
    if not any(c.isdigit() for c in text) or not found:
        return None
    return _corrected_sum(read(decode(text), lexicon()), text, found)


def _corrected_sum(reading: Reading, text: str, found: set[str]) -> Amendment | None:
    wrong = [amount for amount in reading.amounts if _is_wrong(reading, amount)]
    right = [amount for amount in reading.amounts if amount not in wrong]
    if len({amount.value for amount in right}) != 1 or not (wrong or found & {"correction", "aside"}):
        return None
    told = next((amount for amount in right if amount.currency), right[0])
    return Amendment(
        Amends.CORRECTED,
        text,
        outright="correction" in found,
        sum_written=reading.written(told.start, told.end),
        instead_of=wrong[0].value if len({amount.value for amount in wrong}) == 1 else None,
    )


def _is_wrong(reading: Reading, amount: Amount) -> bool:
    """`not 32k`, `instead of 32k`, `32k should be ...`, `32k -> ...`."""
    tokens = reading.tokens
    before = tokens[amount.start - 1].low if amount.start else ""
    after = "".join(token.low for token in tokens[amount.end : amount.end + 2])
    words = table("amendments")
    return (
        before in words["before_wrong"]
        or after == "->"
        or (amount.end < len(tokens) and tokens[amount.end].low in words["after_wrong"])
    )


def _cues(text: str) -> set[str]:
    """Which lists of the phrase book have a phrase in the text."""
    low = text.lower()
    words = _WORDS.findall(low)
    book = _phrases()
    if book.heads.isdisjoint(words) and low.isascii():
        return set()
    plain = f" {' '.join(words)} "
    return {
        *(kind for kind, phrases in book.spaced.items() if any(phrase in plain for phrase in phrases)),
        *(kind for kind, phrases in book.unspaced.items() if any(phrase in low for phrase in phrases)),
    }


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The lists of the phrase book: by whole words, or as they stand where a script has no spaces. And first words."""

    spaced: dict[str, tuple[str, ...]]
    unspaced: dict[str, tuple[str, ...]]
    heads: frozenset[str]


@cache
def _phrases() -> _Phrases:
    lists: dict[str, list[str]] = {
        kind: listed for kind, listed in table("amendments").items() if kind != "after_wrong"
    }
    return _Phrases(
        spaced={kind: tuple(f" {one} " for one in listed if not CJK.search(one)) for kind, listed in lists.items()},
        unspaced={kind: tuple(one for one in listed if CJK.search(one)) for kind, listed in lists.items()},
        heads=frozenset(one.split()[0] for listed in lists.values() for one in listed),
    )
