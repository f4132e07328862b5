"""What guards the recap mail, as data that a sales-enablement person can edit: signs, words, and what is no name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from prompts.errors import PlaybookError


@dataclass(frozen=True, slots=True)
class NameWords:
    """Words that are no first name, in small letters and without their dots."""

    titles: frozenset[str]
    suffixes: frozenset[str]
    roles: frozenset[str]
    particles: frozenset[str]
    joining: frozenset[str]


@dataclass(frozen=True, slots=True)
class RecapRules:
    """One locale's rules for the recap (M6)."""

    quotes: tuple[tuple[str, str], ...]
    """The signs before and after what the customer said, the preferred ones first."""
    legal: tuple[str, ...]
    inviting: tuple[str, ...]
    dates: tuple[str, ...]
    names: NameWords


@cache
def recap_rules(locale: str = "en") -> RecapRules:
    """The rules of a locale. Raises `PlaybookError` when they are missing or incomplete."""
    name = f"prompts/locales/{locale}/recap.toml"
    source = files("prompts") / "locales" / locale / "recap.toml"
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise PlaybookError(f"{name} cannot be read: {error}") from error
    try:
        names = data["names"]
        return RecapRules(
            quotes=tuple((pair[0], pair[1]) for pair in data["quotes"]),
            legal=tuple(data["legal"]),
            inviting=tuple(data["inviting"]),
            dates=tuple(data["dates"]),
            names=NameWords(
                titles=frozenset(names["titles"]),
                suffixes=frozenset(names["suffixes"]),
                roles=frozenset(names["roles"]),
                particles=frozenset(names["particles"]),
                joining=frozenset(names["joining"]),
            ),
        )
    except KeyError as error:
        raise PlaybookError(f"{name} lacks the entry {error.args[0]!r}") from error
