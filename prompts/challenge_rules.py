"""What the playbook says of challenges: how soon to tell the customer, and what to say (M7.2, M10.9, M10.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prompts.toml_document import TomlDocument

MISTAKES = ("ours", "theirs", "nobody")
"""Whose mistake a challenge may be."""
OCCASIONS = (*MISTAKES, "update", "call_back")
"""What the rep has words for: telling the customer, an update along the way, and the call back."""
TELL_HOURS = ("tell_hours_1", "tell_hours_2", "tell_hours_3")
"""Hours in which to tell, by severity."""
WORDS = ("telling", "problems", "mending", "working", "within_the_hour", "same_day", "next_day")
MOST_TELL_HOURS = 720
FILLED_IN = ("name", "rep", "customer", "thing")
"""The names in double braces that what is said may contain; `thing` is what went wrong."""
MAX_ADVICE = 150


@dataclass(frozen=True, slots=True)
class ChallengeScript:
    """How to go about it, and what to say; `say_nobody` if it is not known whom the rep talks to."""

    advice: str
    say: str
    say_nobody: str


@dataclass(frozen=True, slots=True)
class ChallengeRules:
    """The playbook's table of challenges.

    A statement that has one of the words for `telling` and one for `problems` says how soon the customer wants to hear
    of problems, except in what speaks of `mending` them. `working`: the words for hours of work. The last three are
    times that are said without a number.
    """

    tell_hours: tuple[int, ...]
    """By severity, from 1."""
    telling: tuple[str, ...]
    problems: tuple[str, ...]
    mending: tuple[str, ...]
    working: tuple[str, ...]
    within_the_hour: tuple[str, ...]
    same_day: tuple[str, ...]
    next_day: tuple[str, ...]
    scripts: Mapping[str, ChallengeScript]
    """By `OCCASIONS`."""


Say = Callable[[TomlDocument, tuple[str, ...], tuple[str, ...]], str]
"""Reads what a rep can say: the document, the path, and the names in double braces that it may contain."""


def read_challenge_rules(document: TomlDocument, say: Say) -> ChallengeRules:
    """Read what can be read; mistakes are noted in the document's `problems`."""
    table = "challenges"
    document.allow_only((*TELL_HOURS, *WORDS, *OCCASIONS), table)
    hours = tuple(document.integer(table, entry) for entry in TELL_HOURS)
    for entry, number in zip(TELL_HOURS, hours, strict=True):
        if not 1 <= number <= MOST_TELL_HOURS:
            document.add_problem(f"{entry} is not from 1 to {MOST_TELL_HOURS}", table, entry)
    words = {name: tuple(document.texts(table, name)) for name in WORDS}
    for name, found in words.items():
        if not found or not all(word.strip() for word in found):
            document.add_problem(f"{name} has no words, or an empty one", table, name)
    return ChallengeRules(tell_hours=hours, scripts=_scripts(document, say), **words)


def _scripts(document: TomlDocument, say: Say) -> dict[str, ChallengeScript]:
    found = {}
    for occasion in OCCASIONS:
        document.allow_only(ChallengeScript.__slots__, "challenges", occasion)
        found[occasion] = ChallengeScript(
            advice=document.text("challenges", occasion, "advice", max_length=MAX_ADVICE),
            say=say(document, ("challenges", occasion, "say"), FILLED_IN),
            say_nobody=say(document, ("challenges", occasion, "say_nobody"), ("thing",)),
        )
    return found
