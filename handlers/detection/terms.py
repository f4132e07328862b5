"""Find the term of the contract, in months: `two year term`, `$90k over 3 years`, `Term: 24 months`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from handlers.detection.money import money_words
from handlers.detection.reading import Reading
from handlers.detection.tokens import Token, TokenKind, tokenize
from prompts.detection import languages

MAX_MONTHS = 120
""""Since 40 years" is history, not a term."""
_NOTHING = re.compile(r"(?!)")
_MAX_DISTANCE = 4
"""The number of tokens between an amount and its term: `$90k ARR, over 3 years`."""


@dataclass(frozen=True, slots=True)
class _TermWords:
    """Language data: months by unit, the words before a term (`over`), and those after one (`contract`)."""

    units: Mapping[str, int]
    before: frozenset[str]
    behind: frozenset[str]
    again: frozenset[str]


def term_months(reading: Reading) -> int | None:
    """Return the first term in the post, in months; None when there is none."""
    words = _term_words()
    known = money_words().spelled
    spelled = known.get(reading.language, known["en"]).units
    for one in reading.fields:
        if one.role == "term":
            inside = tokenize(reading.text[one.start : one.end], _NOTHING)
            found = next((told[0] for at in range(len(inside)) if (told := _span(inside, at, words, spelled))), None)
            if found:
                return found
    ends = {amount.end for amount in reading.amounts}
    for at, (kind, low, _, _) in enumerate(reading.tokens):
        counts = kind is TokenKind.NUMBER or low in spelled
        told = _span(reading.tokens, at, words, spelled) if counts else None
        if told and _is_term(reading.tokens, at, told[1], words, ends):
            return told[0]
    return None


def _is_term(tokens: list[Token], start: int, end: int, words: _TermWords, sums: set[int]) -> bool:
    """Whether the span [start, end) is a contract term, and not how long something took."""
    low = tokens[start - 1].low if start else ""
    if end < len(tokens) and tokens[end].low in words.behind:
        return True
    if low in words.again:
        return True
    behind_a_sum = any(start - reach in sums for reach in range(_MAX_DISTANCE + 1))
    return behind_a_sum and (low in words.before or start in sums or low in {",", "(", "/", "x", "-", "–"})


def _span(tokens: list[Token], at: int, words: _TermWords, spelled: Mapping[str, int]) -> tuple[int, int] | None:
    """The months at token `at`, and their end: `3 years`, `two-year`, `24-month`, `2yr`."""
    token = tokens[at]
    number = int(token.low) if token.kind is TokenKind.NUMBER and token.low.isdecimal() and len(token.low) < 4 else None
    if number is None:
        number = spelled.get(token.low)
    following = at + 1
    if following < len(tokens) and tokens[following].low in {"-", "‑"}:
        following += 1
    if number is None or following >= len(tokens):
        return None
    months = number * words.units.get(tokens[following].low, 0)
    return (months, following + 1) if 0 < months <= MAX_MONTHS else None


@cache
def _term_words() -> _TermWords:
    units: dict[str, int] = {}
    found: dict[str, set[str]] = {"before": set(), "behind": set(), "again": set()}
    for tables in reversed(languages().values()):
        told = tables.get("terms", {})
        for months, listed in (("12", told.get("years", ())), ("1", told.get("months", ()))):
            units.update(dict.fromkeys(listed, int(months)))
        for name, kept in found.items():
            kept.update(told.get(name, ()))
    return _TermWords(units, *(frozenset(found[name]) for name in ("before", "behind", "again")))
