"""The phrase book: every language's phrases in one tree of words, read left to right, longest phrase first.

The TOML files of `prompts/detection` group phrases by kind. In a phrase `(a|b)` is one of several and `[x]` may be missing.
A list may have two kinds (`state_and_act`). The kinds and what they mean to the detector are the members of `Tag`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntFlag, auto
from functools import cache
from itertools import product

from handlers.detection.tokens import Kind, Token, tokenize
from prompts.detection import languages, table


class Tag(IntFlag):
    """What a phrase says about a deal. A phrase may carry several."""

    STATE = auto()  # the deal's end state in so many words: "closed won", "signed the order form"
    NEWS = auto()  # the opening of a win post: "new logo", "please welcome"
    ACT = auto()  # what a rep did: "closed", "landed"
    SIGN = auto()  # what a customer did: "signed", "renewed"
    PRAISED = auto()  # "on closing": an event behind praise, else a plan
    STAGE = auto()  # the name of a CRM's last stage: "won"
    PRESENT = auto()  # the same as a headline: "signs"
    LIGHT = auto()  # either, in words that mean much else: "got", "is in"
    PAPER = auto()
    DEAL = auto()
    FRESH = auto()
    PARTY = auto()
    ODD = auto()  # sounds like no or not yet, and is neither: "can't believe"
    RHETORIC = auto()
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
    CONTEST = auto()
    TEST = auto()
    THING = auto()
    DET = auto()
    GLUE = auto()
    LINK = auto()
    STOP = auto()


NOTHING = Tag(0)
EVENT_TAGS = Tag.STATE | Tag.ACT | Tag.SIGN | Tag.PRESENT | Tag.LIGHT | Tag.NEWS | Tag.PRAISED


# In a post of another language a foreign word still tells what happened; its small words mean nothing there.
_ABROAD = EVENT_TAGS | Tag.LOST | Tag.NEG | Tag.SOFT | Tag.FRESH | Tag.RETRACT


@dataclass(slots=True)
class _Node:
    """One step in the tree: the words that may follow, and what the phrase that ends here says."""

    next: dict[str, _Node] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)

    def tag_in(self, language: str) -> Tag:
        """What the phrase says in a post of that language; failing that in English, failing that what it says of a deal."""
        tags = self.tags
        tag = tags.get(language)
        if tag is None:
            tag = tags.get("en")
        if tag is None:
            tag = NOTHING
            for other in tags.values():
                tag |= other
            tag &= _ABROAD
        return tag


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All language data, ready for use. Build with `lexicon()`; shared and never changed."""

    root: _Node
    cjk: re.Pattern[str]
    triggers: frozenset[str]
    trigger_pattern: re.Pattern[str]
    fields: Mapping[str, str]
    joins: frozenset[str]
    suffixes: frozenset[str]
    persons: frozenset[str]
    beside_names: frozenset[str]
    never_names: frozenset[str]
    honorifics: tuple[str, ...]
    particles: tuple[str, ...]
    emoji: Mapping[str, str]

    def read(self, tokens: list[Token]) -> tuple[list[Run], str]:
        """Return the phrases in `tokens`, leftmost and longest first, without overlap, and the language of most of them.

        A word that two languages share (`of`, `die`, `no`) is read in the language of the post.
        """
        found: list[tuple[_Node, int, int]] = []
        votes: dict[str, float] = {}
        root = self.root.next
        count = len(tokens)
        at = 0
        while at < count:
            node = root.get(tokens[at].low)
            if node is None:
                at += 1
                continue
            best, end = self._longest(node, tokens, at)
            if end - at > 1 and (inner := root.get(tokens[end - 1].low)) is not None:
                # "is in" and "in the bag" share a word: the one that says more has it
                overtaking, further = self._longest(inner, tokens, end - 1)
                if overtaking is not None and further > end:
                    best, end = (node, at + 1) if node.tags else (None, at + 1)
            if best is not None:
                found.append((best, at, end))
                for language in best.tags:
                    votes[language] = votes.get(language, 0.0) + (end - at) / len(best.tags)
            at = end
        language = max(votes, key=lambda code: (votes[code], code == "en"), default="en")
        return [Run(node.tag_in(language), start, end) for node, start, end in found], language


    @staticmethod
    def _longest(node: _Node, tokens: list[Token], at: int) -> tuple[_Node | None, int]:
        """The longest phrase that starts with token `at`, whose node is `node`, and where it ends."""
        best, end = (node, at + 1) if node.tags else (None, at + 1)
        ahead = at + 1
        while ahead < len(tokens) and node.next:
            following = node.next.get(tokens[ahead].low)
            if following is None:
                break
            node = following
            ahead += 1
            if node.tags:
                best, end = node, ahead
        return best, end


@dataclass(frozen=True, slots=True)
class Run:
    """A phrase found: what it says, and the tokens [start, end) that it covers."""

    tag: Tag
    start: int
    end: int


_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NEVER = re.compile(r"(?!)")


@cache
def lexicon() -> Lexicon:
    """Read the language files once and build the phrase book."""
    root = _Node()
    fields: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    cjk: set[str] = set()
    triggers: set[str] = set()
    for code, tables in languages().items():
        for kind, phrases in tables.get("phrases", {}).items():
            tag = NOTHING
            for one in kind.split("_and_"):
                tag |= Tag[one.upper()]
            for phrase in (variant for written in phrases for variant in expand(written)):
                words = [phrase] if _CJK.search(phrase) else _words(phrase)
                if _CJK.search(phrase):
                    cjk.add(phrase)
                _plant(root, words, tag, code)
                if tag & EVENT_TAGS:
                    triggers.add(words[0])
        for role, labels in tables.get("fields", {}).items():
            fields.update(dict.fromkeys(labels, role))
        for kind, words in tables.get("names", {}).items():
            names.setdefault(kind, []).extend(words)
        cjk.update(word for word in tables.get("numbers", {}).get("multipliers", {}) if _CJK.search(word))
    cjk.update(word for word in table("currencies")["words"] if _CJK.search(word))
    emoji = {mark: meaning for meaning, marks in table("emoji").items() for mark in marks}
    triggers.update(mark.strip(":") for mark, meaning in emoji.items() if meaning == "deal")
    return Lexicon(
        root=root,
        cjk=_alternation(cjk),
        triggers=frozenset(triggers),
        trigger_pattern=_alternation({phrase for phrase in triggers if _CJK.search(phrase)}),
        fields=fields,
        joins=frozenset(names["joins"]),
        suffixes=frozenset(names["suffixes"]),
        persons=frozenset(names["persons"]),
        beside_names=frozenset(names["beside"]),
        never_names=frozenset(names["never"]),
        honorifics=tuple(names["honorifics"]),
        particles=tuple(names["particles"]),
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
    node.tags[language] = node.tags.get(language, NOTHING) | tag


def _alternation(phrases: set[str]) -> re.Pattern[str]:
    if not phrases:
        return _NEVER
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda one: (-len(one), one))))
