"""Get the customer's name from a deal's title, and clean up names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from handlers.detection.markup import BOLD, MENTION_OPEN
from handlers.detection.name_ends import has_legal_form, without_record_code
from handlers.detection.name_words import end_of_legal_form, ends_with_abbreviation
from handlers.detection.placeholders import BLANK
from prompts.detection import table

if TYPE_CHECKING:
    from handlers.detection.lexicon import Lexicon

LONGEST_NAME = 7
"""The maximum number of words in a name."""

_LONGEST_TEXT = 120
_LONGEST_VALUE = 300
_LONGEST_INITIALS = 4
_TITLE_CUT = re.compile(
    r"(?<=\s)[-–—|/:•·>→]+\s|[(|\[{]|:\s|[,;]\s(?!(?:inc|llc|ltd|l\.l\.c|s\.[lar]|s\.p|gmbh)\b)|\n|//|(?<=[\u3040-\u9fff])[_＿・](?=[\u3040-\u9fff])",
    re.IGNORECASE,
)
_FILE_TYPE = re.compile(r"\.(?:pdf|docx?|odt|xlsx?)$", re.IGNORECASE)
_EMOJI = re.compile(
    r"[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]|:[a-z][a-z0-9_+-]{1,40}:"
)
_VALUE_CUT = re.compile(
    rf"\s[(\[{{]|\s[-–—|/→]+\s|[,;:]\s|[.!?]\s|{_EMOJI.pattern}|\s(?:for|at|worth|over|@)\s(?=\W{{0,3}}\d)"
)
_FIRM = re.compile(r"\s?(?<!\w)[^\W\d_]\w{0,40}+(?:,\s[^\W\d_]\w{0,40}+)?\s(?:&|and)\s[^\W\d_]")
"""`Jones & Partners` behind `Smith, `."""
_DOMAIN_NAME = re.compile(r"(?<![\w-])[\w-]{2,63}+\.[a-z]{2,12}(?:\.[a-z]{2})?")
_INITIALS = re.compile(r"[^\W\d_](?:[.&+][^\W\d_]{1,2})+\.?|[^\W\d_]{2}&[^\W\d_]")
_PART_OF_WORD = re.compile(r"(?:^|(?<=-)|(?<=^[dlo]['’]))[^\W_]\w*")
_STRIPPED = " \t\n.,;:!?*'\"“”‘’«»()[]{}|-–—•·~#>" + BOLD
_SMALL_WORDS = frozenset(
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
    }
)


def title_customer(title: str, lexicon: Lexicon) -> str | None:
    """Return the customer in a deal's title: `Acorn Daycare - New Business`, `Osprey Rentals expansion to NW`.

    After the name of a document comes the customer: `Order Form – Acorn Daycare`, `Proposal for Acorn`.
    """
    bare = without_record_code(_FILE_TYPE.sub("", _trimmed(title)))[:_LONGEST_VALUE]
    pieces = [_trimmed(piece) for piece in _pieces(bare)]
    named = [piece for piece in pieces[:3] if has_legal_form(piece)]
    if len(named) == 1 and named[0] != pieces[0] and not pieces[0][:1].islower():
        return clean_name(named[0])  # "Cold rooms - Quill GmbH"
    if (
        len(pieces) > 1
        and _names_document(pieces[0])
        and pieces[1]
        and not pieces[1][:1].islower()
        and not _names_document(pieces[1])
    ):
        return clean_name(pieces[1])
    head = pieces[0]
    words = head.split()
    for at in range(1, len(words) - 1):
        if (
            words[at].lower() in _document_words().leading
            and (_names_document(" ".join(words[:at])) or _describes_work(words[:at], words[at]))
            and words[at + 1][:1].isupper()
        ):
            return clean_name(" ".join(words[at + 1 :]))
    words = without_document_words(words)
    if head == bare:  # only its words show where the name ends
        small = (at for at in range(1, len(words)) if words[at].islower() and _opens_suffix(words[at:], lexicon))
        words = words[: next(small, len(words))]
        while len(words) > 1 and (_is_suffix(words[-1:], lexicon) or _is_suffix(words[-2:], lexicon)):
            words = words[:-1] if _is_suffix(words[-1:], lexicon) else words[:-2]
    return clean_name(" ".join(words))


def _pieces(title: str) -> list[str]:
    """The parts of a title, not cut inside a legal form: `Acorn, Inc.`"""
    pieces: list[str] = []
    begun = at = 0
    while found := _TITLE_CUT.search(title, at):
        at = end_of_legal_form(title, found.start())
        if at < 0:
            pieces.append(title[begun : found.start()])
            begun = at = found.end()
    return [*pieces, title[begun:]]


def without_document_words(words: list[str]) -> list[str]:
    """`Rahmenvertrag Acorn Bau` is signed by Acorn Bau."""
    opening = next((at for at in (3, 2, 1) if " ".join(words[:at]).lower() in _document_words().before), 0)
    return words[opening:] if len(words) > opening and words[opening][:1].isupper() else words


def is_document_word(word: str) -> bool:
    """Whether a single word names a document: `Vertrag`, `contract`."""
    return word.lower() in _document_words().names


@dataclass(frozen=True, slots=True)
class _DocumentWords:
    """Words for documents, those of them that come right before a name, and the words between."""

    names: frozenset[str]
    before: frozenset[str]
    leading: frozenset[str]
    first: frozenset[str]
    endings: tuple[str, ...]


@cache
def _document_words() -> _DocumentWords:
    told = table("cards")["papers"]
    return _DocumentWords(
        frozenset(told["names"]),
        frozenset(told["before"]),
        frozenset(told["for"]),
        frozenset(told["first"]),
        tuple(told["endings"]),
    )


def _names_document(piece: str) -> bool:
    """`Master Services Agreement`, `Renewal Order Form 2026`: the last words name a document."""
    told = _document_words()
    words = piece.lower().split()
    while words and not words[-1][0].isalpha():
        words.pop()
    if words and (words[0] in told.first or any(word.endswith(told.endings) for word in (words[0], words[-1]))):
        return True
    return any(" ".join(words[-length:]) in told.names for length in (1, 2, 3) if length <= len(words))


def _describes_work(words: list[str], leading: str) -> bool:
    """`Website relaunch` in "Website relaunch for Acme": a capital, then small words, then `for`. No name is so."""
    return leading == "for" and len(words) > 1 and words[0][:1].isupper() and all(word.islower() for word in words[1:])


def _opens_suffix(words: list[str], lexicon: Lexicon) -> bool:
    return _is_suffix(words[:1], lexicon) or _is_suffix(words[:2], lexicon)


def _is_suffix(words: list[str], lexicon: Lexicon) -> bool:
    return " ".join(words).lower() in lexicon.suffixes


def value_customer(value: str) -> str | None:
    """The customer at the start of a label's value: `Linden Credit Union, $84,000` names Linden Credit Union.

    The name ends at a dash, comma, full stop, parenthesis or emoji, but not in `Acme, Inc.` or `Dr. Oetker`.
    """
    value = value[:_LONGEST_VALUE]
    at = 0
    while found := _VALUE_CUT.search(value, at):
        cut = found.start()
        dotted = value[cut] == "." and ends_with_abbreviation(value[:cut])
        if (end := end_of_legal_form(value, cut)) > cut:
            at = end
        elif dotted or (value[cut] == "," and _FIRM.match(value, found.end())):
            at = found.end()
        else:
            name = clean_name(value[:cut])
            return f"{name}{value[cut - 1]}" if name and value[cut] == "," and value[cut - 1] in "!?" else name
    return clean_name(value)


def clean_name(name: str) -> str | None:
    """Trim a name, and capitalize it if it is all lower or upper case. None if it is then empty or too long."""
    name = _trimmed(" ".join(_EMOJI.sub(" ", name).replace(BOLD, "").split()))
    if not name or len(name) > _LONGEST_TEXT or MENTION_OPEN in name or BLANK in name:
        return None
    if name.islower() or (name.isupper() and (len(name) > _LONGEST_INITIALS or " " in name)):
        words = name.lower().split(" ")
        return " ".join(
            word if index and word in _SMALL_WORDS else _capitalized(word, written)
            for index, (word, written) in enumerate(zip(words, name.split(" "), strict=True))
        )
    return name


def _trimmed(text: str) -> str:
    """The text without the marks around it, except those that belong to a name: `Acme Inc.`, `Hotel "Zum Kreuz"`."""
    bare = text.strip(_STRIPPED)
    if bare == text:
        return text
    after = text[text.find(bare) + len(bare) :][:1]
    if after == "." and ends_with_abbreviation(bare):
        return f"{bare}."
    opened = (after == '"' and bare.count('"') % 2) or (after == "”" and bare.count("“") > bare.count("”"))
    return f"{bare}{after}" if opened else bare


def _capitalized(word: str, written: str) -> str:
    """The word with capitals where a name has them: `Coca-Cola`, `L'Oréal`, `J.P.`, `AT&T`; a domain stays as it is."""
    if _DOMAIN_NAME.fullmatch(word):
        return written
    if _INITIALS.fullmatch(word):
        return word.upper()
    return _PART_OF_WORD.sub(lambda part: part[0][:1].upper() + part[0][1:], word)
