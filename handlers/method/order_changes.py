"""What can happen to an order after the close, and which of it is possible now."""

from __future__ import annotations

from enum import StrEnum

from handlers.method.stages import WON, Stage, may_become


class OrderChangeKind(StrEnum):
    """The change of an order. The values are kinds of the table `order_changes`."""

    CANCELLED = "cancelled"
    LOST = "lost"
    REFUNDED = "refunded"
    AMOUNT_CHANGED = "amount_changed"
    OWNER_CHANGED = "owner_changed"
    REOPENED = "reopened"


ENDINGS = {OrderChangeKind.CANCELLED: Stage.CANCELLED, OrderChangeKind.LOST: Stage.LOST}
"""The stage that a deal ends in."""
TAKEN_BACK = frozenset(ENDINGS.values())
"""The order was won, and is none any more."""
RESUMABLE = frozenset(stage for stage in Stage if may_become(Stage.CANCELLED, stage))
"""The stages in which a reopened deal can go on."""


def possible_changes(stage: Stage, *, refunded: bool) -> tuple[OrderChangeKind, ...]:
    """The changes that the rep can record now, in the order in which they are offered.

    A suspected or dismissed deal has none: it is no order yet.
    """
    if stage in TAKEN_BACK:
        return (OrderChangeKind.REOPENED,)
    if stage not in WON:
        return ()
    endings = (kind for kind, ending in ENDINGS.items() if may_become(stage, ending))
    refund = OrderChangeKind.REOPENED if refunded else OrderChangeKind.REFUNDED
    return (*endings, OrderChangeKind.AMOUNT_CHANGED, OrderChangeKind.OWNER_CHANGED, refund)


def resumed_stage(was: str | None) -> Stage:
    """Where a reopened deal goes on: where it was, but a planned call is to be planned anew. None: nobody knows."""
    return Stage(was) if was in RESUMABLE else Stage.OPEN
