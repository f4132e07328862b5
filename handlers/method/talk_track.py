"""The talk track: what the rep can say at each step, filled in with what is known of the deal (M2, M4.4, M9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list

from prompts.playbook import PLACEHOLDER, Item, Playbook

MOST_TOLD = 4
"""Needs or promises in one sentence; nobody says twelve in one breath."""


@dataclass(frozen=True, slots=True)
class KnownOfDeal:
    """What is filled into the words. A text is empty, and a list too, until it is known."""

    name: str = ""
    """How the rep addresses the person they call (`Hannah`)."""
    rep: str = ""
    customer: str = ""
    user: str = ""
    """The person who works with it."""
    needs: Sequence[str] = ()
    promises: Sequence[str] = ()
    elephant: str = ""
    thing: str = ""
    """What went wrong, for the words about a challenge."""


def fill(template: str, known: KnownOfDeal, locale: str = "en") -> str | None:
    """Fill in a template's names in double braces; None if one of them is not known, or is no name at all.

    Templates are what people typed, so nothing in them is ever evaluated, and what is filled in is not read again.
    """
    values = {
        "name": known.name,
        "rep": known.rep,
        "customer": known.customer,
        "user": known.user,
        "needs": _enumerated(known.needs, locale),
        "promises": _enumerated(known.promises, locale),
        "elephant": known.elephant,
        "thing": known.thing,
    }
    if not all(values.get(name) for name in placeholders(template)):
        return None
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)


def placeholders(template: str) -> tuple[str, ...]:
    """The names in double braces, known or not, in order."""
    return tuple(PLACEHOLDER.findall(template))


def words_to_say(item: Item, own: str, known: KnownOfDeal) -> str:
    """Return what to say at a step or objective: the rep's own words, else the playbook's; without a gap in them."""
    for template in (own, item.say, item.say_unprepared):
        if template and (filled := fill(template, known)) is not None:
            return filled
    return ""


def opening_line(book: Playbook, known: KnownOfDeal) -> str:
    """Return how to begin: what it is about, how long it takes, and that either outcome is fine (M9.1)."""
    return fill(book.opening, known) or fill(book.opening_nobody, known) or ""


def voicemail(book: Playbook, known: KnownOfDeal) -> str:
    """Return what to leave on a voicemail."""
    return fill(book.message, known) or fill(book.message_nobody, known) or ""


def _enumerated(wordings: Sequence[str], locale: str) -> str:
    told = [" ".join(wording.split()).rstrip(".;,") for wording in wordings][:MOST_TOLD]
    return format_list([each for each in told if each], locale=locale)
