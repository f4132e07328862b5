"""How much a post reads like the news of a win: a second opinion, learned from labelled posts (decision 0010).

The phrase book knows what it was told. People tell of a signature in a thousand other ways, so each word of a post, and
each two that stand together, also has a weight that was learned; their sum is heard beside the phrases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from heapq import nlargest, nsmallest
from itertools import pairwise

from handlers.detection.customer_spans import Grade, Names
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from prompts.detection import learned_weights

MAX_TOKENS = 300
"""Tokens of a post that are read: the news does not come later, and a post of 40 kB costs no more."""
_SHOWN = 3
_NAME, _SUM, _NUMBER, _PERSON, _LINE, RARE = "NAME", "SUM", "NUM", "WHO", "LINE", "RARE"
_STANDS_FOR = {TokenKind.NUMBER: _NUMBER, TokenKind.MENTION: _PERSON, TokenKind.BREAK: _LINE}
_OPENS, _ENDS = "^", "$"
_SHOWN_AS = {
    _NAME: "(name)",
    _SUM: "(sum)",
    _NUMBER: "(number)",
    _PERSON: "(person)",
    _LINE: "(new line)",
    RARE: "(word)",
    _OPENS: "(start)",
    _ENDS: "(end)",
    "_": "…",
}
_SKIPPED = frozenset(",-\"()*'“”")
"""Marks that stand alone, and part no words: `Acme (at last!) signed`."""


@dataclass(frozen=True, slots=True)
class WinModel:
    """What was learned: a weight by feature, the words that are known, and how the two opinions are put together.

    log-odds = `offset` + `scale` x (the phrases' log-odds + the weights of the post's features).
    """

    weights: Mapping[str, float]
    names: Mapping[str, float]
    """Weights for telling the customer's name from other words: see naming.py."""
    known: frozenset[str]
    offset: float
    scale: float

    def weigh(self, features: set[str]) -> tuple[float, str]:
        """The weight of a post, and the words that spoke loudest in its sense."""
        weights = self.weights
        told = [(weights[one], one) for one in features if one in weights]
        total = round(
            sum(weight for weight, _ in told), 2
        )  # weights have two digits; a set has no order to add them in
        loudest = nlargest(_SHOWN, told) if total > 0 else nsmallest(_SHOWN, told)
        return total, ", ".join(_display(one) for _, one in loudest)


def _display(feature: str) -> str:
    """A feature as an explanation shows it: `closed (name)`."""
    return " ".join(_SHOWN_AS.get(word, word) for word in feature.split())


@cache
def win_model() -> WinModel:
    """What was learned, read once from `prompts/detection/model.json`."""
    told = learned_weights()
    return WinModel(
        weights={feature: weight for feature, weight in told.weights.items() if weight},
        names=told.names,
        known=frozenset(feature for feature in told.weights if " " not in feature),
        offset=told.offset,
        scale=told.scale,
    )


def model_words(reading: Reading, names: Names) -> list[str]:
    """A post as what its words stand for: names, sums, people and numbers are all alike."""
    found: list[str] = []
    for at, token in enumerate(reading.tokens[:MAX_TOKENS]):
        if reading.in_amount[at]:
            word = _SUM
        elif token.kind is TokenKind.WORD:
            word = _NAME if _is_name(reading, names, at) else token.low
        else:
            word = _STANDS_FOR.get(token.kind, token.low)
        if word not in (_NAME, _SUM) or not found or found[-1] != word:
            found.append(word)
    return found


def features(words: list[str], known: frozenset[str]) -> set[str]:
    """The words of a post, and each two that follow each other or have one between; unknown words are all alike."""
    read = [_OPENS]
    for word in words:
        one = word if word in known else RARE
        if one != RARE or read[-1] != RARE:
            read.append(one)
    read.append(_ENDS)
    found = set(read)
    parted = [word for word in read if word not in _SKIPPED]
    found.update(f"{first} {second}" for first, second in pairwise(parted))
    found.update(f"{first} _ {third}" for first, third in zip(parted, parted[2:], strict=False))
    return found


def _is_name(reading: Reading, names: Names, at: int) -> bool:
    """A word with a capital that it has not from its place in the sentence."""
    grades = names.grades
    if grades[at] is not Grade.PROPER:
        return False
    return not reading.opens_sentence(at) or (at + 1 < len(grades) and grades[at + 1] is Grade.PROPER)
