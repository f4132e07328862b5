"""What a call can lack although every statement is settled: then "aligned" is not said without a reason (M2, M3)."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from handlers.method.statements import AgreedCounts


class Missing(StrEnum):
    """What is missing when the call is wrapped up."""

    NOBODY = "nobody"
    """Nobody was reached (M2.1)."""
    STEPS = "steps"
    """No step of the call was done (M2)."""
    EXPECTATIONS = "expectations"
    PRIORITIES = "priorities"


class WhyMissing(StrEnum):
    """The rep's reason."""

    NO_TIME = "no_time"
    FOLLOWS = "follows"
    NOTHING_THERE = "nothing_there"
    OTHER = "other"


MISSING_ACTIONS = {why: f"missing_{why}" for why in WhyMissing}
"""The audit log's action for what was missing, by the reason."""


def missing(reached: str, steps_done: Collection[str], counts: AgreedCounts) -> tuple[Missing, ...]:
    """Return what is missing. `reached` is the contact's name or empty, `steps_done` the rules of the steps done."""
    lacking = {
        Missing.NOBODY: not reached,
        Missing.STEPS: not steps_done,
        Missing.EXPECTATIONS: not counts.expectations,
        Missing.PRIORITIES: not counts.priorities,
    }
    return tuple(each for each, is_missing in lacking.items() if is_missing)
