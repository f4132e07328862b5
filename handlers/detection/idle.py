"""Let nearly every message go at once: no word in it and no sign could be the news of a deal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from handlers.detection.lexicon import CJK, alternation, expand, kinds
from handlers.detection.markup import LONGEST_POST
from prompts.detection import languages, table

_PIECES = re.compile(r"[^\W\d_]+|[^\w\s]")
_DIGIT = re.compile(r"\d")
_SUM = re.compile(r"[$€£¥₹] ?\d|\d ?[km€£]\b|\d ?[€£]")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_TELLING = frozenset({"state", "act", "sign", "news", "praised", "stage"})
_TELLING_WITH_A_SUM = frozenset({"light", "present"})
_SMALL = ("stop", "glue", "link", "det", "fresh", "ask", "future", "neg", "cond", "party")


@dataclass(frozen=True, slots=True)
class _Triggers:
    """The words of which an event has at least one; `light` ones matter beside a number, `glad` ones beside a sum."""

    strong: frozenset[str]
    light: frozenset[str]
    glad: frozenset[str]
    cjk: re.Pattern[str]


def looks_idle(text: str) -> bool:
    """Whether nothing in `text` could be the news of a deal. This is all that most messages cost."""
    triggers = _triggers()
    low = text[:LONGEST_POST].lower()
    pieces = _PIECES.findall(low)
    if not triggers.strong.isdisjoint(pieces):
        return False
    numbered = _DIGIT.search(low) is not None
    if numbered and not triggers.light.isdisjoint(pieces):
        return False
    if numbered and _SUM.search(low) and ("!!" in low or not triggers.glad.isdisjoint(pieces)):
        return False
    if _STRETCHED.search(low):
        pieces = _PIECES.findall(_STRETCHED.sub(r"\1", low))
        if not triggers.strong.isdisjoint(pieces) or (numbered and not triggers.light.isdisjoint(pieces)):
            return False
    return low.isascii() or triggers.cjk.search(low) is None


@cache
def _triggers() -> _Triggers:
    """Pick the most telling word of each event phrase: the longest that is no small word."""
    small: set[str] = set()
    phrases: dict[bool, list[str]] = {True: [], False: []}
    cheers: list[str] = []
    for tables in languages().values():
        written = tables.get("phrases", {})
        small.update(word for kind in _SMALL for word in written.get(kind, ()) if " " not in word)
        cheers += [phrase for one in written.get("party", ()) for phrase in expand(one)]
        for kind, listed in written.items():
            if kinds(kind) & (_TELLING | _TELLING_WITH_A_SUM):
                phrases[bool(kinds(kind) & _TELLING)] += [phrase for one in listed for phrase in expand(one)]
    small.difference_update(phrase for listed in phrases.values() for phrase in listed)
    marks = table("emoji")
    return _Triggers(
        strong=frozenset(_telling_words(phrases[True], small)) | frozenset(_telling_words(marks["deal"], small)),
        light=frozenset(_telling_words(phrases[False], small)),
        glad=frozenset(_telling_words(cheers, set())) | frozenset(_telling_words(marks["party"], small)),
        cjk=alternation({phrase for phrase in phrases[True] if CJK.search(phrase)}),
    )


def _telling_words(phrases: Iterable[str], small: set[str]) -> set[str]:
    telling: set[str] = set()
    for phrase in phrases:
        pieces = [piece for piece in _PIECES.findall(phrase.lower()) if piece.isalpha()]
        rare = [piece for piece in pieces if piece not in small]
        telling.add(max(rare or pieces, key=len) if pieces else phrase)
    return telling
