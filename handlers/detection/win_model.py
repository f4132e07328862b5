"""A learned second opinion: how much a passage reads like the news of a win (decisions 0010 and 0021).

The phrase book cannot list every way to announce a win. So each word of a passage, and each pair of neighbouring
words, has a weight learned from labelled posts; their sum is added to that of the phrases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nlargest, nsmallest
from itertools import pairwise
from math import fsum, sqrt
from typing import NamedTuple

from handlers.detection.customer_spans import Grade, Names
from handlers.detection.lexicon import CJK, Tag
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
_TAGS = tuple((name, bit) for name, bit in vars(Tag).items() if name.isupper() and bit != Tag.MISTAKE)
"""What the outline tells. A mistake is a RETRACT there, as it was when the weights were learned."""
_PUNCTUATION = frozenset(".!?;:,")
_NEAR = 1
"""Neighbours on each side whose features and words count as well."""
_MAX_LETTERS = 40
"""Letters of a word that are read."""
_REMEMBERED_WORDS = 10_000
_SKIPPED = frozenset(",-\"()*'“”")
"""Marks that do not separate neighbouring words: `Acme (at last!) signed`."""


class Told(NamedTuple):
    """What the model weighs of one passage: its own features, those of it and its neighbours, and the words of both."""

    own: Collection[str]
    around: Collection[str]
    words: Collection[str]


@dataclass(frozen=True, slots=True)
class WinModel:
    """The learned weights by feature, the known words, and how phrases and weights are combined.

    log-odds = `phrases` x the log-odds by the phrases + the weight of the passage. That is the sum of `offset`; of the
    weights of the passage's own features; of those around it, over the root of their number; and of the letters of the
    words around it, over the root of theirs.
    """

    weights: Mapping[str, float]
    around: Mapping[str, float]
    letters: Mapping[str, float]
    names: Mapping[str, float]
    """Weights that set the customer's name apart from other words: see customer_model.py."""
    others: Mapping[str, float]
    """Weights that tell which other names in a post are customers as well: see other_deals.py."""
    known: frozenset[str]
    offset: float
    phrases: float

    def weigh(self, told: Told) -> float:
        """Return the weight of a passage (log-odds)."""
        # features come from sets, whose order differs from run to run: the exact sum does not depend on it
        own = fsum(map(self.weights.__getitem__, self.weights.keys() & told.own))
        around = fsum(map(self.around.__getitem__, self.around.keys() & told.around))
        spelled = [letter_weight(word) for word in told.words]
        letters = fsum([weight for weight, _ in spelled])
        count = sum([number for _, number in spelled])
        return round(self.offset + own + around / sqrt(max(len(told.around), 1)) + letters / sqrt(max(count, 1)), 2)

    def loudest(self, told: Told, weight: float) -> str:
        """Return the features of its own that contribute most to the weight of a passage, as text."""
        known = [(self.weights[one], one) for one in self.weights.keys() & told.own]
        found = nlargest(_SHOWN, known) if weight > 0 else nsmallest(_SHOWN, known)
        return ", ".join(_display(one) for _, one in found)


def _display(feature: str) -> str:
    """A feature as text for an explanation: `closed (name)`."""
    return " ".join(_SHOWN_AS.get(word, word) for word in feature.split())


@cache
def win_model() -> WinModel:
    """Return the model, read once from `prompts/detection/model.json`."""
    learned = learned_weights()
    return WinModel(
        weights={feature: weight for feature, weight in learned.weights.items() if weight},
        around=learned.around,
        letters=learned.letters,
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
    """A passage as the model reads it: its words, its outline, the names of its cues, and its words as spelled."""

    words: Sequence[str]
    outline: Sequence[str]
    cues: Collection[str]
    spelled: Collection[str] = ()


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


def spelled_words(reading: Reading, start: int, end: int) -> set[str]:
    """Return the words of the tokens [start, end) as they are spelled, names as well, without amounts."""
    tokens, in_amount = reading.tokens, reading.in_amount
    last = min(end, start + MAX_TOKENS)
    return {tokens[at].low for at in range(start, last) if tokens[at].kind is TokenKind.WORD and not in_amount[at]}


def told_by(passages: Sequence[PassageWords], known: frozenset[str]) -> list[Told]:
    """Return what the model weighs of each passage.

    A passage's own features are its words, and pairs of them with at most one word between (unknown words are all
    alike); the parts of its outline, and pairs of them; its cues. Around it are the features of it and its neighbours
    without the pairs that have a word between.
    """
    near = [_features(passage, known) for passage in passages]
    told: list[Told] = []
    for at, passage in enumerate(passages):
        first, last = max(at - _NEAR, 0), at + _NEAR + 1
        own = near[at] | _parted_pairs(_read_words(passage.words, known))
        told.append(
            Told(
                own,
                set[str]().union(*near[first:last]),
                set[str]().union(*(other.spelled for other in passages[first:last])),
            )
        )
    return told


def _features(passage: PassageWords, known: frozenset[str]) -> set[str]:
    read = _read_words(passage.words, known)
    found = set(read[1:-1])
    found.update([f"{first} {second}" for first, second in pairwise(_unparted(read))])
    found.update([f"# {part}" for part in passage.outline])
    found.update([f"# {one} {two}" for one, two in pairwise([_OPENS, *passage.outline, _ENDS])])
    found.update([f"cue {name}" for name in passage.cues])
    return found


def _read_words(words: Sequence[str], known: frozenset[str]) -> list[str]:
    read = [_OPENS]
    for word in words:
        one = word if word in known else RARE
        if one != RARE or read[-1] != RARE:
            read.append(one)
    read.append(_ENDS)
    return read


def _unparted(read: Sequence[str]) -> list[str]:
    return [word for word in read if word not in _SKIPPED]


def _parted_pairs(read: Sequence[str]) -> set[str]:
    words = _unparted(read)
    return {f"{first} _ {third}" for first, third in zip(words, words[2:], strict=False)}


def letter_runs(word: str) -> set[str]:
    """Return the runs of three and four letters of a word with its ends, as in `^si`; of one to three if it is CJK."""
    word = word[:_MAX_LETTERS]
    if CJK.match(word):
        return {word[at : at + size] for size in (1, 2, 3) for at in range(len(word) - size + 1)}
    marked = f"{_OPENS}{word}{_ENDS}"
    return {marked[at : at + size] for size in (3, 4) for at in range(len(marked) - size + 1)}


@lru_cache(maxsize=_REMEMBERED_WORDS)
def letter_weight(word: str) -> tuple[float, int]:
    """Return the weight of the letters of a word, and the number of its runs of letters."""
    runs, letters = letter_runs(word), win_model().letters
    return fsum([letters[run] for run in runs if run in letters]), len(runs)


def _is_name(reading: Reading, names: Names, at: int) -> bool:
    """A capitalized word that does not just open its sentence."""
    grades = names.grades
    if grades[at] is not Grade.PROPER:
        return False
    return not reading.opens_sentence(at) or (at + 1 < len(grades) and grades[at + 1] is Grade.PROPER)
