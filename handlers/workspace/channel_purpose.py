"""What a channel is for: win summaries, detecting deals, or neither."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What a channel is for. `UNSET`: nobody has chosen yet, so its name decides."""

    UNSET = "unset"
    WINS = "wins"
    LISTEN = "listen"
    EXCLUDED = "excluded"


CHOICES = (Purpose.WINS, Purpose.LISTEN, Purpose.EXCLUDED)
"""The purposes that a person can choose."""


def effective_purpose(purpose: Purpose, name: str | None) -> Purpose:
    """The purpose that applies, one of `CHOICES`: the chosen one, else the one that the name suggests."""
    if purpose is not Purpose.UNSET:
        return purpose
    words = (name or "").casefold().replace("-", " ").split()  # Slack's names have hyphens, Teams' are words
    return Purpose.WINS if "wins" in words else Purpose.LISTEN
