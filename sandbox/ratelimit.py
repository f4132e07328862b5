"""Slack's rate limits: token buckets on the real clock, per method and, for posting, per channel."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import SlackRefusal

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls per minute of Slack's four tiers."""

POST_PER_SECOND = 1.0
POST_BURST = 3
POST_PER_MINUTE = 600
MAX_BUCKETS = 10_000


@dataclass(slots=True)
class Bucket:
    """The calls left in a bucket, at a moment in real seconds."""

    left: float
    at: float


class RateLimits:
    """The rate limits of one app in one workspace."""

    def __init__(self, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.enabled = enabled
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def spend_tier(self, method: str, tier: int) -> None:
        """Count one call of a method; refuses `ratelimited` with the seconds to wait."""
        self._spend(method, TIERS[tier] / 60, TIERS[tier])

    def spend_post(self, channel_id: str) -> None:
        """Count one message to a channel: one per second with a small burst, and several hundred per minute in all."""
        self._spend("chat.postMessage", POST_PER_MINUTE / 60, POST_PER_MINUTE)
        self._spend(f"chat.postMessage {channel_id}", POST_PER_SECOND, POST_BURST)

    def reset(self) -> None:
        """Refill all buckets."""
        self._buckets.clear()

    def _spend(self, key: str, per_second: float, most: int) -> None:
        if not self.enabled:
            return
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= MAX_BUCKETS:
                self._buckets.clear()
            bucket = self._buckets[key] = Bucket(most, now)
        bucket.left = min(most, bucket.left + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.left < 1:
            wait = max(1, math.ceil((1 - bucket.left) / per_second))
            raise SlackRefusal("ratelimited", status=429, retry_after=wait)
        bucket.left -= 1
