"""A short message that amends the one before: it puts a sum right (`23k, not 32k`), or takes the news back."""

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
"""Who puts something right is brief; what is longer is a message of its own."""

_NUMBER = re.compile(r"\d[\d.,' ]*")
_WORDS = re.compile(r"[^\W_]+")


class AmendmentKind(StrEnum):
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

    amends: AmendmentKind
    text: str
    outright: bool
    sum_written: str = ""
    instead_of: Decimal | None = None


def find_amendment(post: Post) -> Amendment | None:
    """What `post` amends, None when nothing says that it does.

    Never raises for any text. Nearly every message costs a look at its length and a search for a few words.
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
    amounts = find_amounts(plain, tokens)
    wrong = [amount for amount in amounts if _is_wrong(tokens, amount)]
    right = [amount for amount in amounts if amount not in wrong]
    if len({amount.value for amount in right}) != 1 or not (wrong or found & {"correction", "aside"}):
        return None
    told = next((amount for amount in right if amount.currency), right[0])
    return Amendment(
        AmendmentKind.CORRECTED,
        text,
        outright="correction" in found,
        sum_written=plain[tokens[told.start].start : tokens[told.end - 1].end],
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
    """Which lists of the phrase book have a phrase in the text."""
    low = text.lower()
    words = _WORDS.findall(low)
    book = _phrases()
    telling = book.by_telling_word.keys() & words
    found: set[str] = set()
    if telling:
        plain = f" {' '.join(words)} "
        found = {kind for word in telling for kind, phrase in book.by_telling_word[word] if phrase in plain}
    if not low.isascii():
        found |= {kind for kind, phrase in book.unspaced if phrase in low}
    return found


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases with their lists: by the longest word of each; and those of scripts without spaces, as they stand."""

    by_telling_word: dict[str, list[tuple[str, str]]]
    unspaced: list[tuple[str, str]]


@cache
def _phrases() -> _Phrases:
    book = _Phrases({}, [])
    for kind in ("correction", "aside", "before_wrong", "taken_back", "gone"):
        for phrase in table("amendments")[kind]:
            if CJK.search(phrase):
                book.unspaced.append((kind, phrase))
            else:
                telling = max(phrase.split(), key=len)
                book.by_telling_word.setdefault(telling, []).append((kind, f" {phrase} "))
    return book
