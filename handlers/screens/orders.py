"""Screens about changes of an order, and about its next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.method.order_changes import OrderChangeKind
from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class OrderForm:
    """The form that changes an order: the possible changes, the chosen one, and the amount as it can be typed."""

    deal: DealFacts
    choices: tuple[OrderChangeKind, ...]
    chosen: OrderChangeKind | None
    amount: str


@dataclass(frozen=True, slots=True)
class EndingQuestion:
    """Asks whether the order was cancelled or refunded."""

    deal: DealFacts
    kind: OrderChangeKind


@dataclass(frozen=True, slots=True)
class AmountChanged:
    """Confirms another amount; `was` is None if there was none. Both are formatted."""

    deal: DealFacts
    was: str | None


@dataclass(frozen=True, slots=True)
class OrderQuestion:
    """A tool reports a change of the order: is it so? `amount` is formatted, `owner` the platform's id of a person."""

    deal: DealFacts
    kind: OrderChangeKind
    row_id: int
    amount: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class StepForm:
    """The form for the next step. `done`: the one before was just done; `moving`: only the day changes."""

    deal: DealFacts
    step: str = ""
    done: bool = False
    moving: bool = False


@dataclass(frozen=True, slots=True)
class StepSet:
    """Confirms the next step, and the day that was understood; None if it names none."""

    deal: DealFacts
    step: str
    on: date | None
