"""When two names mean the same customer: case, marks, legal forms do not count, nor does a slip of the pen."""

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

NAME_ALONE = 4
"""Only a name with so long a word is short for another: `Acme` for `Acme Robotics`, but not `AB` for `AB Foods`."""
_NOBODY_ALONE = frozenset(
    {"american", "bank", "best", "blue", "british", "church", "city", "east", "eastern", "european", "first", "general"}
    | {"german", "global", "golden", "good", "grand", "great", "green", "group", "home", "hotel", "international"}
    | {"national", "north", "northern", "pacific", "royal", "saint", "school", "smart", "south", "southern", "state"}
    | {"studio", "super", "union", "united", "university", "west", "western", "world"}
)
"""Words that many names begin with: alone they are short for none of them."""

SLIP = 6
"""A word has at least so many letters when another spelling of it still means the same; numbers never do."""
CLOSE = 0.9
"""How alike the two spellings of a word are then (difflib's ratio), if its letters are not just swapped."""


def customer_key(name: str) -> str:
    """The name folded for comparing: `Northwind Dental, Inc.` and `northwind  dental` give the same key.

    Marks and accents are dropped, `&` reads as "and", `S.A.` as "sa". Legal forms count only where they are part of the
    name: before its last word, or as all there is (`AB Foods`, `Limited`).
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = _WORDS.findall(_INITIALS.sub("", plain.casefold().replace("&", " and ")))
    while len(words) > 1 and (words[-1] in _LEGAL_FORMS or words[-1] == "and"):  # "and" is left of "& Co"
        words.pop()
    return (" ".join(words) or name.strip().casefold())[:KEY_LENGTH].rstrip()


def same_customer(one: str, other: str) -> bool:
    """Whether two keys mean the same customer: equal, one short for the other, or one with a slip of the pen.

    Does not carry over: `acme` means `acme robotics` and `acme foods`, and these two are not the same.
    """
    if one == other:
        return True
    first, second = sorted((one, other))  # difflib's ratio depends on the order
    shorter, longer = sorted((first.split(), second.split()), key=len)
    return _goes_on(shorter, longer) or _slipped(shorter, longer)


def goes_on(key: str, fuller: str) -> bool:
    """Whether `fuller` is the same customer's name with more words: `northwind` and `northwind dental`."""
    return _goes_on(key.split(), fuller.split())


def _goes_on(shorter: list[str], longer: list[str]) -> bool:
    added = longer[len(shorter) :]
    return (
        bool(added)
        and longer[: len(shorter)] == shorter
        and any(len(word) >= NAME_ALONE and word.isalpha() and word not in _NOBODY_ALONE for word in shorter)
        and not any(_numbered(word) for word in added)  # "Studio" and "Studio 54"
    )


def _slipped(one: list[str], other: list[str]) -> bool:
    """`northwnd dental`, `north wind dental`: in few words, each of which keeps its first letter."""
    if "".join(one) == "".join(other):
        return len("".join(one)) >= SLIP
    return len(one) == len(other) and all(a == b or _misspelt(a, b) for a, b in zip(one, other, strict=True))


def _misspelt(one: str, other: str) -> bool:
    if one[0] != other[0] or min(len(one), len(other)) < SLIP or _numbered(one) or _numbered(other):
        return False
    swapped = sorted(one) == sorted(other)
    return swapped or SequenceMatcher(None, one, other, autojunk=False).ratio() >= CLOSE


def _numbered(word: str) -> bool:
    return any(c.isdigit() for c in word)
