"""What the rep says when they ask for the referrals that were earned, and when they thank for one (M5.2, M10.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.method.referrals import ReferralStep
from prompts.playbook import NAME_FIRST, PLACEHOLDER, Playbook


@dataclass(frozen=True, slots=True)
class KnownOfAsk:
    """What is filled into the words: how the rep addresses the customer (empty if unknown), and what was agreed.

    `number` is how many referrals, `number_in_words` the same to say; `agreed` is False if the customer promised none.
    """

    name: str
    number: int
    number_in_words: str
    definition: str
    agreed: bool


def asking(book: Playbook, known: KnownOfAsk) -> str:
    """Return the sentence that asks: who they promised an introduction to, or whether they would give one."""
    template = book.referral_ask["agreed" if known.agreed else "not_agreed"]
    people = book.referral_ask["one" if known.number == 1 else "several"]
    values = {
        "people": _filled(people, {"number": known.number_in_words}),
        "definition": _within_a_sentence(known.definition),
    }
    return _said_to(known.name, template, values)


def inviting(book: Playbook, known: KnownOfAsk) -> str:
    """Return how to ask for the meeting."""
    return _said_to(known.name, book.referral_ask["invitation"], {})


def thanking(book: Playbook, step: ReferralStep, name: str, who: str) -> str:
    """Return what to say to the one who referred, after a step with `who`; empty if there is nothing to thank for."""
    template = book.referral_thanks.get(step.value, "")
    return _said_to(name, template, {"who": who}) if template else ""


def _said_to(name: str, template: str, values: Mapping[str, str]) -> str:
    """Fill in. Without a name the sentence begins with what follows it."""
    if name:
        return _filled(template, {**values, "name": name})
    text = _filled(template.removeprefix(NAME_FIRST), values)
    return text[:1].upper() + text[1:]


def _filled(template: str, values: Mapping[str, str]) -> str:
    """What is filled in is not read again: people typed it."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], ""), template)


def _within_a_sentence(definition: str) -> str:
    """The definition without its capital and its full stop; a name or an abbreviation keeps its capitals."""
    ends = definition.rstrip(". ")
    return ends[:1].lower() + ends[1:] if ends[1:2].islower() or ends[1:2].isspace() else ends
