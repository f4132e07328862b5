"""Find the customer's name: the span of words beside an event, in a field, or in a deal's title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.detection.lexicon import EVENT_TAGS, Lexicon, Tag
from handlers.detection.markup import BOLD
from handlers.detection.reading import Reading
from handlers.detection.tokens import Kind

LONGEST_NAME = 7
"""Words of the longest name that is taken."""

_PROPER = 2
_PLAIN = 1
_TITLE_CUT = re.compile(r"\s+[-–—|/:•·>→]+\s+|\s*[(|\[{]|:\s|\s*[,;]\s|\n|//")
_POSSESSIVE = re.compile(r"['’]s$")
_EDGES = " \t\n.,;:!?*'\"“”«»()[]{}|-–—•·~#>" + BOLD
_SMALL = frozenset(
    {
        "and",
        "of",
        "the",
        "de",
        "la",
        "du",
        "des",
        "del",
        "da",
        "do",
        "di",
        "van",
        "von",
        "der",
        "den",
        "und",
        "et",
        "y",
        "e",
        "for",
        "at",
        "on",
        "in",
    }
)
_BETWEEN = frozenset(
    {
        ":",
        "-",
        "–",
        "—",
        ",",
        BOLD,
        "\n",
        "→",
        ">",
        "=",
        "|",
        "!",
        ".",
        '"',
        "“",
        "'",
        "‘",
        "»",
        "«",
        "[",
        "(",
        "•",
        "/",
    }
)


@dataclass(frozen=True, slots=True)
class Name:
    """A span of tokens [start, end) taken for a name; `quality` is 2 for a proper name, 1 for plain words in a name's place."""

    start: int
    end: int
    quality: int


def name_after(reading: Reading, at: int, lexicon: Lexicon, *, far: bool) -> Name | None:
    """Return the name that starts at or soon after token `at`; `far` lets it stand behind a mark, an emoji or a line break."""
    tokens, tags = reading.tokens, reading.tags
    hops = 0
    while at < len(tokens) and hops < 8:
        token = tokens[at]
        passable = (
            (token.kind is Kind.MARK and token.low in _BETWEEN and (far or token.low in {BOLD, '"', "“"}))
            or (far and token.kind in (Kind.EMOJI, Kind.BREAK))
            or (far and reading.in_amount[at])
        )
        if not passable and token.kind is Kind.WORD and not _is_proper(reading, at):
            passable = bool(tags[at] & (Tag.DET | Tag.DEAL | Tag.GLUE | Tag.FRESH)) or token.low in {
                "with",
                "from",
                "for",
                "at",
                "by",
                "deal",
                "to",
                "as",
            }
        if not passable:
            break
        at += 1
        hops += 1
    return _forward(reading, at, lexicon)


def name_before(reading: Reading, at: int, lexicon: Lexicon) -> Name | None:
    """Return the name that ends right before token `at`, past fillers such as `have just`."""
    tokens, tags = reading.tokens, reading.tags
    index = at - 1
    hops = 0
    while index >= 0 and hops < 6:
        token = tokens[index]
        filler = (
            token.kind is Kind.WORD and bool(tags[index] & (Tag.GLUE | Tag.FRESH)) and not _is_proper(reading, index)
        )
        if not (
            filler
            or token.low in {BOLD, "…", ".", "-", "—", "–", ":", "→", '"', "”", "'", "»", ",", "|", ">", "="}
            or token.kind is Kind.EMOJI
            or reading.in_amount[index]
        ):
            break
        index -= 1
        hops += 1
    return _backward(reading, index, lexicon)


