"""The brief of a deal: its contents, its gaps, and the questions that follow (M2, M9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.method.urgency import Sellers
from prompts.brief import BriefBook, Gap

MAX_QUESTIONS = 6
"""Shown at once; a rep will not ask twelve."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A need of the customer, and the commitment that meets it; the commitment is empty until it is known (M2.3)."""

    need: str
    commitment: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the rep prepared for a call. A text is empty until it is known."""

    decision_maker: str = ""
    functional_decision_maker: str = ""
    sellers: Sellers | None = None
    requirements: tuple[Requirement, ...] = ()
    opening: str = ""
    """The rep's own line; empty for the suggested one."""
    elephant: str = ""
    proposal: str = ""
    """An http(s) URL."""
    notes: str = ""


def gaps(prepared: Prepared) -> frozenset[Gap]:
    """Return what is missing or should be asked about."""
    present = {
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
    return frozenset(gap for gap, is_present in present.items() if is_present)


def questions(prepared: Prepared, book: BriefBook) -> tuple[str, ...]:
    """Return the questions worth asking, the best first."""
    open_gaps = gaps(prepared)
    return tuple(question.text for question in book.questions if question.when in open_gaps)[:MAX_QUESTIONS]


def carry_over_commitments(before: Sequence[Requirement], needs: Sequence[str]) -> tuple[Requirement, ...]:
    """Return the requirements for `needs`, with the commitments that they had before.

    An unchanged line keeps its commitment even when it moved. When as many lines are new as are gone, they count as
    reworded, in order: each keeps the commitment of the line that it replaces.
    """
    by_key = {requirement.need.casefold(): requirement for requirement in before}
    kept = {need.casefold() for need in needs} & set(by_key)
    gone = [requirement for key, requirement in by_key.items() if key not in kept]
    new = [need for need in needs if need.casefold() not in kept]
    reworded = dict(zip(new, gone, strict=True)) if len(new) == len(gone) else {}
    return tuple(
        Requirement(need, previous.commitment if previous else "")
        for need in needs
        for previous in (by_key.get(need.casefold()) or reworded.get(need),)
    )
