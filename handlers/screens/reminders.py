"""What goes out to a rep around the call and after it, on screen, and what they want of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.method import reminders_due
from handlers.method.offered_times import OfferedTime, Snooze
from handlers.screens.deals import DealCard, DealFacts
from handlers.workspace.channel_purpose import Purpose


@dataclass(frozen=True, slots=True)
class ScheduleScreen:
    """When will the call be? `planned` is the time that it has, ready to read; `zone` the one that it is typed in."""

    deal: DealFacts
    offers: tuple[OfferedTime, ...]
    planned: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class CallPlanned:
    """What the rep said of the call's time was understood: `at` in their zone, ready to read, None for no time."""

    deal: DealFacts
    at: str | None


@dataclass(frozen=True, slots=True)
class CallReminder:
    """A nudge to make the call that has not been made. `nth` counts from 1; `coaches` answers the fear of it (M1.1)."""

    card: DealCard
    nth: int
    coaches: bool = False
    snoozes: tuple[Snooze, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderPutOff:
    """The rep will be reminded again. `coaches` answers the fear of the call (M1.1)."""

    deal: DealFacts
    until: datetime
    coaches: bool


@dataclass(frozen=True, slots=True)
class SnoozeScreen:
    """Until when shall the reminder be put off? `zone` is the IANA name of the rep's."""

    deal: DealFacts
    zone: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that waits: of which deal, or None for the digest; when, and why just then."""

    deal: DealFacts | None
    kind: reminders_due.Kind
    why: reminders_due.DueReason
    at: datetime


@dataclass(frozen=True, slots=True)
class RemindersScreen:
    """What a rep will be reminded of, the next first, and what they want.

    `hours` and `days` are as `prompts.cadence` reads them; `away_until` is the day on which they are back, ready to
    read. `stopped` are the deals that they want no reminder of; `total` counts the reminders that are not shown, too.
    """

    planned: tuple[Planned, ...]
    total: int
    reminded: bool
    hours: str
    days: str
    away_until: str | None
    zone: str
    stopped: tuple[DealFacts, ...]


@dataclass(frozen=True, slots=True)
class CallSoon:
    """The planned call is about to begin. `opening` is what to say first (M9.1)."""

    card: DealCard
    opening: str


@dataclass(frozen=True, slots=True)
class CallOver:
    """The time of the planned call is over, and nothing was recorded of it."""

    card: DealCard


@dataclass(frozen=True, slots=True)
class Nudge:
    """One deal of which something is due. `wording` is that of the promise, `days` since the recap of a look back."""

    card: DealCard
    kind: reminders_due.Kind
    wording: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What is open of several deals, in one message. `total` counts those that are not shown, too."""

    items: tuple[Nudge, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CallInvite:
    """The planned call for the rep's own calendar, in UTC. `revision` counts the times that it was given, from 0."""

    deal: DealFacts
    workspace: str
    at: datetime
    revision: int
    made_at: datetime
    opening: str
    """What to say first (M9.1)."""


@dataclass(frozen=True, slots=True)
class KeptChannel:
    """A channel that somebody keeps, by the platform's id, and what it is for: one of `purposes.CHOICES`."""

    channel: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SettingsScreen:
    """What holds for somebody: how they are reminded, and the channels that they keep; `total` counts all of those."""

    reminders: RemindersScreen
    channels: tuple[KeptChannel, ...]
    total: int
