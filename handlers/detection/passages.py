"""Split a post into passages, each of which may tell the news on its own (decision 0021).

A story tells its news in one or two sentences; what the others say must not bury it. So each passage is judged by
itself, and the best one decides.
"""

from __future__ import annotations

from typing import NamedTuple

from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind

MIN_WORDS = 5
"""A shorter sentence belongs to the next one: `Big news! Acme signed.`"""
_COUNTED = frozenset({TokenKind.WORD, TokenKind.NUMBER})


class Passage(NamedTuple):
    """Tokens [start, end) of a post."""

    start: int
    end: int


def split_passages(reading: Reading) -> list[Passage]:
    """Return the sentences of the post, in order and without gaps; a short one is joined to the next one.

    A post without tokens is one empty passage.
    """
    if not reading.tokens:
        return [Passage(0, 0)]
    passages: list[Passage] = []
    start = words = 0
    sentence = reading.division.sentence
    for at, token in enumerate(reading.tokens):
        words += token.kind in _COUNTED
        ends = at + 1 == len(sentence) or sentence[at + 1] != sentence[at]
        if ends and (words >= MIN_WORDS or at + 1 == len(sentence)):
            passages.append(Passage(start, at + 1))
            start, words = at + 1, 0
    if len(passages) > 1 and sum(token.kind in _COUNTED for token in reading.tokens[passages[-1].start :]) < MIN_WORDS:
        short = passages.pop()
        passages[-1] = Passage(passages[-1].start, short.end)
    return passages
