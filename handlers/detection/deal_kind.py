"""Tell what kind of order a post announces, if it says so: new business, a renewal, more for a customer, a partner's.

The phrases are the tables `kinds` of `prompts/detection`; in them, `#` is any number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from handlers.detection.lexicon import CJK, Tag, lexicon
from handlers.detection.markup import BOLD
from handlers.detection.reading import Reading
from handlers.detection.tokens import Token, TokenKind, tokenize
from handlers.detection.types import DealKind
from prompts.detection import languages
from prompts.phrase_variants import variants

MAX_TOKENS = 600
"""Tokens of a post that are read."""
_NUMBER = "#"
_NEWS = Tag.STATE | Tag.SIGN | Tag.ACT | Tag.NEWS | Tag.STAGE | Tag.PRAISED
_FAINT_NEWS = Tag.LIGHT | Tag.PRESENT
_DENIED = Tag.LOST | Tag.SOFT | Tag.HEARSAY | Tag.HISTORY
_DENIED_BEFORE = Tag.NEG | Tag.FUTURE | Tag.COND
_FAR = 2
"""Sentences between a kind and the news that it belongs to, at most."""
_PRECEDENCE = (DealKind.RENEWAL, DealKind.PARTNER, DealKind.EXPANSION, DealKind.NEW)
"""A renewal through a partner is a renewal; the first deal through a reseller is the partner's."""


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of a language by their first word, the longest first, those without spaces, and labels of kinds."""

    by_first: dict[str, list[tuple[tuple[str, ...], DealKind]]]
    unspaced: list[tuple[str, DealKind]]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Mention:
    """A phrase of a kind in the post: its tokens [start, end)."""

    kind: DealKind
    start: int
    end: int


def deal_kind(reading: Reading, within: int | None = None) -> DealKind | None:
    """Return the kind of the order that the post announces; None if it does not tell.

    `within`: the sentence that tells of the order, if the post announces several.

    The kind that is said nearest to the news counts, unless its clause denies it: `no churn, they renewed` is a
    renewal, `we lost the renewal of Globex but signed Acme` is not. Takes time linear in the post's length.
    """
    phrases = _phrases(reading.language)
    denied, denied_from = _denials(reading)
    distances = _distances_to_news(reading)
    segment, sentence = reading.division.segment, reading.division.sentence
    found: list[tuple[int, int, DealKind]] = []
    for mention in _mentions(reading, phrases):
        part = segment[mention.start]
        if part in denied or denied_from.get(part, mention.start) < mention.start:
            continue
        if within is not None and sentence[mention.start] != within:
            continue
        labelled = _label_before(reading, mention.start) in phrases.labels
        distance = -1 if labelled else distances[sentence[mention.start]]
        if distance <= _FAR:
            found.append((distance, _PRECEDENCE.index(mention.kind), mention.kind))
    return min(found)[-1] if found else None


def is_kind_word(word: str) -> bool:
    """Whether a single English word names an order of a known customer: `Renewal`, `Expansion`."""
    known = _phrases("en").by_first.get(word.lower(), ())
    return any(len(phrase) == 1 and kind in (DealKind.RENEWAL, DealKind.EXPANSION) for phrase, kind in known)


def _denials(reading: Reading) -> tuple[set[int], dict[int, int]]:
    """The segments that deny what they name, and by segment the first token that denies what follows it."""
    segment = reading.division.segment
    denied = {segment[run.start] for run in reading.runs if run.tag & _DENIED}
    first: dict[int, int] = {}
    for run in reading.runs:
        if run.tag & _DENIED_BEFORE:
            first.setdefault(segment[run.start], run.start)
    return denied, first


def _distances_to_news(reading: Reading) -> list[int]:
    """For each sentence, the number of sentences to the nearest news; all are near if no phrase tells the news."""
    count = len(reading.division.ends)
    news = [run for run in reading.runs if run.tag & _NEWS] or [run for run in reading.runs if run.tag & _FAINT_NEWS]
    distances = [count + _FAR if news else 0] * count
    for run in news:
        distances[reading.division.sentence[run.start]] = 0
    for at in range(1, count):
        distances[at] = min(distances[at], distances[at - 1] + 1)
    for at in range(count - 2, -1, -1):
        distances[at] = min(distances[at], distances[at + 1] + 1)
    return distances


def _label_before(reading: Reading, at: int) -> str:
    """The word before the colon that token `at` follows: `type` in `Deal type: Renewal`."""
    tokens = reading.tokens
    at -= 1
    while at >= 0 and (tokens[at].low in (BOLD, ":", "=") or tokens[at].kind is TokenKind.BREAK):
        at -= 1
    return tokens[at].low if at >= 0 else ""


def _mentions(reading: Reading, phrases: _Phrases) -> Iterator[_Mention]:
    tokens = reading.tokens[:MAX_TOKENS]
    words = [_word(token) for token in tokens]
    by_first = phrases.by_first
    for at, word in enumerate(words):
        if word not in by_first:
            continue
        after = words[at + 1] if at + 1 < len(words) else ""
        for phrase, kind in by_first[word]:
            if len(phrase) == 1 or (phrase[1] == after and tuple(words[at : at + len(phrase)]) == phrase):
                yield _Mention(kind, at, at + len(phrase))
                break
    starts = [token.start for token in tokens] if phrases.unspaced else []
    for written, kind in phrases.unspaced:
        place = reading.text.find(written)
        if place >= 0 and starts and (at := bisect_right(starts, place) - 1) >= 0:
            yield _Mention(kind, at, at + 1)


def _word(token: Token) -> str:
    return _NUMBER if token.kind is TokenKind.NUMBER else token.low.removesuffix("'s")


@cache
def _phrases(language: str) -> _Phrases:
    """The phrases of a language, and the English ones, which people of any language use."""
    by_first: dict[str, list[tuple[tuple[str, ...], DealKind]]] = {}
    unspaced: list[tuple[str, DealKind]] = []
    labels: set[str] = set()
    for code in dict.fromkeys((language, "en")):
        listed = languages()[code].get("kinds", {})
        labels.update(listed.get("labels", ()))
        for kind in DealKind:
            for phrase in (variant for one in listed.get(kind.value, ()) for variant in variants(one)):
                if CJK.search(phrase):
                    unspaced.append((phrase, kind))
                else:
                    words = tuple(token.low for token in tokenize(phrase, lexicon().cjk))
                    by_first.setdefault(words[0], []).append((words, kind))
    for known in by_first.values():
        known.sort(key=lambda one: -len(one[0]))
    return _Phrases(by_first, unspaced, frozenset(labels))
