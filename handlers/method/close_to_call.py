"""From the close to the call: how often the rep tried, and when somebody was reached (M1.1, M1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handlers.method.stages import Stage
from prompts.cadence import TRIES


@dataclass(frozen=True, slots=True)
class CloseToCall:
    """`tries` failed; `first_try_at` is when the first of them did. `call_at`: the call was first on record then."""

    tries: int
    first_try_at: datetime | None
    call_at: datetime | None


def close_to_call(timeline: Iterable[tuple[str, datetime]]) -> CloseToCall:
    """Read it from a deal's timeline: actions with their times, oldest first. A try after the first call is none."""
    tries: list[datetime] = []
    for action, at in timeline:
        if action == Stage.IN_CALL:
            return CloseToCall(len(tries), tries[0] if tries else None, at)
        if action in TRIES:
            tries.append(at)
    return CloseToCall(len(tries), tries[0] if tries else None, None)
