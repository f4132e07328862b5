"""Screens of the referrals: the ask that was earned, and how far each introduction has come (M5.2, M10.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.method.offered_times import OfferedTime
from handlers.method.promise_outcomes import TrackedPromise
from handlers.method.referrals import AskState, ReferralCounts, ReferralDates
from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A person whom the customer named. Only the deal's rep is shown this.

    `thanks` is what to say to the customer now; empty if there is nothing new to thank for.
    """

    id: int
    name: str
    how_known: str
    introduction: str
    dates: ReferralDates
    thanks: str = ""


@dataclass(frozen=True, slots=True)
class ReferralsScreen:
    """The deal's referrals: whether they can be asked for, what to say, and who was named."""

    deal: DealFacts
    state: AskState
    name: str
    """How the rep addresses the person they ask; empty if it is unknown."""
    words: str
    """What to say, in one breath."""
    invitation: str
    """How to ask for the meeting."""
    definition: str
    gaps: tuple[TrackedPromise, ...]
    """What stands between the deal and its referrals, missed ones first."""
    counts: ReferralCounts
    referrals: tuple[ReferralRow, ...] = ()
    """Open ones first."""
    meeting: str | None = None
    """When the rep asks, formatted in their zone."""
    meeting_over: bool = False
    answered_at: datetime | None = None
    """When the customer last answered."""


@dataclass(frozen=True, slots=True)
class ReferralMeetingForm:
    """The form to plan the meeting: offered times, and the zone to type in. `planned` is its time now, formatted."""

    deal: DealFacts
    offers: tuple[OfferedTime, ...]
    planned: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class ReferralAskedForm:
    """The form for what the customer answered."""

    deal: DealFacts
    words: str


@dataclass(frozen=True, slots=True)
class ReferralForm:
    """The form of one person whom the customer named; `id` is 0 for a new one."""

    deal: DealFacts
    id: int = 0
    name: str = ""
    how_known: str = ""
    introduction: str = ""
    is_open: bool = False
    """Something can still come of the introduction."""
