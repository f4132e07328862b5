"""The playbook: what the method asks for and what the rep can say, as data that a sales-enablement person can edit.

A team may change any of it (`read_changes`) and choose a trade, and each kind of order may differ: `playbook_with`
gives the playbook of a deal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache

from prompts.challenge_rules import ChallengeRules, read_challenge_rules
from prompts.locale_file import load, open_document
from prompts.toml_document import TomlDocument

MAX_TEXT = 75
"""Characters: Slack's limit for the text and the description of a checkbox."""
MAX_SAY = 300
"""Characters that a rep can say in one breath."""
MAX_PROMPT = 75
MAX_REFERRALS = 50
MAX_DEFINITION = 500
"""Characters: the most a rep can save in the wrap-up."""
LONGEST_CHANGES = 60_000
"""Characters of a team's own playbook."""

FILLED_IN = ("name", "rep", "customer", "user", "needs", "promises", "elephant")
"""The names in double braces that what is said may contain."""
PLACEHOLDER = re.compile(r"\{\{\s{0,9}([a-z_]{1,20})\s{0,9}\}\}")
"""Nothing else in braces has a meaning: what people type is never evaluated."""
NAME_FIRST = "{{ name }}, "
"""How what is said about a referral begins: the name is left out if it is not known."""
REFERRAL_ASK: Mapping[str, tuple[str, ...]] = {
    "agreed": ("name", "people", "definition"),
    "not_agreed": ("name", "people", "definition"),
    "invitation": ("name",),
    "one": (),
    "several": ("number",),
}
REFERRAL_THANKS = ("named", "introduced", "met", "won")
KINDS = ("new", "renewal", "expansion", "partner")
"""The kinds of orders whose call may differ."""
CACHED = 256


class SituationName(StrEnum):
    """What may happen on the call, so that the rep wants to know at once what to do."""

    COLD_FEET = "cold_feet"
    DISCOUNT = "discount"
    NEW_PERSON = "new_person"


@dataclass(frozen=True, slots=True)
class Item:
    """A step (M2.1 - M2.4) or an objective (M2.a - M2.c) of the call: its rule id, its text, and why it matters.

    `say` is what the rep can say, a template with the names of `FILLED_IN`; `say_unprepared` replaces it as long as one
    of them is not known.
    """

    rule: str
    text: str
    why: str
    say: str
    say_unprepared: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What to do in a situation, and what to say."""

    name: SituationName
    advice: str
    say: str


@dataclass(frozen=True, slots=True)
class DeliveryWords:
    """What is said when delivery doubts a promise (M8.2), and in the handoff, by risk (M10.1).

    `say_...`: what the rep says to the customer. `if_...`: what the receiver of the handoff does.
    """

    say_at_risk: str
    say_cannot: str
    if_cannot: str
    if_at_risk: str
    if_reset: str
    if_unmeasured: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """The playbook of a locale, of a team, or of a deal."""

    steps: tuple[Item, ...]
    objectives: tuple[Item, ...]
    referral_number: int
    """How many quality referrals the rep asks for by default (M5.1)."""
    referral_definition: str
    referral_ask: Mapping[str, str]
    """What the rep says when they ask for the referrals that were earned (M5.2), by the names of `REFERRAL_ASK`."""
    referral_thanks: Mapping[str, str]
    """What they say to the one who referred, by how far the introduction has come (`REFERRAL_THANKS`)."""
    fear_antidote: str
    """What helps a rep who puts off the call (M1.1)."""
    opening: str
    opening_nobody: str
    """How the call begins (M9.1); `_nobody` if the customer's name is not known. The same for the voicemail:"""
    message: str
    message_nobody: str
    up_front: str
    """How cost, challenges and disagreements are handled, said before any of them is there (M9.3)."""
    listening: tuple[str, ...]
    """What keeps the customer talking (M4.4)."""
    silence: str
    situations: tuple[Situation, ...]
    delivery: DeliveryWords
    trades: Mapping[str, Mapping[str, Mapping[str, str]]]
    """By trade, by rule: the entries of the item that differ."""
    kinds: Mapping[str, Mapping[str, Mapping[str, str]]]
    """The same by the kind of order."""
    challenges: ChallengeRules
    """What to do when something goes wrong (M7.2)."""

    @property
    def items(self) -> dict[str, Item]:
        """The steps and objectives by rule."""
        return {item.rule: item for item in (*self.steps, *self.objectives)}


@cache
def playbook(locale: str = "en") -> Playbook:
    """Return a locale's playbook. Raises `PlaybookError`, with file and line, when it is missing or wrong."""
    return load(locale, _FILE, read_playbook)


