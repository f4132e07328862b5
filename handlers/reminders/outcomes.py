"""What can happen to a due outbox row instead of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.models import OutboxRow


@dataclass(frozen=True, slots=True)
class Pointless:
    """The row is no longer needed and is not sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """The row is sent later."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Folded:
    """The row is not sent by itself: it goes into the person's digest."""

    into: OutboxRow
    reason: str
