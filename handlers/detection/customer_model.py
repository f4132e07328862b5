"""Choose the customer's name in a post with weights learned from labelled posts (decision 0010).

Each span of words that could be a name is weighed by its spelling, its neighbours, and whether the phrases point to it;
the one with the greatest weight is the customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from handlers.detection.customer_spans import Name, without_possessive
from handlers.detection.customer_titles import clean_name
from handlers.detection.lexicon import EVENT_TAGS, Tag
from handlers.detection.name_words import UNNAMED, has_domain
from handlers.detection.passages import Passage
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from handlers.detection.win_model import RARE

TOKENS_BEFORE, TOKENS_BEHIND = 300, 200
"""Tokens before and behind the start of the news that are searched for the customer."""
MAX_NAME_WORDS = 7
"""Words of a name, including the marks between them."""
MOST_CANDIDATES = 24
"""Names in a post that may be customers."""
MAX_MARGIN = 14.0
"""How much lighter than the customer's name (log-odds) another customer's may be."""
_ELIDED = re.compile(r"^[^\W\d_]{1,5}['’](?=[^\W\d_])")
_INNER_MARKS = frozenset({"&", "+", ".", "'", "’", "-", "#"})
_FAR = 6
"""Distances are capped at this."""


class Candidate(NamedTuple):
    """Tokens [start, end) that may be the customer's name, their text, and their features."""

    start: int
    end: int
    text: str
    features: tuple[str, ...]


def candidates(
    reading: Reading, news: Passage, pointed: Name | None, known: frozenset[str], never: frozenset[str]
) -> Iterator[Candidate]:
    """Yield every span of words near the news that could be a name; `pointed` is the one that the phrases point to.

    `known` words have weights of their own, all others share one; words of `never` are no names, however written.
    """
    words = _words_near(reading, news, known)
    near = (
        ("event", [at for at, word in enumerate(words) if word.tag & EVENT_TAGS]),
        ("sum", [at for at, word in enumerate(words) if reading.in_amount[word.start]]),
    )
    closing = [_end_features(words, end) for end in range(1, len(words) + 1)]
    written = any(_is_capital(word.shape) and not reading.opens_sentence(word.start) for word in words)
    for start, first in enumerate(words):
        if first.shape not in _START_SHAPES or (written and first.shape == "a"):
            continue  # in a post with capitals a name begins with one, or with an unknown word
        opening = (*_start_features(reading, words, start), _distance_feature(reading, first.start, news))
        for end in range(start + 1, min(start + MAX_NAME_WORDS, len(words)) + 1):
            last = words[end - 1]
            if last.shape == _OUT or (end > start + 1 and not _goes_on(reading, last)):
                break
            if last.shape in _START_SHAPES and not _is_never_a_name(reading, words[start:end], never):
                text = _text(reading, first.start, last.end)
                if text:
                    whole = _name_features(words, start, end, near, pointed)
                    yield Candidate(first.start, last.end, text, (*opening, *closing[end - 1], *whole))


def _distance_feature(reading: Reading, at: int, news: Passage) -> str:
    """How many sentences a name is before or behind the news."""
    sentence = reading.division.sentence
    if news.start <= at < news.end:
        return "in the news"
    behind = at >= news.end
    sentences = sentence[at] - sentence[news.end - 1] if behind else sentence[news.start] - sentence[at]
    return f"news {min(sentences, 4)} {'ahead' if not behind else 'behind'}"


def rank_candidates(found: Iterable[Candidate], weights: Mapping[str, float]) -> list[tuple[float, Candidate]]:
    """Return the candidates that do not overlap a heavier one, the heaviest first.

    With each comes how much lighter than the first it is (log-odds). Of equals, the first in the post wins.
    """
    get = weights.get
    weighed = [(sum([get(feature, 0.0) for feature in one.features]), one) for one in found]
    weighed.sort(key=lambda pair: -pair[0])
    kept: list[tuple[float, Candidate]] = []
    for weight, one in weighed:
        if len(kept) == MOST_CANDIDATES or (kept and weighed[0][0] - weight > MAX_MARGIN):
            break
        if all(one.end <= other.start or other.end <= one.start for _, other in kept):
            kept.append((weighed[0][0] - weight, one))
    return kept


