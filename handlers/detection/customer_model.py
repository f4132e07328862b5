"""Choose the customer's name in a post with weights learned from labelled posts (decision 0010).

Each span of words that could be a name is weighed by its spelling, its neighbours, and whether the phrases point to it;
the one with the greatest weight is the customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handlers.detection.customer_spans import UNNAMED, Name
from handlers.detection.customer_titles import clean_name
from handlers.detection.lexicon import EVENT_TAGS, Tag
from handlers.detection.passages import Passage
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind
from handlers.detection.win_model import RARE

TOKENS_BEFORE, TOKENS_BEHIND = 100, 200
"""Tokens before and behind the start of the news that are searched for the customer."""
MAX_NAME_TOKENS = 7
"""Tokens of a name, including its marks."""
_ELIDED = re.compile(r"^[^\W\d_]{1,5}['’](?=[^\W\d_])")
_INNER_MARKS = frozenset({"&", "+", ".", "'", "’", "-", "#"})
_FAR = 6
"""Distances are capped at this."""


@dataclass(frozen=True, slots=True)
class Candidate:
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
    first, last = max(news.start - TOKENS_BEFORE, 0), min(news.start + TOKENS_BEHIND, len(reading.tokens))
    shapes = [_shape(reading, at, known) for at in range(last)]
    words = [_word(reading, at, known) for at in range(last)]
    near = (
        ("event", [at for at in range(first, last) if reading.tag(at) & EVENT_TAGS]),
        ("sum", [at for at in range(first, last) if reading.in_amount[at]]),
    )
    closing = {end: _end_features(reading, end, shapes, words) for end in range(first + 1, last + 1)}
    written = any(_is_capital(shapes[at]) and not reading.opens_sentence(at) for at in range(first, last))
    for start in range(first, last):
        shape = shapes[start]
        if shape not in _START_SHAPES or (written and shape == "a"):
            continue  # in a post with capitals a name begins with one, or with an unknown word
        opening = (*_start_features(reading, start, shapes, words), _distance_feature(reading, start, news))
        for end in range(start + 1, min(start + MAX_NAME_TOKENS, last) + 1):
            if end > start + 1 and not _are_adjacent(reading, end - 1):
                break
            if shapes[end - 1] == _OUT:
                break
            if shapes[end - 1] in _START_SHAPES and not _is_never_a_name(reading, start, end, never):
                text = _text(reading, start, end)
                if text:
                    whole = _name_features(reading, start, end, shapes, words, near, pointed)
                    yield Candidate(start, end, text, (*opening, *closing[end], *whole))


def _distance_feature(reading: Reading, at: int, news: Passage) -> str:
    """How many sentences a name is before or behind the news."""
    sentence = reading.division.sentence
    if news.start <= at < news.end:
        return "in the news"
    behind = at >= news.end
    sentences = sentence[at] - sentence[news.end - 1] if behind else sentence[news.start] - sentence[at]
    return f"news {min(sentences, 4)} {'ahead' if not behind else 'behind'}"


def best_candidate(found: Iterable[Candidate], weights: Mapping[str, float]) -> Candidate | None:
    """The candidate with the greatest weight; the first of equals."""
    return max(found, key=lambda one: sum(weights.get(feature, 0.0) for feature in one.features), default=None)


_Places = tuple[tuple[str, list[int]], ...]
"""What may be near a name, with its tokens."""
_OUT, _MARK = "", "&"
_START_SHAPES = frozenset({"Aa", "AA", "aA", "a", "r", "0"})


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


def _is_never_a_name(reading: Reading, start: int, end: int, never: frozenset[str]) -> bool:
    """Whether every word is one that is never a name: `deal`, `today`, `ARR`."""
    return all(reading.tag(at) & UNNAMED or reading.tokens[at].low in never for at in range(start, end))


def _are_adjacent(reading: Reading, at: int) -> bool:
    """Whether at most a space or a hyphen separates a token from the one before it."""
    tokens = reading.tokens
    return tokens[at].start - tokens[at - 1].end <= 1


def _text(reading: Reading, start: int, end: int) -> str | None:
    found = reading.text_of(start, end)
    if found[0].islower() and (elided := _ELIDED.match(found)) and found[elided.end()].isupper():
        found = found[elided.end() :]  # "l'Hôtel Bellerive"
    for possessive in ("'s", "’s", "'", "’"):
        found = found.removesuffix(possessive)
    return clean_name(found)


def _start_features(reading: Reading, start: int, shapes: list[str], words: list[str]) -> tuple[str, ...]:
    """Features of the start of a candidate, and of what precedes it."""
    before = words[start - 1] if start else "^"
    before_that = words[start - 2] if start > 1 else "^"
    return (
        f"before {before}",
        f"before {before_that} {before}",
        f"first {words[start]}",
        "opens" if reading.opens_sentence(start) else "inside",
        f"sentence {min(reading.division.sentence[start], 4)}",
        f"left {shapes[start - 1]}" if start and _are_adjacent(reading, start) else "left nothing",
    )


def _end_features(reading: Reading, end: int, shapes: list[str], words: list[str]) -> tuple[str, ...]:
    """Features of the end of a candidate, and of what follows it."""
    after = words[end] if end < len(words) else "$"
    after_that = words[end + 1] if end + 1 < len(words) else "$"
    return (
        f"after {after}",
        f"after {after} {after_that}",
        f"last {words[end - 1]}",
        f"right {shapes[end]}" if end < len(shapes) and _are_adjacent(reading, end) else "right nothing",
    )


def _name_features(
    reading: Reading, start: int, end: int, shapes: list[str], words: list[str], near: _Places, pointed: Name | None
) -> tuple[str, ...]:
    """Features of the whole candidate: its length, spelling, words, and distance to the news."""
    inside = range(start, end)
    capital = sum(_is_capital(shapes[at]) for at in inside)
    found = [
        f"words {min(end - start, 6)}",
        "written " + "".join(shapes[start:end][:5]),
        f"capitals {capital * 4 // (end - start)}",
        f"unknown {sum(words[at] == RARE for at in inside)}",
    ]
    found += [f"holds {words[at]}" for at in inside if shapes[at] in ("a", _MARK)]
    told = 0
    for at in inside:
        told |= reading.tag(at)
    found += [name for tag, name in _TAG_FEATURES if told & tag]
    if pointed is not None:
        if pointed.start == start and pointed.end == end:
            found.append("pointed at")
        elif pointed.start < end and start < pointed.end:
            found.append("pointed at in part")
    if not capital:
        found.append("no capitals" if any(_is_capital(shape) for shape in shapes) else "no capitals at all")
    for what, where in near:
        if where:
            steps, behind = min((at - end + 1 if at >= end else start - at, at >= end) for at in where)
            found.append(f"{what} {min(max(steps, 0), _FAR)} {'behind' if behind else 'ahead'}")
    return tuple(found)


def _is_capital(shape: str) -> bool:
    return shape in ("Aa", "AA", "aA")


_TAG_FEATURES = (
    (EVENT_TAGS, "tells the news"),
    (Tag.PAPER, "a paper"),
    (Tag.DEAL, "a deal"),
    (Tag.THING, "a thing"),
    (Tag.STOP | Tag.GLUE | Tag.DET | Tag.LINK, "small words"),
    (Tag.FRESH, "a time"),
    (Tag.PARTY, "a cheer"),
)
