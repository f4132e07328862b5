"""The life of a deal: its stages, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a deal stands. The words are METHOD's (The life of a deal in the product)."""

    SIGHTED = "sighted"
    OPEN = "open"
    SCHEDULED = "scheduled"
    IN_CALL = "in_call"
    ALIGNED = "aligned"
    RECAPPED = "recapped"
    DELIVERING = "delivering"
    COMPLETED = "completed"
    DISMISSED = "dismissed"
    CANCELLED = "cancelled"
    LOST = "lost"


class Doubt(StrEnum):
    """Why a deal may be none after all: the message that it was made from is gone, or its author took it back."""

    DELETED = "deleted"
    RETRACTED = "retracted"


CALL_TO_MAKE = frozenset({Stage.OPEN, Stage.SCHEDULED})
"""The alignment call was not made yet."""

CALL_NOT_MADE = CALL_TO_MAKE | {Stage.SIGHTED}
"""Nothing was said to the customer yet: the deal may still be doubted, and its facts are still ours to put right."""

CALL_UNDER_WAY = CALL_TO_MAKE | {Stage.IN_CALL}
"""The alignment is not finished: statements may still be captured and read back."""

NOT_STOOD_BY = frozenset({Stage.SIGHTED, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST})
"""Only suspected, or given up: the rep may still say that it is a deal."""

WON = frozenset(Stage) - NOT_STOOD_BY
"""A win that the rep stands by; what a summary counts."""

PREPARABLE = WON - {Stage.COMPLETED}
"""A call may still come: the brief can be written and changed."""

ALIGNED_OR_LATER = frozenset({Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING, Stage.COMPLETED})
"""Every statement of the deal was settled with the customer."""

CORRECTABLE = frozenset({Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING})
"""The customer may still correct what they agreed to, which opens the call again (M6.3)."""

_NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.SIGHTED: frozenset({Stage.OPEN, Stage.DISMISSED}),
    Stage.OPEN: frozenset({Stage.SCHEDULED, Stage.IN_CALL, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST}),
    Stage.SCHEDULED: frozenset({Stage.OPEN, Stage.IN_CALL, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST}),
    Stage.IN_CALL: frozenset({Stage.ALIGNED, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST}),
    # A correction after the alignment opens the call again (M6.3).
    Stage.ALIGNED: frozenset({Stage.IN_CALL, Stage.RECAPPED, Stage.CANCELLED, Stage.LOST}),
    Stage.RECAPPED: frozenset({Stage.IN_CALL, Stage.DELIVERING, Stage.CANCELLED, Stage.LOST}),
    Stage.DELIVERING: frozenset({Stage.IN_CALL, Stage.COMPLETED, Stage.CANCELLED, Stage.LOST}),
    Stage.COMPLETED: frozenset(),
    # "Not a deal" is one tap and can be taken back; whose deal it is may still have to be asked then.
    Stage.DISMISSED: frozenset({Stage.OPEN, Stage.SIGHTED}),
    Stage.CANCELLED: frozenset({Stage.OPEN}),
    Stage.LOST: frozenset({Stage.OPEN}),
}


def may_become(stage: Stage, following: Stage) -> bool:
    """Whether a deal in `stage` may go to `following`. A stage never follows itself."""
    return following in _NEXT[stage]
