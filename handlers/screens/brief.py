"""Screens of the brief before the call."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.method.brief import Prepared, Requirement
from handlers.screens.call import ReachableContact
from handlers.screens.deals import DealCard, DealFacts


@dataclass(frozen=True, slots=True)
class BriefScreen:
    """The whole brief, to read or print. `sent`: the rep just asked for it as a message."""

    card: DealCard
    prepared: Prepared
    opening: str
    """The rep's own opening line, else the suggested one (M9.1)."""
    no_decision_maker: str
    no_functional_decision_maker: str
    """What it costs not to know these contacts (M2.1)."""
    questions: tuple[str, ...]
    contacts: tuple[ReachableContact, ...] = ()
    """The contacts who are known, and how to reach them."""
    sent: bool = False


@dataclass(frozen=True, slots=True)
class BriefContactsScreen:
    """The first step: who decides, who works with the product, how many sellers there were, what they need."""

    deal: DealFacts
    prepared: Prepared
    no_decision_maker: str
    no_functional_decision_maker: str


@dataclass(frozen=True, slots=True)
class NumberedRequirement:
    """A requirement with its number, from 1."""

    number: int
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class BriefCommitmentsScreen:
    """Commitments to some of the requirements of a version of the brief (M2.3)."""

    deal: DealFacts
    version: int
    requirements: tuple[NumberedRequirement, ...]
    total: int


@dataclass(frozen=True, slots=True)
class BriefNotesScreen:
    """The last step: the opening line, the elephant, the proposal, notes."""

    deal: DealFacts
    prepared: Prepared
    opening: str
    """The text to start from."""


BriefStep = BriefScreen | BriefContactsScreen | BriefCommitmentsScreen | BriefNotesScreen
"""A step of preparing the call."""
