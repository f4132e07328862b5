"""The life of a deal: its stages, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stage of a deal, in METHOD's words (The life of a deal in the product)."""

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
    """Why a deal is in doubt: its message was deleted, or its author retracted it."""

    DELETED = "deleted"
    RETRACTED = "retracted"


CALL_TO_MAKE = frozenset({Stage.OPEN, Stage.SCHEDULED})
"""The alignment call has not been made yet."""

CALL_NOT_MADE = CALL_TO_MAKE | {Stage.SIGHTED}
"""The customer has not been called yet: the deal may still be doubted, and its facts may still be corrected."""

CALL_UNDER_WAY = CALL_TO_MAKE | {Stage.IN_CALL}
"""The alignment is not finished: statements can still be captured and read back."""

NOT_STOOD_BY = frozenset({Stage.SIGHTED, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST})
"""Suspected or given up: the rep can still say that it is a deal."""

WON = frozenset(Stage) - NOT_STOOD_BY
"""A confirmed win; a summary counts these."""

PREPARABLE = WON - {Stage.COMPLETED}
"""A call can still come: the brief can be written and changed."""

ALIGNED_OR_LATER = frozenset({Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING, Stage.COMPLETED})
"""Every statement of the deal is settled with the customer."""

KEEPING = frozenset({Stage.RECAPPED, Stage.DELIVERING})
"""The customer has the recap: what they agreed to is being kept."""

RECAPPED_OR_LATER = KEEPING | {Stage.COMPLETED}
"""What the customer agreed to is being kept, or was."""

CORRECTABLE = frozenset({Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING})
"""The customer can still correct a statement, which reopens the call (M6.3)."""

ENDED = frozenset({Stage.COMPLETED, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST})
"""Nothing more is asked about the deal, unless the rep takes it up again."""

_NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.SIGHTED: frozenset({Stage.OPEN, Stage.DISMISSED}),
    Stage.OPEN: frozenset({Stage.SCHEDULED, Stage.IN_CALL, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST}),
    Stage.SCHEDULED: frozenset({Stage.OPEN, Stage.IN_CALL, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST}),
    Stage.IN_CALL: frozenset({Stage.ALIGNED, Stage.DISMISSED, Stage.CANCELLED, Stage.LOST}),
    # A correction after the alignment reopens the call (M6.3).
    Stage.ALIGNED: frozenset({Stage.IN_CALL, Stage.RECAPPED, Stage.CANCELLED, Stage.LOST}),
    Stage.RECAPPED: frozenset({Stage.IN_CALL, Stage.DELIVERING, Stage.CANCELLED, Stage.LOST}),
    Stage.DELIVERING: frozenset({Stage.IN_CALL, Stage.COMPLETED, Stage.CANCELLED, Stage.LOST}),
    Stage.COMPLETED: frozenset(),
    # "Not a deal" is one click and can be undone; the owner may still be unknown then.
    Stage.DISMISSED: frozenset({Stage.OPEN, Stage.SIGHTED}),
    # Reopened, it goes on where it was.
    Stage.CANCELLED: frozenset({Stage.OPEN, Stage.IN_CALL, Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING}),
    Stage.LOST: frozenset({Stage.OPEN, Stage.IN_CALL, Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING}),
}


def may_become(stage: Stage, following: Stage) -> bool:
    """Whether a deal can move from `stage` to `following`. A stage never follows itself."""
    return following in _NEXT[stage]
