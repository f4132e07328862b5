"""The phrase book: the phrases of all languages in one tree of words, matched left to right, longest first.

The TOML files of `prompts/detection` group phrases by kind and write them as `prompts.phrase_variants` reads them. A
list may have two kinds (`state_and_act`). The kinds, and what they mean, are the members of `Tag`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Final, NamedTuple, cast

from handlers.detection.markup import BOLD
from handlers.detection.tokens import Token, TokenKind, tokenize
from prompts.detection import languages, table
from prompts.phrase_variants import variants


class Tag:
    """What a phrase means for a deal, one bit each; a phrase may have several.

    Plain integers, because `enum.IntFlag` took half of the time for a post.
    """

    STATE: Final = 1 << 0  # the deal's end state, explicitly: "closed won", "signed the order form"
    NEWS: Final = 1 << 1  # the opening of a win post: "new logo", "please welcome"
    ACT: Final = 1 << 2  # what a rep did: "closed", "landed"
    SIGN: Final = 1 << 3  # what a customer did: "signed", "renewed"
    PRAISED: Final = 1 << 4  # "on closing": an event behind praise, else a plan
    STAGE: Final = 1 << 5  # the name of a CRM's last stage: "won"
    PRESENT: Final = 1 << 6  # the same as a headline: "signs"
    LIGHT: Final = 1 << 7  # either, in words with other meanings: "got", "is in"
    PAPER: Final = 1 << 8
    DEAL: Final = 1 << 9
    FRESH: Final = 1 << 10
    PARTY: Final = 1 << 11
    ODD: Final = 1 << 12  # sounds like a denial and is none: "can't believe"
    RHETORIC: Final = 1 << 13
    NEG: Final = 1 << 14
    FUTURE: Final = 1 << 15
    COND: Final = 1 << 16
    ASK: Final = 1 << 17
    HEARSAY: Final = 1 << 18
    HISTORY: Final = 1 << 19
    RECAP: Final = 1 << 20
    INSTRUCT: Final = 1 << 21
    RETRACT: Final = 1 << 22
    LOST: Final = 1 << 23
    SOFT: Final = 1 << 24
    BUYING: Final = 1 << 25
    HIRING: Final = 1 << 26
    FUNDING: Final = 1 << 27
    CREATED: Final = 1 << 28
    CONTEST: Final = 1 << 29
    OTHER_CARD: Final = 1 << 36  # a tool's report of a task, a request, a failed payment
    UNDONE: Final = 1 << 37  # what undoes an earlier event, or was overcome before it: "pulled out", "cancelled"
    RIVAL: Final = 1 << 38  # whose news it is, in the same clause only: "competitor"
    COUNTED: Final = 1 << 39  # what a total counts: "45 contracts"
    MISTAKE: Final = 1 << 40  # takes back its own sentence, or the post if it is about that: "by mistake"
    TEST: Final = 1 << 30
    THING: Final = 1 << 31
    DET: Final = 1 << 32
    GLUE: Final = 1 << 33
    LINK: Final = 1 << 34
    STOP: Final = 1 << 35


NOTHING: Final = 0
EVENT_TAGS: Final = Tag.STATE | Tag.ACT | Tag.SIGN | Tag.PRESENT | Tag.LIGHT | Tag.NEWS | Tag.PRAISED


MAX_FILLERS: Final = 3
_SKIPPED_KINDS = frozenset({TokenKind.MENTION, TokenKind.NUMBER})

_DECISIVE = (
    Tag.NEG
    | Tag.FUTURE
    | Tag.COND
    | Tag.BUYING
    | Tag.HIRING
    | Tag.FUNDING
    | Tag.SOFT
    | Tag.LOST
    | Tag.RETRACT
    | Tag.UNDONE
    | Tag.TEST
    | Tag.OTHER_CARD
)

# In a post of another language, a foreign event word keeps its meaning; function words do not.
_FOREIGN = EVENT_TAGS | Tag.LOST | Tag.NEG | Tag.SOFT | Tag.FRESH | Tag.RETRACT | Tag.UNDONE


@dataclass(slots=True)
class _Node:
    """A node of the tree: the words that may follow, the tags of the phrase that ends here. `is_event`: it is one."""

    next: dict[str, _Node] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    is_event: bool = False

    def tag_in(self, language: str) -> int:
        """The tags of the phrase in that language, else in English, else those about deals in any language."""
        tags = self.tags
        tag = tags.get(language)
        if tag is None and language != "en":
            tag = tags.get("en")
        if tag is None:
            tag = NOTHING
            for other in tags.values():
                tag |= other
            tag &= _FOREIGN
        return tag


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All language data, compiled by `lexicon()`; shared, never changed."""

    root: _Node
    cjk: re.Pattern[str]
    fillers: frozenset[str]
    fields: Mapping[str, str]
    joins: frozenset[str]
    institutions: frozenset[str]
    suffixes: frozenset[str]
    persons: frozenset[str]
    teams: frozenset[str]
    beside_names: frozenset[str]
    never_names: frozenset[str]
    brands: frozenset[str]
    openers: frozenset[str]
    turns: frozenset[str]
    honorifics: tuple[str, ...]
    particles: tuple[str, ...]
    emoji: Mapping[str, str]

    def mood(self, emoji: str) -> str | None:
        """Return the meaning of an emoji (`deal`, `party`, `doubt`, `lost`), whatever its skin tone."""
        return self.emoji.get(emoji if emoji.startswith(":") else emoji[:1])

    def tag_of(self, word: str, language: str) -> int:
        """The tags of the word where it is no part of a longer phrase."""
        node = self.root.next.get(word)
        return node.tag_in(language) if node else NOTHING

    def read(self, tokens: list[Token]) -> tuple[list[PhraseMatch], str]:
        """Return the phrases in `tokens`, leftmost and longest first, without overlap, and the main language.

        A word of two languages (`of`, `die`, `no`) is read in the language of the post.
        """
        found: list[tuple[_Node, int, int]] = []
        votes: dict[str, float] = {}
        root, fillers, number, mention = self.root.next, self.fillers, TokenKind.NUMBER, TokenKind.MENTION
        count = len(tokens)
        last = count - 1
        at = 0
        while at < count:
            low = tokens[at].low
            node = root.get(low) or (root.get(low[:-2]) if low.endswith("'s") else None)
            if node is None:
                at += 1
                continue
            end = at + 1
            if at == last or not node.next:
                best = node if node.tags else None
            else:
                kind, after, _, _ = tokens[end]
                if after in node.next or after in fillers or kind is number or kind is mention:
                    best, end = self._longest(node, tokens, at)
                else:  # most words begin no phrase that goes on
                    best = node if node.tags else None
            if end - at > 1 and (inner := root.get(tokens[end - 1].low)) is not None:
                # "is in" and "in the bag" share a word: the longer phrase wins
                overtaking, further = self._longest(inner, tokens, end - 1)
                settled = best is not None and any(tag & _DECISIVE for tag in best.tags.values())
                if overtaking is not None and further > end and not settled:
                    best, end = (node, at + 1) if node.tags else (None, at + 1)
            if best is not None:
                found.append((best, at, end))
                tags = best.tags
                share = (end - at) / len(tags)
                for language in tags:
                    votes[language] = votes.get(language, 0.0) + share
            at = end
        # Norwegian and Danish share most words; Danish has more words of its own, so a draw is Norwegian.
        language = max(votes, key=lambda code: (votes[code], code == "en", code == "no"), default="en")
        return [_match((node.tag_in(language), start, end)) for node, start, end in found], language

    def _longest(self, node: _Node, tokens: list[Token], at: int) -> tuple[_Node | None, int]:
        """The longest phrase that starts with token `at`, whose node is `node`, and its end."""
        best, end = self._longest_from(node, tokens, at + 1, 0)
        return (best, end) if best is not None else (None, at + 1)

    def _longest_from(self, node: _Node, tokens: list[Token], at: int, skipped: int) -> tuple[_Node | None, int]:
        """The longest phrase through `node` that continues with token `at`.

        An event phrase may contain up to `MAX_FILLERS` filler words, so each step has at most two branches, and a
        phrase at most eight.
        """
        best, end = (node, at) if node.tags and (not skipped or node.is_event) else (None, at)
        if at >= len(tokens) or not node.next:
            return best, end
        low = tokens[at].low
        following = node.next.get(low)
        if following is not None:
            found, reached = self._longest_from(following, tokens, at + 1, skipped)
            if found is not None and reached > end:
                best, end = found, reached
        if skipped < MAX_FILLERS and (low in self.fillers or tokens[at].kind in _SKIPPED_KINDS):
            found, reached = self._longest_from(node, tokens, at + 1, skipped + 1)
            if found is not None and found is not node and reached > end:
                best, end = found, reached
        return best, end


