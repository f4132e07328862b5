"""A monotonic timer that only moves when the test moves it."""

from __future__ import annotations


class ManualTimer:
    """Call it for the seconds; set `now` to move it."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now