@lru_cache(CACHED)
def playbook_with(changes: str = "", trade: str | None = None, kind: str | None = None, locale: str = "en") -> Playbook:
    """Return the playbook of a deal: the locale's, with a team's `changes` (TOML), for its trade and kind of order.

    A trade that the playbook does not have changes nothing. Raises `PlaybookError` for a mistake in `changes`.
    """
    book = _with_changes(TomlDocument("the team's playbook", changes), locale) if changes else playbook(locale)
    for differs in (book.trades.get(trade or "", {}), book.kinds.get(kind or "", {})):
        book = replace(book, steps=_differing(book.steps, differs), objectives=_differing(book.objectives, differs))
    return book


def read_changes(file: str, text: str, locale: str = "en") -> str:
    """Return a team's changes to the playbook, ready to store. Raises `PlaybookError`, with file and line.

    `text` has the tables of `playbook.toml`, but only the entries that differ; steps, objectives and situations are
    told apart by their `rule` or `name`.
    """
    own = TomlDocument(file, text)
    own.raise_first_problem()
    known = playbook(locale)
    if len(text) > LONGEST_CHANGES:
        own.add_problem(f"it has {len(text)} characters, and may have {LONGEST_CHANGES}", *own.keys()[:1])
    own.allow_only(_TABLES)
    if "situations" in own.data:
        for number in range(own.count("situations")):
            _situation_name(own, number)
    for table, items in (("steps", known.steps), ("objectives", known.objectives)):
        for number in range(own.count(table) if table in own.data else 0):
            _changed_item(own, {item.rule for item in items}, table, number)
    _differences(own, "trades", None, known.items)
    _differences(own, "kinds", KINDS, known.items)
    own.raise_first_problem()
    _with_changes(own, locale)
    return text


def _with_changes(own: TomlDocument, locale: str) -> Playbook:
    own.raise_first_problem()
    merged = open_document(locale, _FILE).with_overrides(own.file, own.data, source=own)
    book = read_playbook(merged)
    merged.raise_first_problem()
    return book


def _differing(items: tuple[Item, ...], differs: Mapping[str, Mapping[str, str]]) -> tuple[Item, ...]:
    return tuple(replace(item, **differs.get(item.rule, {})) for item in items)


def read_playbook(document: TomlDocument) -> Playbook:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    document.allow_only(_TABLES)
    for table, entries in _TABLES.items():
        if entries:
            document.allow_only(entries, table)
    rules: set[str] = set()
    steps, objectives = (_items(document, table, rules) for table in ("steps", "objectives"))
    referral_number = document.integer("referral", "number")
    if not 1 <= referral_number <= MAX_REFERRALS:
        document.add_problem(f"number is not from 1 to {MAX_REFERRALS}", "referral", "number")
    known = {item.rule for item in (*steps, *objectives)}
    return Playbook(
        steps=steps,
        objectives=objectives,
        referral_number=referral_number,
        referral_definition=document.text("referral", "definition", max_length=MAX_DEFINITION),
        referral_ask=_referral_ask(document),
        referral_thanks={
            step: _to_them(document, "referral_thanks", step, ("name", "who")) for step in REFERRAL_THANKS
        },
        fear_antidote=document.text("coaching", "fear_antidote"),
        opening=_say(document, "opening", "line"),
        opening_nobody=_say(document, "opening", "line_nobody", filled_in=()),
        message=_say(document, "message", "line"),
        message_nobody=_say(document, "message", "line_nobody", filled_in=()),
        up_front=_say(document, "up_front", "line", filled_in=()),
        listening=_prompts(document),
        silence=document.text("listening", "silence", max_length=MAX_PROMPT),
        situations=_situations(document),
        delivery=DeliveryWords(
            **{name: _say(document, "delivery", name, filled_in=()) for name in DeliveryWords.__slots__}
        ),
        trades=_differences(document, "trades", None, known),
        kinds=_differences(document, "kinds", KINDS, known),
        challenges=read_challenge_rules(document, lambda of, path, names: _say(of, *path, filled_in=names)),
    )


def _items(document: TomlDocument, table: str, rules: set[str]) -> tuple[Item, ...]:
    """The items of a table. `rules` collects the rule ids of the whole playbook, to find those used twice."""
    items: list[Item] = []
    for number in range(document.count(table)):
        document.allow_only(Item.__slots__, table, number)
        unprepared = "say_unprepared" in document.keys(table, number)
        item = Item(
            rule=document.text(table, number, "rule"),
            text=document.text(table, number, "text", max_length=MAX_TEXT),
            why=document.text(table, number, "why", max_length=MAX_TEXT),
            say=_say(document, table, number, "say"),
            say_unprepared=_say(document, table, number, "say_unprepared", filled_in=()) if unprepared else "",
        )
        if PLACEHOLDER.search(item.say) and not unprepared:
            document.add_problem("say fills something in, so say_unprepared is needed", table, number, "say")
        if item.rule in rules:
            document.add_problem(f"the rule {item.rule} is there twice", table, number, "rule")
        rules.add(item.rule)
        items.append(item)
    return tuple(items)


