"""The phrase book: every language's phrases in one tree of words, read left to right, longest phrase first.

The TOML files of `prompts/detection` group phrases by kind. In a phrase `(a|b)` is one of several and `[x]` may be missing.
The kinds and what they mean to the detector are the members of `Tag`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntFlag, auto
from functools import cache
from itertools import product
from typing import Any

from handlers.detection.tokens import Kind, Token, tokenize
from prompts.detection import languages, table


class Tag(IntFlag):
    """What a phrase says about a deal. A phrase may carry several."""

    STATE = auto()  # the deal's end state in so many words: "closed won", "signed the order form"
    NEWS = auto()  # the opening of a win post: "new logo", "please welcome"
    ACT = auto()  # what a rep did: "closed", "landed"
    SIGN = auto()  # what a customer did: "signed", "renewed"
    PRESENT = auto()  # the same as a headline: "signs"
    WEAK = auto()  # too little by itself: "done", "is in"
    PAPER = auto()
    DEAL = auto()
    FRESH = auto()
    PARTY = auto()
    NEG = auto()
    FUTURE = auto()
    COND = auto()
    ASK = auto()
    HEARSAY = auto()
    HISTORY = auto()
    RECAP = auto()
    INSTRUCT = auto()
    RETRACT = auto()
    LOST = auto()
    SOFT = auto()
    BUYING = auto()
    HIRING = auto()
    FUNDING = auto()
    CREATED = auto()
    TEST = auto()
    THING = auto()
    DET = auto()
    GLUE = auto()
    LINK = auto()
    STOP = auto()


NOTHING = Tag(0)
EVENT_TAGS = Tag.STATE | Tag.ACT | Tag.SIGN | Tag.PRESENT | Tag.WEAK | Tag.NEWS


@dataclass(slots=True)
class _Node:
    """One step in the tree: the words that may follow, and what the phrase that ends here says."""

    next: dict[str, _Node] = field(default_factory=dict)
    tag: Tag = NOTHING
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All language data, ready for use. Build with `lexicon()`; shared and never changed."""

    root: _Node
    cjk: re.Pattern[str]
    triggers: frozenset[str]
    trigger_pattern: re.Pattern[str]
    fields: Mapping[str, str]
    joins: frozenset[str]
    legal_forms: frozenset[str]
    suffixes: frozenset[str]
    units: Mapping[str, int]
    multipliers: Mapping[str, int]
    periods: Mapping[tuple[str, ...], str]
    emoji: Mapping[str, str]

    def read(self, tokens: list[Token]) -> list[Run]:
        """Return the phrases in `tokens`, leftmost and longest first, without overlap."""
        runs: list[Run] = []
        root = self.root.next
        count = len(tokens)
        at = 0
        while at < count:
            kind, low, _, _ = tokens[at]
            node = root.get(low) if kind is Kind.WORD or kind is Kind.NUMBER else None
            if node is None:
                at += 1
                continue
            best, best_end = (node, at + 1) if node.tag else (None, at + 1)
            ahead = at + 1
            while ahead < count and node.next:
                following = node.next.get(tokens[ahead].low)
                if following is None:
                    break
                node = following
                ahead += 1
                if node.tag:
                    best, best_end = node, ahead
            if best is not None:
                runs.append(Run(best.tag, at, best_end, best.language))
            at = best_end
        return runs


@dataclass(frozen=True, slots=True)
class Run:
    """A phrase found: what it says, the tokens [start, end) that it covers, and the language that it was listed in."""

    tag: Tag
    start: int
    end: int
    language: str


_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NEVER = re.compile(r"(?!)")


@cache
def lexicon() -> Lexicon:
    """Read the language files once and build the phrase book."""
    root = _Node()
    fields: dict[str, str] = {}
    joins: set[str] = set()
    legal_forms: set[str] = set()
    suffixes: set[str] = set()
    units: dict[str, int] = {}
    multipliers: dict[str, int] = {}
    periods: dict[tuple[str, ...], str] = {}
    cjk: set[str] = set()
    triggers: set[str] = set()
    for code, tables in languages().items():
        for kind, phrases in tables.get("phrases", {}).items():
            tag = Tag[kind.upper()]
            for phrase in (variant for written in phrases for variant in expand(written)):
                words = _words(phrase)
                if _CJK.search(phrase):
                    cjk.add(phrase)
                    words = [phrase]
                _plant(root, words, tag, code)
                if tag & EVENT_TAGS:
                    triggers.add(words[0])
        for role, labels in tables.get("fields", {}).items():
            fields.update({label: role for label in labels})
        names = tables.get("names", {})
        joins.update(names.get("joins", ()))
        legal_forms.update(names.get("legal_forms", ()))
        suffixes.update(names.get("suffixes", ()))
        units.update(tables.get("numbers", {}).get("units", {}))
        multipliers.update(tables.get("numbers", {}).get("multipliers", {}))
        periods.update(_periods(tables.get("periods", {})))
    emoji = {mark: meaning for meaning, marks in table("emoji").items() for mark in marks}
    triggers.update(mark for mark, meaning in emoji.items() if meaning == "deal")
    return Lexicon(
        root=root,
        cjk=_alternation(cjk),
        triggers=frozenset(triggers),
        trigger_pattern=_alternation(cjk),
        fields=fields,
        joins=frozenset(joins),
        legal_forms=frozenset(legal_forms),
        suffixes=frozenset(suffixes),
        units=units,
        multipliers=multipliers,
        periods=periods,
        emoji=emoji,
    )


def expand(written: str) -> Iterator[str]:
    """Yield every phrase that a written one stands for: `(a|b) [c] d` gives `a c d`, `a d`, `b c d`, `b d`."""
    parts: list[list[str]] = []
    for piece in re.findall(r"\([^()]*\)|\[[^\[\]]*\]|[^\s()\[\]]+", written):
        if piece.startswith("("):
            parts.append(piece[1:-1].split("|"))
        elif piece.startswith("["):
            parts.append([*piece[1:-1].split("|"), ""])
        else:
            parts.append([piece])
    for chosen in product(*parts):
        yield " ".join(part for part in chosen if part)


def _words(phrase: str) -> list[str]:
    return [token.low for token in tokenize(phrase, _NEVER)]


def _plant(root: _Node, words: list[str], tag: Tag, language: str) -> None:
    node = root
    for word in words:
        node = node.next.setdefault(word, _Node())
    node.tag |= tag
    node.language = node.language or language


def _periods(tables: Mapping[str, Any]) -> dict[tuple[str, ...], str]:
    return {
        tuple(_words(phrase)): period
        for period, written in tables.items()
        for phrases in written
        for phrase in expand(phrases)
    }


def _alternation(phrases: set[str]) -> re.Pattern[str]:
    if not phrases:
        return _NEVER
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda one: (-len(one), one))))
