"""Find the name for a greeting in what a rep typed: the first name when it is certain, else the whole name."""

from __future__ import annotations

import re
import unicodedata

from handlers.method.legal_forms import CASED_FORMS, FORMS
from prompts.recap_rules import NameWords

_REMARK = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\]|\s[-–|·].*$)")
"""A remark after a name: "(CFO)", "- head of IT"."""
_FORMS = {form.replace(".", "").casefold() for form in FORMS} - CASED_FORMS
"""Words behind a company's name that nobody has behind theirs."""
_HANDLE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+")


def salutation(typed: str | None, names: NameWords, company: str = "") -> str:
    """Return the name after "Hi": "Jane" for `Dr. Jane Roe` and `Roe, Jane`, the whole name for `Dr. Roe` or `J. Roe`.

    In other scripts than Latin the order of names is unknown, so the whole name is used. An address, a number, a login
    name or a role alone ("the CFO") is not a name and gives an empty string. Neither is a company: the customer's own
    name, `company`, or a name with a legal form ("Litware Ltd.").
    """
    name = " ".join(_REMARK.sub(" ", " ".join((typed or "").split())).split())
    unnamed = not any(map(str.isalpha, name)) or re.search(r"[@\d]", name) or _HANDLE.fullmatch(name)
    if unnamed or _is_company(name, company):
        return ""
    if "/" in name or any(_stripped(word) in names.joining for word in name.split()):
        return name
    whole = _first_name_first(name, names)
    if whole is None:
        return name
    words = whole.split()
    while len(words) > 1 and _stripped(words[-1]) in names.suffixes:
        words.pop()
    given = _without_leading(words, names.titles | names.roles)
    if not given:
        return "" if all(_stripped(word) in names.roles for word in words) else whole
    if len(given) == 1 and len(words) > 1:  # "Dr. Roe": a family name
        return whole
    return _capitalised(given[0]) if _is_first_name(given[0], names) else " ".join(words)


def _is_company(name: str, company: str) -> bool:
    said, firm = name.casefold(), " ".join(company.split()).casefold()
    several = len(said.split()) > 1
    if said == firm or (several and firm.startswith(f"{said} ")):
        return True
    return several and said.split()[-1].replace(".", "") in _FORMS


def _first_name_first(name: str, names: NameWords) -> str | None:
    """ "Jane Roe" for "Roe, Jane" and "Jane Roe, PhD"; None when the meaning of the comma is unclear."""
    first, *others = [part.strip() for part in name.split(",")]
    others = [part for part in others if part and not all(_stripped(word) in names.suffixes for word in part.split())]
    if others and any(word.islower() or _stripped(word) in names.roles for word in others[0].split()):
        others = []  # "Jane Roe, head of operations"
    if not others:
        return first
    family = [word for word in first.split() if not _is_particle(word, names)]
    if len(others) > 1 or len(family) > 1 or len(_without_leading(others[0].split(), names.titles)) > 2:
        return None
    return f"{others[0]} {first}".strip()


def _without_leading(words: list[str], these: frozenset[str]) -> list[str]:
    while words and _stripped(words[0]) in these:
        words = words[1:]
    return words


def _is_first_name(word: str, names: NameWords) -> bool:
    """Latin, and no initial, no family name in capitals, no particle."""
    letters = re.sub(r"[-'’]", "", word)
    return (
        len(letters) > 1
        and letters.isalpha()
        and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
        and not word.isupper()
        and not _is_particle(word, names)
    )


def _is_particle(word: str, names: NameWords) -> bool:
    return word.islower() and _stripped(word) in names.particles


def _stripped(word: str) -> str:
    return word.strip(".,").casefold()


def _capitalised(word: str) -> str:
    """Capitalize a name that was typed in lower case: "jean-luc" becomes "Jean-Luc"."""
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-")) if word.islower() else word
