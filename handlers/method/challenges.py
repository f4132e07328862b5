"""A challenge: something that goes wrong after the call, and what the rep does about it (M7.1, M7.2, M10.9, M10.10).

    to_tell --told--> told --solved--> solved --confirmed--> confirmed
                      | ^               | ^
                      '-' updated       | | solved
                                        v |
                                      reopened (updated)

One that was logged by mistake is withdrawn before the customer is told.

Its state follows from the steps that were recorded; nothing else is stored of it. The rep answers for all of them,
whoever does the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

MOST_SEVERE = 3
SEVERITIES = range(1, MOST_SEVERE + 1)


class ChallengeState(StrEnum):
    """Where a challenge stands. `REOPENED`: the customer says that it is not solved."""

    TO_TELL = "to_tell"
    TOLD = "told"
    SOLVED = "solved"
    REOPENED = "reopened"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What the rep did about it."""

    TOLD = "told"
    UPDATED = "updated"
    SOLVED = "solved"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


class Whose(StrEnum):
    """Whose mistake it is."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODY = "nobody"


class How(StrEnum):
    """How the customer was told."""

    PHONE = "phone"
    EMAIL = "email"
    VISIT = "visit"
    CHAT = "chat"


_FOLLOWING: dict[ChallengeState, dict[Step, ChallengeState]] = {
    ChallengeState.TO_TELL: {Step.TOLD: ChallengeState.TOLD, Step.WITHDRAWN: ChallengeState.WITHDRAWN},
    ChallengeState.TOLD: {Step.UPDATED: ChallengeState.TOLD, Step.SOLVED: ChallengeState.SOLVED},
    ChallengeState.SOLVED: {Step.CONFIRMED: ChallengeState.CONFIRMED, Step.REOPENED: ChallengeState.REOPENED},
    ChallengeState.REOPENED: {Step.UPDATED: ChallengeState.REOPENED, Step.SOLVED: ChallengeState.SOLVED},
    ChallengeState.CONFIRMED: {},
    ChallengeState.WITHDRAWN: {},
}
SETTLED = frozenset({ChallengeState.CONFIRMED, ChallengeState.WITHDRAWN})
"""Nothing more is to be done."""


def steps_from(state: ChallengeState) -> frozenset[Step]:
    """The steps that can follow in this state."""
    return frozenset(_FOLLOWING[state])


def after_step(state: ChallengeState, step: Step) -> ChallengeState:
    """The state after the step. Raises `ValueError` if the step cannot follow."""
    if step not in _FOLLOWING[state]:
        raise ValueError(f"{step} does not follow {state}")
    return _FOLLOWING[state][step]


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step, and when it was done, as the rep says."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge of a deal. `tell_by` is by when the customer is to be told; `severity` is 1 to 3, 3 the worst."""

    id: int
    severity: int
    discovered_at: datetime
    tell_by: datetime
    steps: Sequence[StepTaken] = ()

    @property
    def state(self) -> ChallengeState:
        """Where it stands after its steps."""
        state = ChallengeState.TO_TELL
        for taken in self.steps:
            state = after_step(state, taken.step)
        return state

    @property
    def is_open(self) -> bool:
        """Something is still to be done."""
        return self.state not in SETTLED

    @property
    def told_at(self) -> datetime | None:
        """When the customer was told first."""
        return next((taken.at for taken in self.steps if taken.step is Step.TOLD), None)

    @property
    def told_in_time(self) -> bool | None:
        """Whether the customer was told by then; None until they are told."""
        return None if self.told_at is None else self.told_at <= self.tell_by

    @property
    def since(self) -> datetime:
        """When the present state began, or the customer last heard of it."""
        return self.steps[-1].at if self.steps else self.discovered_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether the customer should know by now, and does not."""
        return self.state is ChallengeState.TO_TELL and now > self.tell_by


def most_urgent_first(challenges: Sequence[Challenge]) -> list[Challenge]:
    """Those that the customer does not know of first, by their time; then what they are waiting for longest.

    The worse of two goes first (M10.10); what is only to be confirmed comes after what is unsolved.
    """
    order = {
        ChallengeState.TO_TELL: 0,
        ChallengeState.REOPENED: 1,
        ChallengeState.TOLD: 2,
        ChallengeState.SOLVED: 3,
        ChallengeState.CONFIRMED: 4,
        ChallengeState.WITHDRAWN: 4,
    }

    def rank(each: Challenge) -> tuple[int, datetime, int, datetime, int]:
        waits_for = each.tell_by if each.state is ChallengeState.TO_TELL else datetime.min.replace(tzinfo=UTC)
        return order[each.state], waits_for, -each.severity, each.since, each.id

    return sorted(challenges, key=rank)
