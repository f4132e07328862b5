"""Decide whether two names mean the same customer: case, punctuation, legal forms and typos do not count."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from handlers.method.legal_forms import FORMS, LEADING_FORMS, UNSPACED_FORMS

_TRADE_MARKS = dict.fromkeys(map(ord, "™®©℠"), " ")
_OTHER_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
    | {"ɖ": "d", "ə": "e", "ĸ": "k"}
)
"""Letters that Unicode does not decompose, by how they are written without a special keyboard; in lower case."""
_LAST_WITH_ACCENTS = "\u06ff"
"""Marks upon the letters up to here are accents; in the scripts behind, vowels and voicing, which make another word."""
_SHORT_I = "\u0438\u0306"
"""й is a letter of its own, no и with an accent."""
_IN_PARENTHESES = re.compile(r"\((?:株|有|同|資|名|주|유)\)")
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_NUMBER = re.compile(r"\d+")
_UMLAUT = re.compile(r"(?<=[aou])e(?=[^\W\daeiou])")
"""The `e` of `Koeln`. A key has no umlauts: that of `Köln` is "koln"."""
KEY_LENGTH = 255

MIN_SHORT_NAME_LENGTH = 4
"""A short name must have a word of this length: `Acme` means `Acme Robotics`, but `AB` does not mean `AB Foods`."""
_GENERIC_WORDS = frozenset(
    {"american", "bank", "best", "blue", "british", "church", "city", "east", "eastern", "european", "first", "general"}
    | {"german", "global", "golden", "good", "grand", "great", "green", "group", "home", "hotel", "international"}
    | {"national", "north", "northern", "pacific", "royal", "saint", "school", "smart", "south", "southern", "state"}
    | {"studio", "super", "union", "united", "university", "west", "western", "world"}
)
"""Words that many names begin with: alone they are no short name."""

MIN_MISSPELLED_LENGTH = 6
"""The minimum length of a word for which a typo is tolerated. Words with digits must match exactly."""
MIN_JOINED_LENGTH = 4
"""The minimum length of a name that may be written in one word or in two: `Levi's` and `Levis`, `Go Pro`, `GoPro`."""
MIN_UMLAUT_LENGTH = 5
"""The minimum length of a word with an umlaut written out: `Boehm` is `Böhm`, but `Joel` is no `Jöl`."""
MIN_SIMILARITY = 0.9
"""The minimum similarity of the two spellings (difflib's ratio), unless letters are only swapped."""


def customer_key(name: str) -> str:
    """Normalize a name for comparison: `Northwind Dental, Inc.` and `northwind  dental` give the same key.

    Case, punctuation, accents and the width of letters are dropped, but not the voicing of kana. `&` becomes "and",
    `S.A.` becomes "sa". Legal forms around the name are dropped, unless nothing else is left (`Limited`). A name
    without a letter or a digit is its own key.
    """
    plain = _fold(name)
    words = _words(_IN_PARENTHESES.sub(" ", plain)) or _words(plain)
    if not words or not any(c.isalnum() for c in plain):
        return " ".join(name.casefold().split())[:KEY_LENGTH].rstrip()
    words = " ".join(words)[:KEY_LENGTH].split()
    while (shorter := _without_legal_form(words)) != words:
        words = shorter
    return " ".join(words)


def _fold(name: str) -> str:
    """The name in lower case, in letters of one width, without accents, trade marks and invisible characters."""
    lower = unicodedata.normalize("NFKC", name.translate(_TRADE_MARKS)).casefold()
    kept: list[str] = []
    base = ""
    for c in unicodedata.normalize("NFKD", lower):
        if unicodedata.category(c) == "Cf":
            continue
        if not unicodedata.combining(c):
            base = c
        elif base <= _LAST_WITH_ACCENTS and base + c != _SHORT_I:
            continue
        kept.append(c)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_OTHER_LETTERS)


