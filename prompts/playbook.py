"""The playbook: what the method asks for, as data that a sales-enablement person can edit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from prompts.errors import PlaybookError


@dataclass(frozen=True, slots=True)
class Item:
    """A step (M2.1 - M2.4) or an objective (M2.a - M2.c) of the call: its rule id, its words, and why it matters."""

    rule: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """One locale's playbook."""

    steps: tuple[Item, ...]
    objectives: tuple[Item, ...]
    referral_number: int
    """How many quality referrals are asked for unless the rep says otherwise (M5.1)."""
    referral_definition: str
    fear_antidote: str
    """What helps a rep who puts the call off (M1.1)."""


@cache
def playbook(locale: str = "en") -> Playbook:
    """The playbook of a locale. Raises `PlaybookError` when it is missing or incomplete."""
    name = f"prompts/locales/{locale}/playbook.toml"
    source = files("prompts") / "locales" / locale / "playbook.toml"
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise PlaybookError(f"{name} cannot be read: {error}") from error
    try:
        return Playbook(
            steps=_items(data["steps"]),
            objectives=_items(data["objectives"]),
            referral_number=int(data["referral"]["number"]),
            referral_definition=str(data["referral"]["definition"]).strip(),
            fear_antidote=str(data["coaching"]["fear_antidote"]).strip(),
        )
    except KeyError as error:
        raise PlaybookError(f"{name} lacks the entry {error.args[0]!r}") from error


def _items(rows: list[dict[str, Any]]) -> tuple[Item, ...]:
    return tuple(Item(rule=row["rule"], text=row["text"], why=row["why"]) for row in rows)