def _say(document: TomlDocument, *path: str | int, filled_in: Collection[str] = FILLED_IN) -> str:
    text = document.text(*path, max_length=MAX_SAY, placeholders=filled_in)
    if "{" in PLACEHOLDER.sub("", text):
        document.add_problem(f"{path[-1]}: only a name can stand in braces", *path)
    return text


def _referral_ask(document: TomlDocument) -> dict[str, str]:
    return {
        entry: _to_them(document, "referral_ask", entry, names)
        if "name" in names
        else document.text("referral_ask", entry, max_length=MAX_PROMPT, placeholders=names)
        for entry, names in REFERRAL_ASK.items()
    }


def _to_them(document: TomlDocument, table: str, entry: str, names: tuple[str, ...]) -> str:
    """What is said to the customer; the name comes first, so that it can be left out."""
    text = _say(document, table, entry, filled_in=names)
    if text and (not text.startswith(NAME_FIRST) or text.count(NAME_FIRST.rstrip(", ")) != 1):
        document.add_problem(f"{entry} does not begin with {NAME_FIRST!r}, or has the name again", table, entry)
    return text


def _prompts(document: TomlDocument) -> tuple[str, ...]:
    prompts = document.texts("listening", "prompts")
    for prompt in prompts:
        if not 0 < len(prompt.strip()) <= MAX_PROMPT or "{" in prompt:
            wrong = f"{prompt!r} has not 1 to {MAX_PROMPT} characters, or has braces"
            document.add_problem(wrong, "listening", "prompts")
    return prompts


def _situations(document: TomlDocument) -> tuple[Situation, ...]:
    found = []
    for number in range(document.count("situations")):
        document.allow_only(Situation.__slots__, "situations", number)
        name = _situation_name(document, number)
        if name is None:
            continue
        advice = document.text("situations", number, "advice", max_length=MAX_SAY)
        found.append(Situation(name, advice, _say(document, "situations", number, "say", filled_in=())))
    for name in SituationName:
        if [each.name for each in found].count(name) != 1:
            document.add_problem(f"the situation {name} is not there once", "situations")
    return tuple(found)


def _situation_name(document: TomlDocument, number: int) -> SituationName | None:
    name = document.text("situations", number, "name")
    if name in tuple(SituationName):
        return SituationName(name)
    document.add_problem(f"name is not one of {', '.join(SituationName)}", "situations", number, "name")
    return None


def _differences(
    document: TomlDocument, table: str, names: Collection[str] | None, rules: Collection[str]
) -> dict[str, dict[str, dict[str, str]]]:
    """What differs from the steps and objectives, by trade or kind and by rule. `names`: the known ones, if fixed."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    if names is not None:
        document.allow_only(names, table)
    for name in document.keys(table):
        numbers = range(document.count(table, name))
        changed = [_changed_item(document, rules, table, name, number) for number in numbers]
        found[name] = {each.pop("rule"): each for each in changed}
    return found


def _changed_item(document: TomlDocument, rules: Collection[str], *path: str | int) -> dict[str, str]:
    """The entries that a table has of an item, the rule among them."""
    document.allow_only(Item.__slots__, *path)
    rule = document.text(*path, "rule")
    if rule and rule not in rules:
        document.add_problem(f"there is no rule {rule}", *path, "rule")
    found = {"rule": rule}
    for entry in document.keys(*path):
        if entry in ("text", "why"):
            found[entry] = document.text(*path, entry, max_length=MAX_TEXT)
        elif entry in ("say", "say_unprepared"):
            found[entry] = _say(document, *path, entry, filled_in=FILLED_IN if entry == "say" else ())
    return found


_FILE = "playbook.toml"
_TABLES: Mapping[str, tuple[str, ...]] = {
    "steps": (),
    "objectives": (),
    "opening": ("line", "line_nobody"),
    "message": ("line", "line_nobody"),
    "up_front": ("line",),
    "listening": ("prompts", "silence"),
    "situations": (),
    "delivery": tuple(DeliveryWords.__slots__),
    "referral": ("number", "definition"),
    "referral_ask": tuple(REFERRAL_ASK),
    "referral_thanks": REFERRAL_THANKS,
    "coaching": ("fear_antidote",),
    "trades": (),
    "kinds": (),
    "challenges": (),
}
"""Every table of the file with its entries; a list of tables has those of its class."""
