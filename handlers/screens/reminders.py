"""Screens of reminders, scheduling, snoozing and settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from handlers.method import reminders_due
from handlers.method.offered_times import OfferedTime, Snooze
from handlers.method.recurrence import Recurrence
from handlers.method.reminder_profiles import ReminderProfile
from handlers.method.statements import Statement
from handlers.method.working_time import TimeOff
from handlers.screens.call import ReachableContact
from handlers.screens.challenges import ChallengeFacts
from handlers.screens.cover import CoverOffer
from handlers.screens.deals import DealCard, DealFacts
from handlers.workspace.channel_purpose import Purpose
from prompts.cadence import Hours


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
    otherwise: datetime | None = None
    """What the typed time may also mean, in the rep's zone."""
    days_after_close: int | None = None
    """How many days after the close it is, if that is more than one and could be sooner."""
    sooner: OfferedTime | None = None
    """The earliest time that is offered instead."""
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
class MovedReminder:
    """The rep does not work at the time that they asked for, `asked` in their zone: why, and what would have told.

    `hours` are their working hours, `back` the day on which they return.
    """

    asked: datetime
    why: TimeOff
    hours: Hours
    back: date | None


@dataclass(frozen=True, slots=True)
class ReminderSnoozed:
    """The rep will be reminded later. `coaches` answers the fear of the call (M1.1)."""

    deal: DealFacts
    until: datetime
    coaches: bool
    moved: MovedReminder | None = None
    """Why it is not at the time that the rep asked for."""
    otherwise: datetime | None = None
    """What the typed time may also mean, in the rep's zone."""


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
    profile: ReminderProfile = ReminderProfile.STANDARD
    silent: tuple[DealFacts, ...] = ()
    """Deals that wait, and that no reminder is planned for any more: the digest has asked about them often enough."""


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


class Timing(StrEnum):
    """When the reminder of an occasion comes."""

    ON_THE_DAY = "on_the_day"
    LATE = "late"
    """Its day or its hour is over: do it today."""
    DAY_OFF = "day_off"
    """Before its day, on which the rep does not work: do it today."""
    AHEAD = "ahead"
    """The day before, because it is due before the rep's day begins."""


@dataclass(frozen=True, slots=True)
class PromisedOccasion:
    """An occasion of a promise that recurs: what was agreed, and with whom.

    `name` is the contact's, else the customer's. `movable`: it was not put off yet.
    """

    statement_id: int
    number: int
    day: date
    rule: Recurrence
    wording: str
    name: str
    timing: Timing = Timing.ON_THE_DAY
    movable: bool = True


class OccasionOutcome(StrEnum):
    """What became of an occasion of a promise that recurs."""

    DONE = "done"
    THEY_CALLED = "they_called"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class OccasionAnswered:
    """The rep settled an occasion, or put it off to the day `moved_to`. `next_on` is the day of the next reminder."""

    deal: DealFacts
    occasion: PromisedOccasion
    moved_to: date | None = None
    next_on: date | None = None
    outcome: OccasionOutcome = OccasionOutcome.DONE


class DigestStep(StrEnum):
    """How a digest speaks of a deal: that it waits, what to do about it, the same again, and for the last time."""

    WAITS = "waits"
    ASKS = "asks"
    AGAIN = "again"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder about one deal. `wording` is a promise's, `days` is the time since the recap for a look back.

    `occasion` is that of a promise that recurs, `challenge` the one to act on. `step` is for a deal in the digest;
    `settled`: it no longer asks for anything.
    `promise` is the one that comes due; `occasion` is that of a promise that recurs. `step` is for a deal in the
    digest; `settled`: it no longer asks for anything.
    """

    card: DealCard
    kind: reminders_due.Kind
    wording: str = ""
    days: int = 0
    occasion: PromisedOccasion | None = None
    step: DigestStep = DigestStep.WAITS
    settled: bool = False
    challenge: ChallengeFacts | None = None
    promise: Statement | None = None
    step_id: int = 0
    """The entry of the next step that the reminder is about."""
    keeper: str = ""
    """Who keeps the promise and has not answered, by the platform's id: the rep is told."""
    offer: CoverOffer | None = None
    """Shall a colleague be asked to make the call? The line asks only that."""
    for_keeper: bool = False
    """The reader keeps the promise, and does nothing else on the deal."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The open items of several deals in one message. `total` includes those that are not shown.

    `replaced`: a newer digest tells of all that is still open.
    """

    items: tuple[Nudge, ...]
    total: int
    replaced: bool = False
    without_step: tuple[DealFacts, ...] = ()
    """Deals that should have a next step, and have none with a day to come."""


@dataclass(frozen=True, slots=True)
class RetiredReminder:
    """Takes the place of a reminder that was answered, or that a newer one follows."""

    card: DealCard
    newer: bool = False


@dataclass(frozen=True, slots=True)
class StoppedReminder:
    """Takes the place of a reminder of a deal that the rep wants no more reminders of."""

    deal: DealFacts


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
