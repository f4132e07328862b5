"""How to greet a person by what a rep typed for them: the first name when it is sure, else the whole name."""

from __future__ import annotations

import re
import unicodedata

from prompts.recap_rules import NameWords

_ASIDE = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\]|\s[-–|·].*$)")
"""A remark behind a name: "(CFO)", "- head of IT"."""
_HANDLE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+")


def salutation(typed: str | None, names: NameWords) -> str:
    """What goes behind "Hi": "Jane" for `Dr. Jane Roe` and `Roe, Jane`, all of it for `Dr. Roe` or `J. Roe`.

    In scripts other than Latin nobody can tell which name comes first: they are greeted by their whole name. An
    address, a number, a login name or only what somebody is ("the CFO") is no name: an empty string.
    """
    name = " ".join(_ASIDE.sub(" ", " ".join((typed or "").split())).split())
    if not any(map(str.isalpha, name)) or re.search(r"[@\d]", name) or _HANDLE.fullmatch(name):
        return ""
    if "/" in name or any(_bare(word) in names.joining for word in name.split()):
        return name
    whole = _first_name_first(name, names)
    if whole is None:
        return name
    words = whole.split()
    while len(words) > 1 and _bare(words[-1]) in names.suffixes:
        words.pop()
    given = _without_leading(words, names.titles | names.roles)
    if not given:
        return "" if all(_bare(word) in names.roles for word in words) else whole
    if len(given) == 1 and len(words) > 1:  # "Dr. Roe": a family name
        return whole
    return _capitalised(given[0]) if _surely_first(given[0], names) else " ".join(words)


def _first_name_first(name: str, names: NameWords) -> str | None:
    """ "Jane Roe" for "Roe, Jane" and "Jane Roe, PhD"; None when it is not clear what the comma stands for."""
    first, *others = [part.strip() for part in name.split(",")]
    others = [part for part in others if part and not all(_bare(word) in names.suffixes for word in part.split())]
    if others and any(word.islower() or _bare(word) in names.roles for word in others[0].split()):
        others = []  # "Jane Roe, head of operations"
    if not others:
        return first
    family = [word for word in first.split() if not _is_particle(word, names)]
    if len(others) > 1 or len(family) > 1 or len(_without_leading(others[0].split(), names.titles)) > 2:
        return None
    return f"{others[0]} {first}".strip()


def _without_leading(words: list[str], these: frozenset[str]) -> list[str]:
    while words and _bare(words[0]) in these:
        words = words[1:]
    return words


def _surely_first(word: str, names: NameWords) -> bool:
    """No initial, no family name in capitals or with a small particle, and Latin."""
    letters = re.sub(r"[-'’]", "", word)
    return (
        len(letters) > 1
        and letters.isalpha()
        and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
        and not word.isupper()
        and not _is_particle(word, names)
    )


def _is_particle(word: str, names: NameWords) -> bool:
    return word.islower() and _bare(word) in names.particles


def _bare(word: str) -> str:
    return word.strip(".,").casefold()


def _capitalised(word: str) -> str:
    """Dictated in small letters, "jean-luc" is Jean-Luc all the same."""
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-")) if word.islower() else word