def _is_proper(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    if token.kind is not Kind.WORD or not reading.cased:
        return False
    first = reading.text[token.start]
    return (
        first.isupper()
        or (not first.isascii() and first >= "\u3040")
        or any(letter.isupper() for letter in reading.text[token.start + 1 : token.end])
    )


def _opens_sentence(reading: Reading, at: int) -> bool:
    return (
        at == 0
        or reading.sentence[at - 1] != reading.sentence[at]
        or reading.tokens[at - 1].kind in (Kind.EMOJI, Kind.BREAK)
        or (reading.tokens[at - 1].kind is Kind.MARK and reading.segment[at - 1] != reading.segment[at])
    )


_PLAIN_WORDS = (
    Tag.STOP
    | Tag.DET
    | Tag.GLUE
    | Tag.LINK
    | Tag.FRESH
    | Tag.PARTY
    | Tag.NEG
    | Tag.FUTURE
    | Tag.COND
    | Tag.ASK
    | EVENT_TAGS
    | Tag.DEAL
    | Tag.PAPER
    | Tag.SOFT
    | Tag.LOST
    | Tag.RETRACT
    | Tag.RECAP
    | Tag.CREATED
    | Tag.HEARSAY
    | Tag.HISTORY
    | Tag.INSTRUCT
    | Tag.THING
    | Tag.HIRING
    | Tag.BUYING
)


def _can_be_name(reading: Reading, at: int) -> int:
    """2 for a proper noun, 1 for a small word that may be part of a name in a text without capitals, 0 for anything else."""
    token = reading.tokens[at]
    if token.kind is not Kind.WORD or reading.in_amount[at]:
        return 0
    plain = bool(reading.tags[at] & _PLAIN_WORDS)
    if _is_proper(reading, at):
        if plain and _opens_sentence(reading, at):
            return 0
        return _PROPER
    return 0 if plain else _PLAIN


def _forward(reading: Reading, start: int, lexicon: Lexicon) -> Name | None:
    tokens = reading.tokens
    if start >= len(tokens):
        return None
    quality = _can_be_name(reading, start)
    if (
        not quality
        and _is_proper(reading, start)
        and start + 1 < len(tokens)
        and _can_be_name(reading, start + 1) == _PROPER
        and tokens[start].end + 1 == tokens[start + 1].start
    ):
        quality = _PROPER
    if not quality:
        return None
    end = start + 1
    while end < len(tokens) and end - start < LONGEST_NAME:
        token = tokens[end]
        if token.start - tokens[end - 1].end > 1 or token.kind is Kind.BREAK:
            break
        if _can_be_name(reading, end) >= quality:
            end += 1
        elif (
            token.low in lexicon.joins
            and end + 1 < len(tokens)
            and _can_be_name(reading, end + 1) >= quality
            and tokens[end + 1].start - token.end <= 1
            and (quality == _PROPER or token.low in {"&", "+"})
        ):
            end += 2
        elif (
            token.low == "."
            and end + 1 < len(tokens)
            and tokens[end - 1].low in {"st", "dr", "mt"}
            and _can_be_name(reading, end + 1) == _PROPER
        ):
            end += 2
        elif (
            quality == _PROPER
            and token.kind is Kind.NUMBER
            and not reading.in_amount[end]
            and len(token.low) <= 3
            and token.low.isdigit()
            and (
                end + 1 >= len(tokens)
                or tokens[end + 1].kind is not Kind.WORD
                or _can_be_name(reading, end + 1) == _PROPER
            )
        ):
            end += 1
        else:
            break
    return Name(start, end, quality)


def _backward(reading: Reading, last: int, lexicon: Lexicon) -> Name | None:
    tokens = reading.tokens
    if last < 0:
        return None
    quality = _can_be_name(reading, last)
    if not quality:
        return None
    start = last
    while start > 0 and last - start < LONGEST_NAME - 1:
        previous = tokens[start - 1]
        if tokens[start].start - previous.end > 1 or previous.kind is Kind.BREAK:
            break
        if _can_be_name(reading, start - 1) >= quality:
            start -= 1
        elif (
            previous.low in lexicon.joins
            and start > 1
            and _can_be_name(reading, start - 2) >= quality
            and previous.start - tokens[start - 2].end <= 1
            and (quality == _PROPER or previous.low in {"&", "+"})
        ):
            start -= 2
        elif previous.low == "." and start > 1 and tokens[start - 2].low in {"st", "dr", "mt"}:
            start -= 2
        else:
            break
    return Name(start, last + 1, quality)


def any_name(reading: Reading, lexicon: Lexicon) -> Name | None:
    """Return the first proper name of the post, for events that no name stands beside."""
    at = 0
    while at < len(reading.tokens):
        if not reading.quoted[at] and _can_be_name(reading, at) == _PROPER and not _opens_sentence(reading, at):
            return _forward(reading, at, lexicon)
        if not reading.quoted[at] and _can_be_name(reading, at) == _PROPER:
            name = _forward(reading, at, lexicon)
            if name and (name.end - name.start > 1 or not reading.tags[at]):
                return name
        at += 1
    return None


def written(reading: Reading, name: Name) -> str | None:
    """Return the name as the customer writes it, as far as the post shows."""
    start, end = reading.tokens[name.start].start, reading.tokens[name.end - 1].end
    return polish(reading.text[start:end])


def title_customer(title: str, lexicon: Lexicon) -> str | None:
    """Return the customer in a deal's title: `Acorn Daycare - New Business`, `Osprey Rentals expansion to NW`."""
    head = _TITLE_CUT.split(title.strip(_EDGES), maxsplit=1)[0].strip(_EDGES)
    words = head.split()
    for index in range(1, len(words)):
        if " ".join(words[index : index + 2]).lower() in lexicon.suffixes or words[index].lower() in lexicon.suffixes:
            return polish(" ".join(words[:index]))
    return polish(head)


def polish(name: str) -> str | None:
    """Trim a name and give it capitals if the post had none, or nothing but."""
    name = " ".join(_POSSESSIVE.sub("", name.replace(BOLD, "").strip(_EDGES)).split())
    if not name or len(name) > 120:
        return None
    if name.islower() or (name.isupper() and (len(name) > 4 or " " in name)):
        words = name.lower().split(" ")
        name = " ".join(
            word if index and word in _SMALL else word[:1].upper() + word[1:] for index, word in enumerate(words)
        )
    return name
