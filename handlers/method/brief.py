"""What a brief holds, what it lacks, and what follows from that: hints, questions, an opening line (M2, M9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.method.salutation import salutation
from handlers.method.urgency import Sellers
from prompts.brief import BriefBook, Gap
from prompts.recap_rules import recap_rules
from prompts.wording import Wording

MOST_QUESTIONS = 6
"""Shown at once: nobody asks twelve."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the customer said that they need, and our commitment on how it is met; empty while there is none (M2.3)."""

    need: str
    commitment: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the rep has prepared for a call. A text is empty while it is not known."""

    decision_maker: str = ""
    functional_decision_maker: str = ""
    sellers: Sellers | None = None
    requirements: tuple[Requirement, ...] = ()
    opening: str = ""
    """In the rep's own words; empty for the suggested line."""
    elephant: str = ""
    proposal: str = ""
    """An http(s) address."""
    notes: str = ""


def gaps(prepared: Prepared) -> frozenset[Gap]:
    """What is missing, or should be asked about."""
    shown = {
        Gap.DECISION_MAKER: not prepared.decision_maker,
        Gap.FUNCTIONAL_DECISION_MAKER: not prepared.functional_decision_maker,
        Gap.SELLERS: prepared.sellers is None,
        Gap.MANY_SELLERS: prepared.sellers not in (None, Sellers.UP_TO_ONE),
        Gap.REQUIREMENTS: not prepared.requirements,
        Gap.COMMITMENTS: not all(requirement.commitment for requirement in prepared.requirements),
        Gap.PROPOSAL: not prepared.proposal,
        Gap.ELEPHANT: not prepared.elephant,
        Gap.ALWAYS: True,
    }
    return frozenset(gap for gap, is_there in shown.items() if is_there)


def questions(prepared: Prepared, book: BriefBook) -> tuple[str, ...]:
    """The questions that are worth asking, the most worthwhile first."""
    there = gaps(prepared)
    return tuple(question.text for question in book.questions if question.when in there)[:MOST_QUESTIONS]


def suggested_opening(decision_maker: str, words: Wording) -> str:
    """How to begin: what was agreed last, how long it takes, and that either outcome is fine (M9.1). Plain text."""
    name = salutation(decision_maker, recap_rules(words.locale).names)
    return words("opening.line", name=name) if name else words("opening.line_nobody")


def carried_over(before: Sequence[Requirement], needs: Sequence[str]) -> tuple[Requirement, ...]:
    """The requirements that `needs` name, with the commitments that they had.

    A line that reads as before keeps its commitment wherever it stands. When as many lines are new as are gone, they
    were reworded, in order: each keeps the commitment of the line that it replaces.
    """
    had = {requirement.need.casefold(): requirement for requirement in before}
    stays = {need.casefold() for need in needs} & set(had)
    gone = [requirement for key, requirement in had.items() if key not in stays]
    new = [need for need in needs if need.casefold() not in stays]
    reworded = dict(zip(new, gone, strict=True)) if len(new) == len(gone) else {}
    return tuple(
        Requirement(need, found.commitment if found else "")
        for need in needs
        for found in (had.get(need.casefold()) or reworded.get(need),)
    )
