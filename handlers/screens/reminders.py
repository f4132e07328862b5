"""Screens of reminders, scheduling, snoozing and settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.method import reminders_due
from handlers.method.offered_times import OfferedTime, Snooze
from handlers.screens.call import ReachableContact
from handlers.screens.deals import DealCard, DealFacts
from handlers.workspace.channel_purpose import Purpose


@dataclass(frozen=True, slots=True)
class ScheduleScreen:
    """The form to schedule the call. `planned` is its current time, formatted; `zone` is the zone to type in."""

    deal: DealFacts
    offers: tuple[OfferedTime, ...]
    planned: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class CallPlanned:
    """Confirms the call's time: `at` is in the rep's zone, formatted; None if the call has no time."""

    deal: DealFacts
    at: str | None
    there: str | None = None
    """The same in the customer's zone, if it is not within their day."""


@dataclass(frozen=True, slots=True)
class CallReminder:
    """A reminder of the call. `nth` counts from 1; `coaches` answers the fear of the call (M1.1)."""

    card: DealCard
    nth: int
    coaches: bool = False
    snoozes: tuple[Snooze, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderSnoozed:
    """The rep will be reminded later. `coaches` answers the fear of the call (M1.1)."""

    deal: DealFacts
    until: datetime
    coaches: bool


@dataclass(frozen=True, slots=True)
class SnoozeScreen:
    """The form to snooze. `zone` is the rep's IANA zone."""

    deal: DealFacts
    zone: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A queued reminder: its deal, None for a digest; when it is sent, and why then."""

    deal: DealFacts | None
    kind: reminders_due.Kind
    why: reminders_due.DueReason
    at: datetime


@dataclass(frozen=True, slots=True)
class RemindersScreen:
    """A rep's reminders, the next first, and their settings.

    `hours` and `days` are as `prompts.cadence` reads them; `away_until` is the day on which they are back, formatted.
    `stopped` are the deals without reminders; `total` includes the reminders that are not shown.
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
    """The scheduled call is about to begin. `opening` is what to say first (M9.1)."""

    card: DealCard
    opening: str
    contacts: tuple[ReachableContact, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOver:
    """The scheduled time has passed, and nothing was recorded of the call."""

    card: DealCard


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder about one deal. `wording` is a promise's, `days` is the time since the recap for a look back."""

    card: DealCard
    kind: reminders_due.Kind
    wording: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """The open items of several deals in one message. `total` includes those that are not shown."""

    items: tuple[Nudge, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CallInvite:
    """The scheduled call for the rep's calendar, in UTC. `revision` counts how often it was rescheduled."""

    deal: DealFacts
    workspace: str
    at: datetime
    revision: int
    made_at: datetime
    opening: str
    """What to say first (M9.1)."""


@dataclass(frozen=True, slots=True)
class ManagedChannel:
    """A channel that the person manages, by the platform's id, and its purpose: one of `channel_purpose.CHOICES`."""

    channel: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SettingsScreen:
    """A person's settings: their reminders, and the channels they manage; `total` counts all of those."""

    reminders: RemindersScreen
    channels: tuple[ManagedChannel, ...]
    total: int
