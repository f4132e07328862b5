"""Detect short messages that amend an earlier one: a corrected amount (`23k, not 32k`), or a retraction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from handlers.detection.amounts import Amount, find_amounts
from handlers.detection.flatten import flatten
from handlers.detection.lexicon import CJK, lexicon
from handlers.detection.markup import decode
from handlers.detection.tokens import Token, tokenize
from handlers.detection.types import Post
from prompts.detection import table

MAX_LENGTH = 300
"""Characters. A correction is brief; a longer message is news of its own."""

_NUMBER = re.compile(r"\d[\d.,' ]*")
_WORDS = re.compile(r"[^\W_]+")


class AmendmentKind(StrEnum):
    """What happens to the earlier message."""

    CORRECTED = "corrected"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment of an earlier message.

    `outright`: the text says so explicitly; otherwise only its thread or the customer's name tells what it amends. For
    a corrected amount: `sum_written` as in the message (`€23k a year`), and `instead_of`, the wrong amount in whole
    units.
    """

    amends: AmendmentKind
    text: str
    outright: bool
    sum_written: str = ""
    instead_of: Decimal | None = None


def find_amendment(post: Post) -> Amendment | None:
    """Return the amendment in `post`; None when there is none.

    Never raises. For most messages it only checks the length and searches for a few words.
    """
    text = flatten(post)
    if len(text) > MAX_LENGTH:
        return None
    found = _cues(text)
    if "taken_back" in found or "gone" in found:
        return Amendment(AmendmentKind.TAKEN_BACK, text, outright="taken_back" in found)
    numbers = len(_NUMBER.findall(text))
    enough = 1 if found & {"correction", "aside"} else 2
    return _corrected_amount(text, found) if found and numbers >= enough else None


def _corrected_amount(text: str, found: set[str]) -> Amendment | None:
    plain = decode(text).text
    tokens = tokenize(plain, lexicon().cjk)
    amounts = [amount for amount in find_amounts(plain, tokens) if amount.is_total]
    wrong = [amount for amount in amounts if _is_wrong(tokens, amount)]
    right = [amount for amount in amounts if amount not in wrong]
    if len({amount.value for amount in right}) != 1 or not (wrong or found & {"correction", "aside"}):
        return None
    stated = next((amount for amount in right if amount.currency), right[0])
    return Amendment(
        AmendmentKind.CORRECTED,
        text,
        outright="correction" in found,
        sum_written=plain[tokens[stated.start].start : tokens[stated.end - 1].end],
        instead_of=wrong[0].value if len({amount.value for amount in wrong}) == 1 else None,
    )


def _is_wrong(tokens: list[Token], amount: Amount) -> bool:
    """`not 32k`, `instead of 32k`, `32k should be ...`, `32k -> ...`."""
    words = table("amendments")
    before = tokens[amount.start - 1].low if amount.start else ""
    after = [token.low for token in tokens[amount.end : amount.end + 2]]
    if before in words["before_wrong"] or after == ["-", ">"]:
        return True
    return bool(after) and after[0] in words["after_wrong"]


def _cues(text: str) -> set[str]:
    """Return the names of the phrase lists that occur in the text."""
    low = text.lower()
    words = _WORDS.findall(low)
    book = _phrases()
    candidates = book.by_longest_word.keys() & words
    found: set[str] = set()
    if candidates:
        plain = f" {' '.join(words)} "
        found = {kind for word in candidates for kind, phrase in book.by_longest_word[word] if phrase in plain}
    if not low.isascii():
        found |= {kind for kind, phrase in book.unspaced if phrase in low}
    return found


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases with their lists: indexed by their longest word, or as they are in scripts without spaces."""

    by_longest_word: dict[str, list[tuple[str, str]]]
    unspaced: list[tuple[str, str]]


@cache
def _phrases() -> _Phrases:
    book = _Phrases({}, [])
    for kind in ("correction", "aside", "before_wrong", "taken_back", "gone"):
        for phrase in table("amendments")[kind]:
            if CJK.search(phrase):
                book.unspaced.append((kind, phrase))
            else:
                longest = max(phrase.split(), key=len)
                book.by_longest_word.setdefault(longest, []).append((kind, f" {phrase} "))
    return book
