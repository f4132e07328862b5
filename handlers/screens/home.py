"""The screen that a person opens first: what is next, what is due, and their deals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from handlers.screens.challenges import ChallengeFacts
from handlers.screens.deals import DealCard, DealFacts, DealList, Fear
from handlers.screens.review import Scores


class HomeFilter(StrEnum):
    """Which deals are listed: by what they wait for."""

    ALL = "all"
    CALL = "call"
    PROMISES = "promises"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DuePromise:
    """A promise that is due by the end of the week, or should have been kept before."""

    deal: DealFacts
    wording: str
    day: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class PrivateCorner:
    """What only the person sees of themselves; `calls` is None until there are enough of them."""

    calls: Fear | None
    self_checks: tuple[Scores, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """`first` is the one thing to do now, None if there is none. The totals count what is not shown, too.

    `counts` says how many deals each filter lists; without `DONE`, which is counted only when it is listed.
    """

    first: DealCard | ChallengeFacts | DuePromise | None
    promises: tuple[DuePromise, ...]
    promises_total: int
    challenges: tuple[ChallengeFacts, ...]
    challenges_total: int
    deals: DealList
    filter: HomeFilter
    counts: dict[HomeFilter, int]
    corner: PrivateCorner
