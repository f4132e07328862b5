"""The playbook: what the method asks for, as data that a sales-enablement person can edit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from prompts.locale_file import load
from prompts.toml_document import TomlDocument

MAX_TEXT = 75
"""Characters: Slack's limit for the text and the description of a checkbox."""
MAX_REFERRALS = 50
MAX_DEFINITION = 500
"""Characters: the most a rep can save in the wrap-up."""


@dataclass(frozen=True, slots=True)
class Item:
    """A step (M2.1 - M2.4) or an objective (M2.a - M2.c) of the call: its rule id, its text, and why it matters."""

    rule: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """One locale's playbook."""

    steps: tuple[Item, ...]
    objectives: tuple[Item, ...]
    referral_number: int
    """How many quality referrals the rep asks for by default (M5.1)."""
    referral_definition: str
    fear_antidote: str
    """What helps a rep who puts off the call (M1.1)."""


@cache
def playbook(locale: str = "en") -> Playbook:
    """Return a locale's playbook. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    return load(locale, "playbook.toml", read_playbook)


def read_playbook(document: TomlDocument) -> Playbook:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(("steps", "objectives", "referral", "coaching"))
    document.allow_only(("number", "definition"), "referral")
    document.allow_only(("fear_antidote",), "coaching")
    rules: set[str] = set()
    steps, objectives = (_items(document, table, rules) for table in ("steps", "objectives"))
    referral_number = document.integer("referral", "number")
    if not 1 <= referral_number <= MAX_REFERRALS:
        document.add_problem(f"number is not from 1 to {MAX_REFERRALS}", "referral", "number")
    return Playbook(
        steps=steps,
        objectives=objectives,
        referral_number=referral_number,
        referral_definition=document.text("referral", "definition", max_length=MAX_DEFINITION),
        fear_antidote=document.text("coaching", "fear_antidote"),
    )


def _items(document: TomlDocument, table: str, rules: set[str]) -> tuple[Item, ...]:
    """The items of a table. `rules` collects the rule ids of the whole playbook, to find those used twice."""
    items: list[Item] = []
    for number in range(document.count(table)):
        document.allow_only(Item.__slots__, table, number)
        item = Item(
            rule=document.text(table, number, "rule"),
            text=document.text(table, number, "text", max_length=MAX_TEXT),
            why=document.text(table, number, "why", max_length=MAX_TEXT),
        )
        if item.rule in rules:
            document.add_problem(f"the rule {item.rule} is there twice", table, number, "rule")
        rules.add(item.rule)
        items.append(item)
    return tuple(items)
