"""What time it is: one piece that is handed to whoever needs it, so that the demo can move time for all at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The real time plus an offset, which is zero but for the demo and the tests."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The present moment as aware UTC."""
        return datetime.now(UTC) + self.offset
