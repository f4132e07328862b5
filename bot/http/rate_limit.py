"""How often something may be asked for: a number of times in a span, counted per key, in bounded memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 10_000


class RateLimit:
    """At most `times` per `seconds` and key. `clock` counts seconds."""

    def __init__(self, times: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._times = times
        self._seconds = seconds
        self._clock = clock
        self._spans: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def seconds_to_wait(self, key: str) -> float:
        """Count one; 0 if it may be done now, else in how many seconds."""
        now = self._clock()
        began, done = self._spans.pop(key, (now, 0))
        if now - began >= self._seconds:
            began, done = now, 0
        self._spans[key] = began, done + 1
        if len(self._spans) > MOST_KEYS:
            self._spans.popitem(last=False)
        return 0.0 if done < self._times else max(1.0, began + self._seconds - now)
