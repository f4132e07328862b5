"""Rules for the recap mail, as data that a sales-enablement person can edit: quotes, flagged words, words in names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from prompts.locale_file import load
from prompts.toml_document import TomlDocument


@dataclass(frozen=True, slots=True)
class NameWords:
    """Words that are not first names, in lower case and without their dots."""

    titles: frozenset[str]
    suffixes: frozenset[str]
    roles: frozenset[str]
    particles: frozenset[str]
    joining: frozenset[str]


@dataclass(frozen=True, slots=True)
class RecapRules:
    """One locale's rules for the recap (M6)."""

    quotes: tuple[tuple[str, str], ...]
    """The marks before and after the customer's words, the preferred ones first."""
    legal: tuple[str, ...]
    inviting: tuple[str, ...]
    dates: tuple[str, ...]
    names: NameWords


@cache
def recap_rules(locale: str = "en") -> RecapRules:
    """Return a locale's rules. Raises `PlaybookError`, with file and line, when they are missing or wrong."""
    return load(locale, "recap.toml", read_recap_rules)


def read_recap_rules(document: TomlDocument) -> RecapRules:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(RecapRules.__slots__)
    document.allow_only(NameWords.__slots__, "names")
    return RecapRules(
        quotes=_quotes(document),
        legal=document.texts("legal"),
        inviting=document.texts("inviting"),
        dates=document.texts("dates"),
        names=NameWords(**{name: frozenset(document.texts("names", name)) for name in NameWords.__slots__}),
    )


def _quotes(document: TomlDocument) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for marks in document.texts("quotes"):
        if len(marks) != len(("before", "after")):
            document.add_problem(f"{marks!r} is not a pair of quotation marks", "quotes")
        else:
            pairs.append((marks[0], marks[1]))
    return tuple(pairs)