_Places = tuple[tuple[str, list[int]], ...]
"""What may be near a name, with its tokens."""
_OUT, _MARK = "", "&"
_CAPITALS = frozenset({"Aa", "AA", "aA"})
_START_SHAPES = frozenset({"Aa", "AA", "aA", "a", "r", "0"})


class _Word(NamedTuple):
    """A word of the post as a name has it, `7-Eleven` or `Acme, Inc.`: its tokens [start, end), shape, and text.

    `adjacent`: at most a space or a hyphen separates it from the word before. `tag`: what its phrases mean.
    """

    start: int
    end: int
    shape: str
    text: str
    adjacent: bool
    tag: int


def _words_near(reading: Reading, news: Passage, known: frozenset[str]) -> list[_Word]:
    """The words of the tokens that are searched."""
    found: list[_Word] = []
    start, count = max(news.start - TOKENS_BEFORE, 0), min(news.start + TOKENS_BEHIND, len(reading.tokens))
    while start < count and reading.joined[start]:
        start += 1
    while start < count:
        end = start + 1
        tag = reading.tag(start)
        while end < len(reading.tokens) and reading.joined[end]:
            tag |= reading.tag(end)
            end += 1
        shape, text = _shape(reading, start, known), _word(reading, start, known)
        if end > start + 1:
            shape, text = _joined_shape(reading, start, end, known), RARE
        found.append(_Word(start, end, shape, text, start > 0 and _are_adjacent(reading, start), tag))
        start = end
    return found


def _joined_shape(reading: Reading, start: int, end: int, known: frozenset[str]) -> str:
    """How a word of several tokens is written: `Aa` if one has a capital, `AA` if all have, `aA` a domain, else `r`."""
    shapes = {_shape(reading, at, known) for at in range(start, end)} - {_MARK, _OUT, "0"}
    if not any(_is_capital(shape) for shape in shapes):
        return "aA" if has_domain(reading.text_of(start, end)) else "r"
    return "AA" if shapes == {"AA"} else "Aa"


def _shape(reading: Reading, at: int, known: frozenset[str]) -> str:
    """How a token is written: `Aa`, `AA`, `a` (a known word) or `r` (an unknown one), `0` for digits, `&` for marks."""
    token = reading.tokens[at]
    if reading.in_amount[at] or token.kind in (TokenKind.EMOJI, TokenKind.MENTION, TokenKind.BREAK):
        return _OUT
    if token.kind is TokenKind.NUMBER:
        return "0"
    if token.kind is TokenKind.MARK:
        return _MARK if token.low in _INNER_MARKS else _OUT
    written = reading.text[token.start : token.end]
    if written.islower() or not written[0].isalpha():
        return "a" if token.low in known else "r"
    return "AA" if written.isupper() and len(written) > 1 else "Aa" if written[0].isupper() else "aA"


def _word(reading: Reading, at: int, known: frozenset[str]) -> str:
    if reading.in_amount[at]:
        return "SUM"
    token = reading.tokens[at]
    if token.kind is TokenKind.EMOJI:
        return "EMOJI"
    if token.kind is TokenKind.MENTION:
        return "WHO"
    if token.kind is TokenKind.NUMBER:
        return "NUM"
    return token.low if token.low in known or token.kind is not TokenKind.WORD else RARE


def _is_never_a_name(reading: Reading, words: list[_Word], never: frozenset[str]) -> bool:
    """Whether every word is one that is never a name: `deal`, `today`, `ARR`."""
    return all(
        reading.tag(at) & UNNAMED or reading.tokens[at].low in never
        for word in words
        for at in range(word.start, word.end)
    )


