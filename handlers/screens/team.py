"""What concerns more than one rep: channels, wins, what could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.method.statements import AgreedCounts
from handlers.screens.deals import DealFacts
from handlers.workspace.channel_purpose import Purpose


@dataclass(frozen=True, slots=True)
class ChannelScreen:
    """What a channel is for, one of `purposes.CHOICES`. `zone` is the IANA zone of the summaries' Monday morning."""

    purpose: Purpose
    zone: str


@dataclass(frozen=True, slots=True)
class UndeliveredMessage:
    """A message that could not be delivered. `kind` is the outbox's; it was for a person or for a channel."""

    row_id: int
    kind: str
    person: str | None
    channel: str | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UndeliveredScreen:
    """What an admin sees of delivery: why nothing can be sent at all, and what was given up, `total` of it.

    It names no customer and shows no text.
    """

    blocked: str | None
    messages: tuple[UndeliveredMessage, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Win:
    """One deal of a summary."""

    deal: DealFacts
    counts: AgreedCounts
    aligned: bool


@dataclass(frozen=True, slots=True)
class WinSummary:
    """The team's wins of `[start, end)`, with the totals by currency ready to read."""

    start: datetime
    end: datetime
    wins: tuple[Win, ...]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamScreen:
    """What the team has won in the running week, and in the one before."""

    this_week: WinSummary
    last_week: WinSummary
