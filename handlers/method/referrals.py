"""Referrals: when they may be asked for, what the customer answers, and how far each introduction has come.

They are earned, never begged for (M5.2), and asked for in a short meeting of its own; an introduction is what counts,
not a name (M10.8). The ask is closed as long as a promise is not met by the customer's own word, and again as soon as
one is missed.

    closed  <->  ready  ->  planned  ->  named
                              |     ->  thinking, not now: asked again later
                              '     ->  declined: not brought up again
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class AskStep(StrEnum):
    """A step of asking: a planned meeting, one without a time again, or what the customer answered."""

    PLANNED = "planned"
    CLEARED = "cleared"
    NAMES = "names"
    THINKING = "thinking"
    NOT_NOW = "not_now"
    DECLINED = "declined"


ANSWERS = (AskStep.NAMES, AskStep.THINKING, AskStep.NOT_NOW, AskStep.DECLINED)
"""What the customer can answer."""
ANY_TIME = frozenset({AskStep.CLEARED, AskStep.NOT_NOW, AskStep.DECLINED})
"""Steps that ask for nothing: they may be recorded while the ask is closed."""


class AskState(StrEnum):
    """Where asking for the referrals stands."""

    CLOSED = "closed"
    READY = "ready"
    PLANNED = "planned"
    NAMED = "named"
    THINKING = "thinking"
    NOT_NOW = "not_now"
    DECLINED = "declined"


_STATES = {
    None: AskState.READY,
    AskStep.CLEARED: AskState.READY,
    AskStep.PLANNED: AskState.PLANNED,
    AskStep.NAMES: AskState.NAMED,
    AskStep.THINKING: AskState.THINKING,
    AskStep.NOT_NOW: AskState.NOT_NOW,
    AskStep.DECLINED: AskState.DECLINED,
}


def ask_state(earned: bool, last: AskStep | None) -> AskState:
    """Where asking stands: `earned` by what became of the promises, `last` is the newest step, if any."""
    return _STATES[last] if earned else AskState.CLOSED


def may_record(earned: bool, step: AskStep) -> bool:
    """Whether the step can be recorded: only referrals that are earned are asked for (M5.2)."""
    return earned or step in ANY_TIME


class ReferralStep(StrEnum):
    """How far an introduction has come. `DROPPED`: it came to nothing."""

    NAMED = "named"
    INTRODUCED = "introduced"
    MET = "met"
    WON = "won"
    DROPPED = "dropped"


FORWARD = (ReferralStep.INTRODUCED, ReferralStep.MET, ReferralStep.WON)


@dataclass(frozen=True, slots=True)
class ReferralDates:
    """When each step of an introduction was made. A step is never without the one before it."""

    named_at: datetime
    introduced_at: datetime | None = None
    met_at: datetime | None = None
    won_at: datetime | None = None
    dropped_at: datetime | None = None

    @property
    def step(self) -> ReferralStep:
        """How far it has come."""
        if self.dropped_at is not None:
            return ReferralStep.DROPPED
        made = [step for step, at in zip(FORWARD, self._forward, strict=True) if at is not None]
        return made[-1] if made else ReferralStep.NAMED

    @property
    def is_open(self) -> bool:
        """Something can still come of it."""
        return self.step not in (ReferralStep.WON, ReferralStep.DROPPED)

    @property
    def following(self) -> ReferralStep | None:
        """The step that comes next; None if nothing does."""
        if not self.is_open:
            return None
        return next(step for step, at in zip(FORWARD, self._forward, strict=True) if at is None)

    @property
    def moved_at(self) -> datetime:
        """When it last moved."""
        return max(at for at in (self.named_at, *self._forward, self.dropped_at) if at is not None)

    @property
    def _forward(self) -> tuple[datetime | None, ...]:
        return self.introduced_at, self.met_at, self.won_at


def advanced(dates: ReferralDates, step: ReferralStep, at: datetime) -> ReferralDates:
    """The dates once this step was made at `at`. A step that was made before, or is not possible, changes nothing.

    A later step includes the earlier ones: whoever was met was introduced.
    """
    if not dates.is_open or step is ReferralStep.NAMED:
        return dates
    if step is ReferralStep.DROPPED:
        return replace(dates, dropped_at=at)
    introduced_at = dates.introduced_at or at
    if step is ReferralStep.INTRODUCED:
        return replace(dates, introduced_at=introduced_at)
    met_at = dates.met_at or at
    won_at = at if step is ReferralStep.WON else None
    return replace(dates, introduced_at=introduced_at, met_at=met_at, won_at=won_at)


def taken_back(dates: ReferralDates, step: ReferralStep) -> ReferralDates:
    """The dates without this step, if it is the last one that was made; else as they are."""
    if dates.step is not step or step is ReferralStep.NAMED:
        return dates
    match step:
        case ReferralStep.DROPPED:
            return replace(dates, dropped_at=None)
        case ReferralStep.WON:
            return replace(dates, won_at=None)
        case ReferralStep.MET:
            return replace(dates, met_at=None)
        case _:
            return replace(dates, introduced_at=None)


def waiting_since(referrals: Iterable[ReferralDates]) -> datetime | None:
    """Since when the introduction that has waited longest has not moved; None if none is open."""
    return min((each.moved_at for each in referrals if each.is_open), default=None)


@dataclass(frozen=True, slots=True)
class ReferralCounts:
    """What was agreed, and what came of it: numbers only, so that anybody may see them.

    `agreed` is None if the customer agreed to no number. Who was met counts as introduced, too.
    """

    agreed: int | None = None
    got: int = 0
    introduced: int = 0
    met: int = 0
    won: int = 0


def referral_counts(agreed: int | None, referrals: Iterable[ReferralDates]) -> ReferralCounts:
    """Count agreement against outcome."""
    found = list(referrals)
    return ReferralCounts(
        agreed=agreed,
        got=len(found),
        introduced=sum(each.introduced_at is not None for each in found),
        met=sum(each.met_at is not None for each in found),
        won=sum(each.won_at is not None for each in found),
    )
