"""Find phrases, written as an editor writes them, in a text.

In a phrase, `(a|b)` is one of several, `[x]` may be missing, `word*` may have any ending, `*word` any beginning, and
`..` stands for up to three words. Case and apostrophes do not matter; a hyphen is a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from prompts.phrase_variants import variants

MAX_GAP = 3
"""The number of words that `..` may stand for."""
MAX_READINGS = 1000
"""A phrase with more readings than this is a mistake."""

_GAP = ".."
_WORD = re.compile(r"\d{4}-\d\d?-\d\d?(?!\d)|\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%$€£¥°+?]")
_PIECE = re.compile(rf"\.\.|\*?(?:{_WORD.pattern})\*?")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or sign of a text: as written, as compared (`folded`), and its position."""

    text: str
    folded: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text in order; numbers keep their marks (`1,200.5`, `31/05/2027`), `24h` is two words."""
    return [Word(found[0], _folded(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def readings(phrase: str) -> list[tuple[str, ...]]:
    """Return every sequence of words that a phrase stands for. Raises ValueError, with the reason, for a bad phrase."""
    rows = {_row(variant) for variant in variants(phrase, MAX_READINGS)}
    if any(not row or _GAP in (row[0], row[-1]) for row in rows):
        raise ValueError("it could stand for no word at all")
    return sorted(rows)


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A match of a phrase: the words from `start` up to `end` (not included), and the phrase's meaning."""

    start: int
    end: int
    what: T


@dataclass(slots=True)
class _Node(Generic[T]):
    """The words that may follow (whole, by beginning or by ending), and the meanings of the phrases that end here."""

    whole: dict[str, _Node[T]] = field(default_factory=dict)
    stems: dict[str, _Node[T]] = field(default_factory=dict)
    endings: dict[str, _Node[T]] = field(default_factory=dict)
    longest_stem: int = 0
    says: list[T] = field(default_factory=list)

    def child(self, piece: str) -> _Node[T]:
        if piece.startswith("*"):
            return self.endings.setdefault(piece[1:], _Node())
        if not piece.endswith("*"):
            return self.whole.setdefault(piece, _Node())
        stem = piece[:-1]
        self.longest_stem = max(self.longest_stem, len(stem))
        return self.stems.setdefault(stem, _Node())

    def following(self, word: str) -> Iterator[_Node[T]]:
        if (node := self.whole.get(word)) is not None:
            yield node
        for length in range(1, min(self.longest_stem, len(word)) + 1):
            if (node := self.stems.get(word[:length])) is not None:
                yield node
        for ending, node in self.endings.items():  # there are few
            if word.endswith(ending):
                yield node


class PhraseMatcher(Generic[T]):
    """Finds many phrases at once, in time that grows with the text and not with the number of phrases."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        """Take phrases, each with its meaning. Raises ValueError for a bad phrase."""
        self._root: _Node[T] = _Node()
        for phrase, what in phrases:
            for row in readings(phrase):
                node = self._root
                for piece in row:
                    node = node.child(piece)
                node.says.append(what)

    def find(self, words: Sequence[str]) -> list[Found[T]]:
        """Return every match in the folded words, including overlapping ones, in order of start."""
        return [found for start in range(len(words)) for found in self._at(words, start)]

    def _at(self, words: Sequence[str], start: int) -> list[Found[T]]:
        found: dict[tuple[int, int], Found[T]] = {}
        open_paths = [(self._root, start)]
        while open_paths:
            node, at = open_paths.pop()
            for what in node.says:
                found.setdefault((at, id(what)), Found(start, at, what))
            if at < len(words):
                open_paths.extend((after, at + 1) for after in node.following(words[at]))
                if (gap := node.whole.get(_GAP)) is not None:
                    open_paths.extend((gap, at + skipped) for skipped in range(MAX_GAP + 1))
        return list(found.values())


def _folded(text: str) -> str:
    return text.casefold().replace("'", "").replace("’", "")


def _row(text: str) -> tuple[str, ...]:
    row = tuple(_folded(piece) for piece in _PIECE.findall(text))
    if any(piece.startswith("*") and piece.endswith("*") for piece in row):
        raise ValueError("a word may be open at one end only")
    return row