class PhraseMatch(NamedTuple):
    """A match of a phrase: its tags, and its tokens [start, end)."""

    tag: int
    start: int
    end: int


_match = cast("Callable[[tuple[int, int, int]], PhraseMatch]", partial(tuple.__new__, PhraseMatch))
"""`PhraseMatch._make`, which most words of a post are matched with, at half the cost."""

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NEVER = re.compile(r"(?!)")


@cache
def lexicon() -> Lexicon:
    """Read the language files once and build the phrase book."""
    root = _Node()
    fields: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    cjk: set[str] = {word for word in table("currencies")["words"] if CJK.search(word)}
    for code, tables in languages().items():
        cjk |= _add_phrases(root, tables.get("phrases", {}), code)
        cjk.update(word for word in tables.get("numbers", {}).get("multipliers", {}) if CJK.search(word))
        for role, labels in tables.get("fields", {}).items():
            fields.update(dict.fromkeys(labels, role))
        for kind, words in tables.get("names", {}).items():
            names.setdefault(kind, []).extend(words)
    return Lexicon(
        root=root,
        cjk=alternation(cjk),
        fillers=frozenset({BOLD, *(word for tables in languages().values() for word in tables.get("fillers", ()))}),
        fields=fields,
        joins=frozenset(names["joins"]),
        institutions=frozenset(names["institutions"]),
        suffixes=frozenset(names["suffixes"]),
        persons=frozenset(names["persons"]),
        teams=frozenset(names["teams"]),
        beside_names=frozenset(names["beside"]),
        never_names=frozenset(names["never"]),
        brands=frozenset(names["brands"]),
        openers=frozenset(names["openers"]),
        turns=frozenset(names["turns"]),
        honorifics=tuple(names["honorifics"]),
        particles=tuple(names["particles"]),
        emoji={mark: meaning for meaning, marks in table("emoji").items() for mark in marks},
    )


