"""A learned second opinion: how much a passage reads like the news of a win (decisions 0010 and 0021).

The phrase book cannot list every way to announce a win. So each word of a passage, and each pair of neighbouring
words, has a weight learned from labelled posts; their sum is added to that of the phrases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
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
_STANDS_ONCE = frozenset({_NAME, _SUM})
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
    both: Mapping[str, complex]
    """`weights` and `around` as one number: a look-up among so many costs more than the sum."""

    def weigh(self, told: Told) -> float:
        """Return the weight of a passage (log-odds)."""
        # features come from sets, whose order differs from run to run: the exact sum does not depend on it
        both_of = self.both.get
        found = [both for both in map(both_of, told.own) if both is not None]
        beside = [both for both in map(both_of, set(told.around).difference(told.own)) if both is not None]
        own = fsum([both.real for both in found])
        around = fsum([both.imag for both in found + beside])
        spelled = [letter_weight(word) for word in told.words]
        letters = fsum([weight for weight, _ in spelled])
        count = sum([number for _, number in spelled])
        return round(self.offset + own + around / sqrt(max(len(told.around), 1)) + letters / sqrt(max(count, 1)), 2)

    def loudest(self, told: Told, weight: float) -> str:
        """Return the features of its own that contribute most to the weight of a passage, as text."""
        known = [(both.real, one) for one in told.own if (both := self.both.get(one)) is not None and both.real]
        known.sort(reverse=weight > 0)
        return ", ".join([_display(one) for _, one in known[:_SHOWN]])


def _display(feature: str) -> str:
    """A feature as text for an explanation: `closed (name)`."""
    return " ".join(_SHOWN_AS.get(word, word) for word in feature.split())


@cache
def win_model() -> WinModel:
    """Return the model, read once from `prompts/detection/model.json`."""
    learned = learned_weights()
    weights = {feature: weight for feature, weight in learned.weights.items() if weight}
    # A passage's own features are all around it, too, except the pairs with a word between, which have no weight there.
    features = dict.fromkeys([*weights, *learned.around])
    return WinModel(
        weights=weights,
        around=learned.around,
        letters=learned.letters,
        names=learned.names,
        others=learned.others,
        known=frozenset(feature for feature in learned.weights if " " not in feature),
        offset=learned.offset,
        phrases=learned.phrases,
        both={one: complex(weights.get(one, 0.0), learned.around.get(one, 0.0)) for one in features},
    )


def model_words(reading: Reading, names: Names, start: int, end: int) -> list[str]:
    """Return the words of the tokens [start, end), with a common word for all names, amounts, people and numbers."""
    found: list[str] = []
    tokens, in_amount, grades = reading.tokens, reading.in_amount, names.grades
    plain, proper, last = TokenKind.WORD, Grade.PROPER, ""
    for at in range(start, min(end, start + MAX_TOKENS)):
        kind, word, _, _ = tokens[at]
        if in_amount[at]:
            word = _SUM
        elif kind is not plain:
            word = _STANDS_FOR.get(kind, word)
        elif grades[at] is proper and _is_name(reading, names, at):
            word = _NAME
        if word == last and word in _STANDS_ONCE:
            continue
        found.append(word)
        last = word
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
    tokens, in_amount, run_at, grades = reading.tokens, reading.in_amount, reading.run_at, names.grades
    plain, proper, emoji, last = TokenKind.WORD, Grade.PROPER, TokenKind.EMOJI, ""
    at = start
    end = min(end, start + MAX_TOKENS)
    while at < end:
        run = run_at[at]
        one = ""
        if in_amount[at]:
            one = _SUM
        elif run is not None:
            one = _tag_name(run.tag)
            at = max(at, run.end - 1)
        else:
            kind, low, _, _ = tokens[at]
            if kind is plain:
                one = _NAME if grades[at] is proper and _is_name(reading, names, at) else ""
            elif kind is emoji:
                one = names.lexicon.mood(low) or "emoji"
            elif low in _PUNCTUATION:
                one = low
        if one and one != last:
            found.append(one)
            last = one
        at += 1
    return found


@cache
def _tag_name(tag: int) -> str:
    return "+".join(name for name, bit in _TAGS if tag & bit)


def spelled_words(reading: Reading, start: int, end: int) -> set[str]:
    """Return the words of the tokens [start, end) as they are spelled, names as well, without amounts."""
    last, plain = min(end, start + MAX_TOKENS), TokenKind.WORD
    pairs = zip(reading.tokens[start:last], reading.in_amount[start:last], strict=True)
    return {low for (kind, low, _, _), inside in pairs if kind is plain and not inside}


def told_by(passages: Sequence[PassageWords], known: frozenset[str]) -> list[Told]:
    """Return what the model weighs of each passage.

    A passage's own features are its words, and pairs of them with at most one word between (unknown words are all
    alike); the parts of its outline, and pairs of them; its cues. Around it are the features of it and its neighbours
    without the pairs that have a word between.
    """
    read = [_read_words(passage.words, known) for passage in passages]
    near = [_features(passage, words) for passage, words in zip(passages, read, strict=True)]
    told: list[Told] = []
    alone = len(passages) == 1
    for at, words in enumerate(read):
        first, last = max(at - _NEAR, 0), at + _NEAR + 1
        told.append(
            Told(
                near[at].union(_parted_pairs(words)),
                near[0] if alone else set[str]().union(*near[first:last]),
                passages[0].spelled if alone else set[str]().union(*(other.spelled for other in passages[first:last])),
            )
        )
    return told


def _features(passage: PassageWords, read: Sequence[str]) -> set[str]:
    parts = passage.outline
    found = set(read[1:-1])
    found.update(map(" ".join, pairwise(_unparted(read))))
    found.update(["# " + part for part in parts])
    found.update([f"# {one} {two}" for one, two in pairwise([_OPENS, *parts, _ENDS])])
    found.update(["cue " + name for name in passage.cues])
    return found


def _read_words(words: Sequence[str], known: frozenset[str]) -> list[str]:
    read = [_OPENS]
    rare = False
    for word in words:
        if word in known and word != RARE:
            read.append(word)
            rare = False
        elif not rare:
            read.append(RARE)
            rare = True
    read.append(_ENDS)
    return read


def _unparted(read: Sequence[str]) -> list[str]:
    return [word for word in read if word not in _SKIPPED]


def _parted_pairs(read: Sequence[str]) -> list[str]:
    words = _unparted(read)
    return [f"{first} _ {third}" for first, third in zip(words, words[2:], strict=False)]


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