def _words(plain: str) -> list[str]:
    """The words of a folded text. The vowel signs of Indic scripts are marks, but belong to their word."""
    joined = _INITIALS.sub("", plain).replace("&", " and ")
    written: list[str] = []
    for c in joined:
        belongs = unicodedata.category(c)[0] == "M" and written and written[-1] != " "
        written.append(c if c.isalnum() or belongs else " ")
    return "".join(written).split()


def _without_legal_form(words: list[str]) -> list[str]:
    """The words without one legal form at the end or the start, if something is left."""
    for length in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        if tuple(words[-length:]) in _LEGAL_FORMS:
            return words[:-length]
    if len(words) > 1 and words[0] in _LEADING_FORMS:
        return words[1:]
    for form in UNSPACED_FORMS:
        if words[0].startswith(form) and (len(words) > 1 or words[0] != form):
            return [word for word in (words[0].removeprefix(form), *words[1:]) if word]
        if words[-1].endswith(form) and (len(words) > 1 or words[-1] != form):
            return [word for word in (*words[:-1], words[-1].removesuffix(form)) if word]
    return words


_LEGAL_FORMS = frozenset({("and",), *(tuple(_words(_fold(form))) for form in FORMS)})  # "and" is left of "& Co"
_LONGEST_FORM = max(map(len, _LEGAL_FORMS))
_LEADING_FORMS = frozenset(_fold(form) for form in LEADING_FORMS)


def same_customer(one: str, other: str) -> bool:
    """Whether two keys mean the same customer: equal, one short for the other, or one with a typo.

    Not transitive: `acme` means `acme robotics` and `acme foods`, which are two customers.
    """
    if one == other:
        return True
    first, second = sorted((one, other))  # difflib's ratio depends on the order
    shorter, longer = sorted((first.split(), second.split()), key=len)
    return _extends(shorter, longer) or _is_misspelled(shorter, longer)


def extends_name(key: str, fuller: str) -> bool:
    """Whether `fuller` is the same customer's longer name: `northwind` and `northwind dental`."""
    return _extends(key.split(), fuller.split())


def short_names(key: str) -> list[str]:
    """The shorter keys that mean the same customer: `acme` for `acme robotics`."""
    words = key.split()
    return [" ".join(words[:n]) for n in range(1, len(words)) if _extends(words[:n], words)]


def _extends(shorter: list[str], longer: list[str]) -> bool:
    added = longer[len(shorter) :]
    return (
        bool(added)
        and longer[: len(shorter)] == shorter
        and any(
            len(word) >= MIN_SHORT_NAME_LENGTH and word.isalpha() and word not in _GENERIC_WORDS for word in shorter
        )
        and not any(_has_digit(word) for word in added)  # "Studio" and "Studio 54"
    )


def _is_misspelled(one: list[str], other: list[str]) -> bool:
    """Match typos such as `northwnd dental` and `north wind dental`; each word keeps its first letter."""
    if "".join(one) == "".join(other):
        return len("".join(one)) >= MIN_JOINED_LENGTH and _numbers(one) == _numbers(other)
    return len(one) == len(other) and all(a == b or _is_misspelled_word(a, b) for a, b in zip(one, other, strict=True))


def _is_misspelled_word(one: str, other: str) -> bool:
    if one[0] != other[0] or not one.isalpha() or not other.isalpha():
        return False
    if min(len(one), len(other)) < MIN_MISSPELLED_LENGTH:
        return max(len(one), len(other)) >= MIN_UMLAUT_LENGTH and _UMLAUT.sub("", one) == _UMLAUT.sub("", other)
    swapped = sorted(one) == sorted(other)
    return swapped or SequenceMatcher(None, one, other, autojunk=False).ratio() >= MIN_SIMILARITY


def _numbers(words: list[str]) -> list[str]:
    return _NUMBER.findall(" ".join(words))


def _has_digit(word: str) -> bool:
    return any(c.isdigit() for c in word)
