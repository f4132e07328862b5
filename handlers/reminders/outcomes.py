"""What can become of a row of the outbox that is due, besides a letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.models import OutboxRow


@dataclass(frozen=True, slots=True)
class Pointless:
    """The row has lost its point and is not sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """The row has to wait a moment."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Folded:
    """The row is not sent by itself: the person's digest tells of it."""

    into: OutboxRow
    reason: str
