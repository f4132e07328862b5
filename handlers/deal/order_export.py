"""What the export says of a deal's order after the close: its changes, and its next steps (docs/export.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storage.models import NextStep, OrderChange

_Person = dict[str, str | None]


def order_of(
    changes: Sequence[OrderChange], steps: Sequence[NextStep], people: Mapping[int, _Person]
) -> dict[str, Any]:
    """The deal's fields with the rows about its order, ready for JSON. `people` are by their database id."""
    return {
        "order_changes": [
            {
                "kind": row.kind,
                "was": row.was,
                "became": row.became,
                "reason": row.reason,
                "recorded_by": people[row.recorded_by],
                "at": row.at.isoformat(),
            }
            for row in changes
        ],
        "next_steps": [
            {
                "step": row.step,
                "due_on": None if row.due_on is None else row.due_on.isoformat(),
                "outcome": row.outcome,
                "recorded_by": people[row.recorded_by],
                "at": row.at.isoformat(),
            }
            for row in steps
        ],
    }
