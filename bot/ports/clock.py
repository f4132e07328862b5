"""The clock. One instance is passed to everything that needs the time, so that the demo can move time for all."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The real time plus an offset, which is zero except in the demo and in tests.

    Args:
        wall: the machine's time, aware. It jumps if somebody sets it.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        offset: timedelta = timedelta(0),
        wall: Callable[[], datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.offset = offset
        self._wall = wall
        self._monotonic = monotonic

    def now(self) -> datetime:
        """The current time as aware UTC."""
        return self._wall() + self.offset

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment, for measuring durations."""
        return self._monotonic()

    def monotonic_epoch(self) -> datetime:
        """The machine's time at which `monotonic()` was 0. It changes only if somebody sets the machine's time."""
        return self._wall() - timedelta(seconds=self._monotonic())
