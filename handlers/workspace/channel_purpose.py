"""What a channel is for: whether wins are told there, and whether anything is heard there at all."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What people say that a channel is for. `UNSET`: nobody has said it yet, so its name decides."""

    UNSET = "unset"
    WINS = "wins"
    LISTEN = "listen"
    EXCLUDED = "excluded"


CHOICES = (Purpose.WINS, Purpose.LISTEN, Purpose.EXCLUDED)
"""What can be chosen."""


def effective_purpose(purpose: Purpose, name: str | None) -> Purpose:
    """What holds for a channel of that name, one of `CHOICES`: what somebody has set, else what it is called."""
    if purpose is not Purpose.UNSET:
        return purpose
    words = (name or "").casefold().replace("-", " ").split()  # Slack's names have hyphens, Teams' are words
    return Purpose.WINS if "wins" in words else Purpose.LISTEN