def kinds(listed: str) -> frozenset[str]:
    """Return the kinds in the name of a list: `state_and_act` has two."""
    return frozenset(listed.split("_and_"))


def alternation(phrases: set[str]) -> re.Pattern[str]:
    """Return a pattern for any of `phrases`, the longest first; literals only, so it cannot backtrack."""
    if not phrases:
        return _NEVER
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda one: (-len(one), one))))


def _add_phrases(root: _Node, phrases: Mapping[str, list[str]], language: str) -> set[str]:
    """Add the phrases of a language; return those written without spaces."""
    cjk: set[str] = set()
    for listed, written in phrases.items():
        tag = NOTHING
        for kind in kinds(listed):
            tag |= getattr(Tag, kind.upper())
        for phrase in (variant for one in written for variant in variants(one)):
            if CJK.search(phrase):
                cjk.add(phrase)
                _add_phrase(root, [phrase], tag, language)
            else:
                plain = phrase.isascii() and phrase.replace(" ", "").isalnum()
                words = phrase.split() if plain else [token.low for token in tokenize(phrase, _NEVER)]
                _add_phrase(root, words, tag, language)
    return cjk


def _add_phrase(root: _Node, words: list[str], tag: int, language: str) -> None:
    node = root
    for word in words:
        node = node.next.setdefault(word, _Node())
    node.tags[language] = node.tags.get(language, NOTHING) | tag
    node.is_event = node.is_event or bool(tag & EVENT_TAGS)
