"""The manager's view: where the team's deals stand, and what waits."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.method.promise_outcomes import MissReason
from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class UncalledDeal:
    """A deal whose customer was not called yet, for so many days. `opens`: the viewer may see its record."""

    deal: DealFacts
    days: int
    opens: bool


@dataclass(frozen=True, slots=True)
class ManagerView:
    """Counts of the team's deals; `median_hours` is from the close to the call, None if no call was made.

    `partly`: promises and challenges are counted of the newest deals only. `missed` has the most frequent reason first.
    """

    wins: int
    called: int
    median_hours: int | None
    uncalled: tuple[UncalledDeal, ...]
    uncalled_total: int
    promises_due: int
    promises_overdue: int
    challenges: int
    challenges_overdue: int
    without_step: int
    handoffs_waiting: int
    kept: int
    missed: tuple[tuple[MissReason | None, int], ...]
    partly: bool = False
