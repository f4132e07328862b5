"""The note about a deal for the company's CRM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.method.statements import Statement
from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class CrmNote:
    """What the note says; days are in the rep's zone, and null or empty where nothing is on record."""

    deal: DealFacts
    contact: str
    closed_on: date
    called_on: date | None
    recap_sent_on: date | None
    agreed: tuple[Statement, ...]
    """What the customer agrees to now, in the order in which it is read aloud."""
    next_step: str
    next_step_on: date | None
