"""The workspace clock: real time plus an offset that users can move, and message timestamps."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.errors import BadInputError

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RELATIVE = re.compile(r"([+-])(\d{1,6})([smhdw])")
WEEKDAY = re.compile(rf"next ({'|'.join(WEEKDAYS)})(?: (\d{{1,2}}):(\d{{2}}))?")
TEN_YEARS = 10 * 366 * 86_400.0


class WorkspaceClock:
    """Workspace time in seconds since the epoch. Each of `listeners` is called with the seconds that it was moved by.

    `ts()` never repeats and never goes back, even if the clock does: clients rely on the order.
    """

    def __init__(self, timezone: str, real_time: Callable[[], float] = time.time) -> None:
        self.zone = ZoneInfo(timezone)
        self.offset = 0.0
        self._real_time = real_time
        self._last_ts = 0
        self.listeners: list[Callable[[float], None]] = []

    def now(self) -> float:
        """Workspace time in seconds since the epoch."""
        return self._real_time() + self.offset

    def iso(self) -> str:
        """Workspace time as ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="seconds")

    def ts(self, at: float | None = None) -> str:
        """A new message timestamp: `seconds.microseconds`, unique and increasing; `at` sets a past time (seeds)."""
        micros = max(int((self.now() if at is None else at) * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def move(self, by: str) -> None:
        """Move the clock: `+1h`, `-30m`, `+1d`, `next monday 9:00` (in the workspace's zone) or `reset`.

        Raises `BadInputError` if `by` cannot be parsed or leads more than ten years away.
        """
        offset = self._offset_after(by.strip().lower())
        if abs(offset) > TEN_YEARS:
            raise BadInputError("The clock can be moved by ten years at most.")
        moved_by = offset - self.offset
        self.offset = offset
        for listener in self.listeners:
            listener(moved_by)

    def _offset_after(self, by: str) -> float:
        if by == "reset":
            return 0.0
        if relative := RELATIVE.fullmatch(by):
            sign, amount, unit = relative.groups()
            return self.offset + (1 if sign == "+" else -1) * int(amount) * UNITS[unit]
        if weekday := WEEKDAY.fullmatch(by):
            name, hour, minute = weekday.groups(default="0")
            return self.offset + self._until(WEEKDAYS.index(name), int(hour), int(minute))
        raise BadInputError("Say for example +1h, +1d, next monday 9:00 or reset.")

    def _until(self, weekday: int, hour: int, minute: int) -> float:
        if hour > 23 or minute > 59:
            raise BadInputError("There is no such time of day.")
        now = datetime.fromtimestamp(self.now(), self.zone)
        days = (weekday - now.weekday()) % 7 or 7
        target = (now + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
        return target.timestamp() - self.now()
