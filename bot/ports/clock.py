"""What time it is: one piece that is handed to whoever needs it, so that the demo can move time for all at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The real time plus an offset, which is zero but for the demo and the tests.

    Args:
        wall: the machine's time, aware. It may be set, and then it jumps.
        steady: seconds that nobody can set.
    """

    def __init__(
        self,
        offset: timedelta = timedelta(0),
        wall: Callable[[], datetime] = _wall,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.offset = offset
        self._wall = wall
        self._steady = steady

    def now(self) -> datetime:
        """The present moment as aware UTC."""
        return self._wall() + self.offset

    def monotonic(self) -> float:
        """Seconds from some moment on, for measuring how long something takes."""
        return self._steady()

    def begun(self) -> datetime:
        """When the steady seconds began, as the machine's time tells it: it moves when that time is set."""
        return self._wall() - timedelta(seconds=self._steady())
