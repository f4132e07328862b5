"""Decide whether two names mean the same customer: case, punctuation, legal forms and typos do not count."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

_LEGAL_FORMS = frozenset(
    {"inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "pty"}
    | {"pte", "gmbh", "ag", "kg", "ug", "se", "sa", "sas", "sarl", "sl", "srl", "spa", "bv", "nv", "ab", "as", "asa"}
    | {"aps", "oy", "oyj", "kk"}
)
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_WORDS = re.compile(r"[^\W_]+")
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
MIN_SIMILARITY = 0.9
"""The minimum similarity of the two spellings (difflib's ratio), unless letters are only swapped."""


def customer_key(name: str) -> str:
    """Normalize a name for comparison: `Northwind Dental, Inc.` and `northwind  dental` give the same key.

    Punctuation and accents are dropped, `&` becomes "and", `S.A.` becomes "sa". Legal forms at the end are dropped,
    unless nothing else is left (`Limited`).
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = _WORDS.findall(_INITIALS.sub("", plain.casefold().replace("&", " and ")))
    while len(words) > 1 and (words[-1] in _LEGAL_FORMS or words[-1] == "and"):  # "and" is left of "& Co"
        words.pop()
    return (" ".join(words) or name.strip().casefold())[:KEY_LENGTH].rstrip()


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
        return len("".join(one)) >= MIN_MISSPELLED_LENGTH
    return len(one) == len(other) and all(a == b or _is_misspelled_word(a, b) for a, b in zip(one, other, strict=True))


def _is_misspelled_word(one: str, other: str) -> bool:
    if one[0] != other[0] or min(len(one), len(other)) < MIN_MISSPELLED_LENGTH or _has_digit(one) or _has_digit(other):
        return False
    swapped = sorted(one) == sorted(other)
    return swapped or SequenceMatcher(None, one, other, autojunk=False).ratio() >= MIN_SIMILARITY


def _has_digit(word: str) -> bool:
    return any(c.isdigit() for c in word)
