"""The brief before the call on screen."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.method.brief import Prepared, Requirement
from handlers.screens.deals import DealCard, DealFacts


@dataclass(frozen=True, slots=True)
class BriefScreen:
    """The whole brief: to look at, and to print. `sent`: it was just asked for as a message."""

    card: DealCard
    prepared: Prepared
    opening: str
    """The rep's own line or the suggested one (M9.1)."""
    no_decision_maker: str
    no_functional_decision_maker: str
    """What it costs not to know them (M2.1)."""
    questions: tuple[str, ...]
    sent: bool = False


@dataclass(frozen=True, slots=True)
class BriefContactsScreen:
    """The first step of the brief: who decides, who works with it, who else sold to them, what they need."""

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
    """Our commitments on some of the requirements of a version of the brief (M2.3)."""

    deal: DealFacts
    version: int
    requirements: tuple[NumberedRequirement, ...]
    total: int


@dataclass(frozen=True, slots=True)
class BriefNotesScreen:
    """The last step of the brief: how to begin, the elephant, the proposal, notes."""

    deal: DealFacts
    prepared: Prepared
    opening: str
    """To start from."""


BriefStep = BriefScreen | BriefContactsScreen | BriefCommitmentsScreen | BriefNotesScreen
"""What preparing a call shows."""
