"""A learned second opinion: how much a passage reads like the news of a win (decisions 0010 and 0021).

The phrase book cannot list every way to announce a win. So each word of a passage, and each pair of neighbouring
words, has a weight learned from labelled posts; their sum is added to that of the phrases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nlargest, nsmallest
from itertools import pairwise
from math import fsum

from handlers.detection.customer_spans import Grade, Names
from handlers.detection.lexicon import Tag
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from prompts.detection import learned_weights

MAX_TOKENS = 300
"""Tokens of a passage that are read."""
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
_BEFORE, _BEHIND = "<", ">"
"""The passage that a word is in, beside the one that is judged."""
_SHOWN_BESIDE = {_BEFORE: "before: ", _BEHIND: "after: "}
_TAGS = tuple((name, bit) for name, bit in vars(Tag).items() if name.isupper())
_PUNCTUATION = frozenset(".!?;:,")
_NEAR = 0.7
"""How much a word of a neighbouring passage counts, of a word of the passage itself."""
_SKIPPED = frozenset(",-\"()*'“”")
"""Marks that do not separate neighbouring words: `Acme (at last!) signed`."""


@dataclass(frozen=True, slots=True)
class WinModel:
    """The learned weights by feature, the known words, and how phrases and weights are combined.

    log-odds = `offset` + `phrases` x the log-odds by the phrases + the weights of the passage's features.
    """

    weights: Mapping[str, float]
    names: Mapping[str, float]
    """Weights that set the customer's name apart from other words: see customer_model.py."""
    others: Mapping[str, float]
    """Weights that tell which other names in a post are customers as well: see other_deals.py."""
    known: frozenset[str]
    offset: float
    phrases: float

    def weigh(self, features: Mapping[str, float]) -> float:
        """Return the weight of a passage (log-odds)."""
        weights = self.weights
        # features come from sets, whose order differs from run to run: the exact sum does not depend on it
        return round(fsum(weights[one] * share for one, share in features.items() if one in weights), 2)

    def loudest(self, features: Mapping[str, float], weight: float) -> str:
        """Return the features that contribute most to the weight of a passage, as text."""
        known = [(self.weights[one] * share, one) for one, share in features.items() if one in self.weights]
        found = nlargest(_SHOWN, known) if weight > 0 else nsmallest(_SHOWN, known)
        return ", ".join(_display(one) for _, one in found)


def _display(feature: str) -> str:
    """A feature as text for an explanation: `closed (name)`, `before: was`."""
    where = _SHOWN_BESIDE.get(feature[0], "") if len(feature) > 1 and feature[1] != " " else ""
    words = feature[1:] if where else feature
    return where + " ".join(_SHOWN_AS.get(word, word) for word in words.split())


@cache
def win_model() -> WinModel:
    """Return the model, read once from `prompts/detection/model.json`."""
    learned = learned_weights()
    return WinModel(
        weights={feature: weight for feature, weight in learned.weights.items() if weight},
        names=learned.names,
        others=learned.others,
        known=frozenset(feature for feature in learned.weights if " " not in feature),
        offset=learned.offset,
        phrases=learned.phrases,
    )


def model_words(reading: Reading, names: Names, start: int, end: int) -> list[str]:
    """Return the words of the tokens [start, end), with a common word for all names, amounts, people and numbers."""
    found: list[str] = []
    for at in range(start, min(end, start + MAX_TOKENS)):
        token = reading.tokens[at]
        if reading.in_amount[at]:
            word = _SUM
        elif token.kind is TokenKind.WORD:
            word = _NAME if _is_name(reading, names, at) else token.low
        else:
            word = _STANDS_FOR.get(token.kind, token.low)
        if word not in (_NAME, _SUM) or not found or found[-1] != word:
            found.append(word)
    return found


@dataclass(frozen=True, slots=True)
class PassageWords:
    """A passage as the model reads it: its words, its outline, and the names of its cues."""

    words: Sequence[str]
    outline: Sequence[str]
    cues: Collection[str]


def outline(reading: Reading, names: Names, start: int, end: int) -> list[str]:
    """Return what the phrases of the tokens [start, end) mean, with the names, sums and marks between them.

    It is alike in all languages: `NAME SIGN SUM` for "Acme signed, $5k" and "Acme har skrevet under, 5 t.kr."
    """
    found: list[str] = []
    at = start
    end = min(end, start + MAX_TOKENS)
    while at < end:
        token, run = reading.tokens[at], reading.run_at[at]
        one = ""
        if reading.in_amount[at]:
            one = _SUM
        elif run is not None:
            one = _tag_name(run.tag)
            at = max(at, run.end - 1)
        elif token.kind is TokenKind.WORD:
            one = _NAME if _is_name(reading, names, at) else ""
        elif token.kind is TokenKind.EMOJI:
            one = names.lexicon.mood(token.low) or "emoji"
        elif token.low in _PUNCTUATION:
            one = token.low
        if one and (not found or found[-1] != one):
            found.append(one)
        at += 1
    return found


@cache
def _tag_name(tag: int) -> str:
    return "+".join(name for name, bit in _TAGS if tag & bit)


def features(passages: Sequence[PassageWords], at: int, known: frozenset[str]) -> dict[str, float]:
    """Return the features of passage `at` of a post, and how much each counts.

    The passage has its words, and its pairs of them with at most one word between (unknown words are all alike); the
    parts of its outline, and pairs of them; its cues; and the words of its neighbours.
    """
    passage = passages[at]
    found = dict.fromkeys(_word_features(passage.words, known), 1.0)
    parts = [_OPENS, *passage.outline, _ENDS]
    found.update((f"# {part}", 1.0) for part in passage.outline)
    found.update((f"# {one} {two}", 1.0) for one, two in pairwise(parts))
    found.update((f"cue {name}", 1.0) for name in passage.cues)
    for mark, neighbour in ((_BEFORE, at - 1), (_BEHIND, at + 1)):
        if 0 <= neighbour < len(passages):
            found.update((mark + word, _NEAR) for word in passages[neighbour].words if word in known)
    return found


def _word_features(words: Sequence[str], known: frozenset[str]) -> set[str]:
    read = [_OPENS]
    for word in words:
        one = word if word in known else RARE
        if one != RARE or read[-1] != RARE:
            read.append(one)
    read.append(_ENDS)
    found = set(read[1:-1])
    parted = [word for word in read if word not in _SKIPPED]
    found.update(f"{first} {second}" for first, second in pairwise(parted))
    found.update(f"{first} _ {third}" for first, third in zip(parted, parted[2:], strict=False))
    return found


def _is_name(reading: Reading, names: Names, at: int) -> bool:
    """A capitalized word that does not just open its sentence."""
    grades = names.grades
    if grades[at] is not Grade.PROPER:
        return False
    return not reading.opens_sentence(at) or (at + 1 < len(grades) and grades[at + 1] is Grade.PROPER)
