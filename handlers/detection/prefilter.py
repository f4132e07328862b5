"""Drop most messages early: those without any word or sign that could announce a deal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from handlers.detection.events import TO_SIGN
from handlers.detection.lexicon import CJK, alternation, kinds
from handlers.detection.markup import MAX_POST_LENGTH
from prompts.detection import languages, table
from prompts.phrase_variants import variants

_WORD_OR_MARK = re.compile(r"[^\W\d_]+|[^\w\s]")
_ASCII_WORD_OR_MARK = re.compile(r"[a-z]+|[!-/:-@\[-^`{-~]")
"""The same for lower-case ASCII text, at less than half the cost."""
_DIGIT = re.compile(r"\d")
_AMOUNT = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?[km€£]\b|\d\s?(?:[€£円万]|usd|eur|gbp|chf|kr|zł|sek|nok|mln|mil|lakh|crore|bucks|quid)"
    r"|\d\s?(?:dollar|pound|euro)|r\$|\d[.,  ']\d{3}(?!\d)"
)
"""A message with an amount may announce a deal in words that are not in the phrase book."""
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_ASCII_STRETCHED = re.compile(r"([a-z])\1\1")
_EVENT_KINDS = frozenset({"state", "act", "sign", "news", "praised", "stage"})
_EVENT_KINDS_WITH_AMOUNT = frozenset({"light", "present"})
_NOT_ALONE = frozenset({"taken_back", "gone", "after_wrong"})
_COMMON_KINDS = ("stop", "glue", "link", "det", "fresh", "ask", "future", "neg", "cond", "party")


PhraseIndex = Mapping[str, tuple[frozenset[str], ...]]
"""The longest uncommon word of a phrase, with the other words of each phrase that has it."""


@dataclass(frozen=True, slots=True)
class _Triggers:
    """Every event has one of these phrases; `light` ones count only beside a number. `hints` are single words."""

    strong: PhraseIndex
    light: PhraseIndex
    hints: frozenset[str]
    cjk: re.Pattern[str]


def looks_idle(text: str) -> bool:
    """Whether `text` can neither announce nor amend a deal. Most messages cost no more than this."""
    triggers = _triggers()
    low = text[:MAX_POST_LENGTH].lower()
    ascii_only = low.isascii()
    pieces = set((_ASCII_WORD_OR_MARK if ascii_only else _WORD_OR_MARK).findall(low))
    numbered = _DIGIT.search(low) is not None
    if (numbered and _AMOUNT.search(low)) or _has_trigger(triggers, pieces, numbered=numbered):
        return False
    if (_ASCII_STRETCHED if ascii_only else _STRETCHED).search(low) and _has_trigger(
        triggers, set(_WORD_OR_MARK.findall(_STRETCHED.sub(r"\1", low))), numbered=numbered
    ):
        return False
    return ascii_only or triggers.cjk.search(low) is None


def _has_trigger(triggers: _Triggers, pieces: set[str], *, numbered: bool) -> bool:
    return (
        not triggers.hints.isdisjoint(pieces)
        or _has_any(triggers.strong, pieces)
        or (numbered and _has_any(triggers.light, pieces))
    )


def _has_any(phrases: PhraseIndex, pieces: set[str]) -> bool:
    """Whether all words of one of the phrases occur, in any order."""
    return any(rest <= pieces for told in phrases.keys() & pieces for rest in phrases[told])


@cache
def _triggers() -> _Triggers:
    """Index each event phrase by its longest word that is not a common one."""
    small: set[str] = set()
    phrases: dict[bool, list[str]] = {True: [], False: []}
    hints: set[str] = set()
    for tables in languages().values():
        written = tables.get("phrases", {})
        small.update(word for kind in _COMMON_KINDS for word in written.get(kind, ()) if " " not in word)
        hints.update(tables.get("hints", ()))
        for kind, listed in written.items():
            if kinds(kind) & (_EVENT_KINDS | _EVENT_KINDS_WITH_AMOUNT):
                phrases[bool(kinds(kind) & _EVENT_KINDS)] += [phrase for one in listed for phrase in variants(one)]
    small.difference_update(phrase for listed in phrases.values() for phrase in listed)
    marks = table("emoji")
    amending = table("amendments")
    takes_back = [*amending["taken_back"], *amending["gone"]]
    puts_right = [phrase for kind, listed in amending.items() if kind not in _NOT_ALONE for phrase in listed]
    return _Triggers(
        strong=_index_phrases([*phrases[True], *TO_SIGN, *takes_back, *marks["deal"]], small),
        light=_index_phrases([*phrases[False], *puts_right], small),
        hints=frozenset(hints),
        cjk=alternation(
            {phrase for phrase in [*phrases[True], *takes_back, *puts_right] if CJK.search(phrase)}
            | {hint for hint in hints if CJK.search(hint)}
        ),
    )


def _index_phrases(phrases: Iterable[str], small: set[str]) -> PhraseIndex:
    found: dict[str, set[frozenset[str]]] = {}
    for phrase in phrases:
        pieces = [piece for piece in _WORD_OR_MARK.findall(phrase.lower()) if piece.isalpha()]
        rare = [piece for piece in pieces if piece not in small]
        telling = max(rare or pieces, key=len) if pieces else phrase
        found.setdefault(telling, set()).add(frozenset(pieces) - {telling})
    return {telling: tuple(sorted(rests, key=len)) for telling, rests in found.items()}
