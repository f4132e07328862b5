"""Pins a message in a channel, on platforms where a bot can."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Pinned(StrEnum):
    """What came of it."""

    DONE = "done"
    FULL = "full"
    """The channel has as many pins as it may."""
    NO_SCOPE = "no_scope"
    """The workspace has not granted the app that permission yet."""
    REFUSED = "refused"
    """The platform or the channel's settings do not allow it, or the message is gone."""
    FAILED = "failed"
    """No answer: worth another try."""


class PinMessage(Protocol):
    """Pins a message."""

    async def __call__(self, channel: str, ts: str) -> Pinned:
        """Pin it; one that is pinned already counts as done."""
