"""Split a post into sentences, segments and groups: the scope of a "not", a "?" or quotation marks."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.detection.markup import BOLD, QUOTE_LINE
from handlers.detection.tokens import Token, TokenKind

_SENTENCE_MARKS = frozenset(".!?…。！？")
_SEGMENT_MARKS = frozenset(',;:()|•·—–→[]{}、，・【】"“”«»') | _SENTENCE_MARKS | {BOLD}
_DASHES = frozenset("-/~>")
_OPENING = frozenset('"“«„')
_CLOSING = frozenset('"”»“')
# fmt: off
_ABBREVIATIONS = frozenset({
    "inc", "co", "ltd", "corp", "st", "mr", "mrs", "ms", "dr", "mio", "mrd", "tsd", "tys", "approx", "vs", "rs", "kr",
    "mt", "ft", "jr", "sr", "bros", "gebr", "fa",
})
# fmt: on
_BEFORE_INITIAL = frozenset({"", " ", "\u00a0", ".", "\n", "(", "-", BOLD, '"', "“"})
_MIN_UPPERCASE_WORDS = 2
_MIN_UPPERCASE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Group:
    """Tokens [start, end) between two bold marks or quotation marks on one line."""

    start: int
    end: int
    quotation: bool


@dataclass(slots=True)
class Sentences:
    """For each token its segment, sentence, group (-1 for none) and whether it is in a quoted line.

    `ends[sentence]` holds the marks that end the sentence; `shouted` the segments in capitals.
    """

    segment: list[int] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    quoted_line: list[bool] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    shouted: set[int] = field(default_factory=set)


def split_sentences(text: str, tokens: list[Token], turns: frozenset[str] = frozenset()) -> Sentences:
    """Split `tokens` of `text` in one pass; a word of `turns` ("but") starts a segment."""
    divided = Sentences()
    segment, sentence, quoted = divided.segment, divided.sentence, divided.quoted_line
    word, mark, line_break, emoji = TokenKind.WORD, TokenKind.MARK, TokenKind.BREAK, TokenKind.EMOJI
    part = whole = 0
    marks = ""
    ended = quoted_line = False
    for at, token in enumerate(tokens):
        kind, low, _, _ = token
        if kind is word and not ended and low not in turns:  # most tokens
            segment.append(part)
            sentence.append(whole)
            quoted.append(quoted_line)
            continue
        ends_here = kind is mark and low in _SENTENCE_MARKS and _ends_sentence(text, tokens, at)
        if ended and not ends_here:
            divided.ends.append(marks)
            marks, ended = "", False
            whole += 1
            part += 1
        if low == QUOTE_LINE:
            quoted_line = True
        if kind is line_break:
            quoted_line, ended = False, True
        elif ends_here:
            marks += low
            ended = True
        divides = kind is emoji or low in turns or (kind is mark and _splits_segment(text, token, ends_here=ends_here))
        part += divides
        segment.append(part)
        part += divides
        sentence.append(whole)
        quoted.append(quoted_line)
    divided.ends.append(marks)
    divided.groups = _groups(tokens)
    divided.group = [-1] * len(tokens)
    for number, group in enumerate(divided.groups):
        divided.group[group.start : group.end] = [number] * (group.end - group.start)
    divided.shouted = _uppercase_tokens(text, tokens, divided.segment)
    return divided


def _ends_sentence(text: str, tokens: list[Token], at: int) -> bool:
    low, end = tokens[at].low, tokens[at].end
    if low != ".":
        return True
    after = text[end : end + 1]
    if after.isalnum():
        return False
    abbreviated = at > 0 and tokens[at - 1].end == tokens[at].start and tokens[at - 1].low in _ABBREVIATIONS
    initial = at > 0 and tokens[at - 1].end - tokens[at - 1].start == 1 and text[tokens[at - 1].start].isupper()
    initial = initial and text[tokens[at - 1].start - 1 : tokens[at - 1].start] in _BEFORE_INITIAL  # not in "AT&T."
    return not ((abbreviated or initial) and after == " ")


def _splits_segment(text: str, token: Token, *, ends_here: bool) -> bool:
    if token.low == ".":
        return ends_here
    if token.low in _SEGMENT_MARKS:
        return True
    return token.low in _DASHES and (token.start == 0 or text[token.start - 1].isspace())


def _groups(tokens: list[Token]) -> list[Group]:
    groups: list[Group] = []
    if not any(low == BOLD or low in _OPENING for _, low, _, _ in tokens):
        return groups
    bold = quote = -1
    for at, (kind, low, _, _) in enumerate(tokens):
        if kind is TokenKind.BREAK:
            bold = quote = -1
        elif low == BOLD:
            if bold >= 0:
                if at > bold:
                    groups.append(Group(bold, at, quotation=False))
                bold = -1
            else:
                bold = at + 1
        elif quote >= 0 and low in _CLOSING:
            if at > quote:
                groups.append(Group(quote, at, quotation=True))
            quote = -1
        elif low in _OPENING:
            quote = at + 1
    return groups


def _uppercase_tokens(text: str, tokens: list[Token], segment: list[int]) -> set[int]:
    if text.islower():
        return set()
    loud: dict[int, int] = {}
    soft: dict[int, int] = {}
    word = TokenKind.WORD
    capitals = [
        (at, end - start)
        for at, (kind, _, start, end) in enumerate(tokens)
        if kind is word and text[start:end].isupper()
    ]
    for at, length in capitals:
        if length > 1:
            loud[segment[at]] = loud.get(segment[at], 0) + 1
    loud = {number: count for number, count in loud.items() if count >= _MIN_UPPERCASE_WORDS}
    if not loud:
        return set()
    upper = {at for at, _ in capitals}
    for at, token in enumerate(tokens):
        if token.kind is word and at not in upper:
            soft[segment[at]] = soft.get(segment[at], 0) + 1
    return {number for number, count in loud.items() if soft.get(number, 0) <= count * _MIN_UPPERCASE_SHARE}