def _goes_on(reading: Reading, word: _Word) -> bool:
    """Whether a word may belong to a name with the one before it: right behind it, and in the same sentence."""
    sentence = reading.division.sentence
    abbreviated = reading.joined[word.start - 1] and reading.tokens[word.start - 1].low == "."
    return word.adjacent and (abbreviated or sentence[word.start] == sentence[word.start - 1])


def _are_adjacent(reading: Reading, at: int) -> bool:
    """Whether at most a space or a hyphen separates a token from the one before it."""
    tokens = reading.tokens
    return tokens[at].start - tokens[at - 1].end <= 1


def _text(reading: Reading, start: int, end: int) -> str | None:
    found = without_possessive(reading, start, end)
    if found[0].islower() and (elided := _ELIDED.match(found)) and found[elided.end()].isupper():
        found = found[elided.end() :]  # "l'Hôtel Bellerive"
    text = clean_name(found)
    return f"{text}{found[-1]}" if text and found[-1] in "!?" else text  # "Yahoo!"


def _start_features(reading: Reading, words: list[_Word], start: int) -> tuple[str, ...]:
    """Features of the start of a candidate, and of what precedes it."""
    before = words[start - 1].text if start else "^"
    before_that = words[start - 2].text if start > 1 else "^"
    first = words[start]
    return (
        f"before {before}",
        f"before {before_that} {before}",
        f"first {first.text}",
        "opens" if reading.opens_sentence(first.start) else "inside",
        f"sentence {min(reading.division.sentence[first.start], 4)}",
        f"left {words[start - 1].shape}" if first.adjacent else "left nothing",
    )


def _end_features(words: list[_Word], end: int) -> tuple[str, ...]:
    """Features of the end of a candidate, and of what follows it."""
    after = words[end].text if end < len(words) else "$"
    after_that = words[end + 1].text if end + 1 < len(words) else "$"
    return (
        f"after {after}",
        f"after {after} {after_that}",
        f"last {words[end - 1].text}",
        f"right {words[end].shape}" if end < len(words) and words[end].adjacent else "right nothing",
    )


def _name_features(words: list[_Word], start: int, end: int, near: _Places, pointed: Name | None) -> tuple[str, ...]:
    """Features of the whole candidate: its length, spelling, words, and distance to the news."""
    inside = words[start:end]
    capital = sum([word.shape in _CAPITALS for word in inside])
    found = [
        f"words {min(end - start, 6)}",
        "written " + "".join([word.shape for word in inside[:5]]),
        f"capitals {capital * 4 // (end - start)}",
        f"unknown {sum([word.text == RARE for word in inside])}",
    ]
    found += [f"holds {word.text}" for word in inside if word.shape in ("a", _MARK)]
    told = 0
    for word in inside:
        told |= word.tag
    if told:
        found += [name for tag, name in _TAG_FEATURES if told & tag]
    if pointed is not None:
        if pointed.start == inside[0].start and pointed.end == inside[-1].end:
            found.append("pointed at")
        elif pointed.start < inside[-1].end and inside[0].start < pointed.end:
            found.append("pointed at in part")
    if not capital:
        found.append("no capitals" if any(word.shape in _CAPITALS for word in words) else "no capitals at all")
    for what, where in near:
        if where:
            steps, behind = min([(at - end + 1, True) if at >= end else (start - at, False) for at in where])
            found.append(f"{what} {min(max(steps, 0), _FAR)} {'behind' if behind else 'ahead'}")
    return tuple(found)


def _is_capital(shape: str) -> bool:
    return shape in _CAPITALS


_TAG_FEATURES = (
    (EVENT_TAGS, "tells the news"),
    (Tag.PAPER, "a paper"),
    (Tag.DEAL, "a deal"),
    (Tag.THING, "a thing"),
    (Tag.STOP | Tag.GLUE | Tag.DET | Tag.LINK, "small words"),
    (Tag.FRESH, "a time"),
    (Tag.PARTY, "a cheer"),
)
