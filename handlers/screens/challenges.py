"""Screens of challenges and compliments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.method.challenges import ChallengeState, How, Step, Whose
from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class ChallengeLine:
    """What to do and what to say now."""

    advice: str
    say: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step that was taken. `words` are the rep's, `actor` is the platform's id of who recorded it."""

    step: Step
    how: How | None
    words: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class ChallengeFacts:
    """What every screen shows of a challenge.

    `touches` is the wording of the statement that it touches, `agreed` that of the statement which sets its time; both
    are empty if there is none. `line` is what to say next; None once it is settled.
    """

    id: int
    deal: DealFacts
    what: str
    severity: int
    whose: Whose
    state: ChallengeState
    discovered_at: datetime
    tell_by: datetime
    touches: str
    agreed: str
    told_in_time: bool | None
    overdue: bool
    line: ChallengeLine | None
    steps: tuple[StepShown, ...] = ()


@dataclass(frozen=True, slots=True)
class ChallengeScreen:
    """One challenge: where it stands, what to say, and the next steps."""

    challenge: ChallengeFacts


@dataclass(frozen=True, slots=True)
class ChallengeForm:
    """The form to log a challenge, or to correct one.

    `deals` are those that may be meant, `deal_id` is the one that is meant if that is certain, else 0. `when` is as it
    can be typed, in `zone`; empty for now. `challenge_id` is 0 for a new one.
    """

    deals: tuple[DealFacts, ...]
    deal_id: int
    zone: str
    what: str = ""
    severity: int = 1
    whose: Whose | None = None
    when: str = ""
    challenge_id: int = 0


@dataclass(frozen=True, slots=True)
class TouchedPromiseForm:
    """Which promise the challenge touches: `statements` are the agreed ones with their ids, `chosen` is 0 for none."""

    challenge: ChallengeFacts
    statements: tuple[tuple[int, str], ...]
    chosen: int


@dataclass(frozen=True, slots=True)
class ChallengeStepForm:
    """The form of a step: the customer was told or updated, or it is solved. `zone` is the one to type a time in."""

    challenge: ChallengeFacts
    step: Step
    zone: str


@dataclass(frozen=True, slots=True)
class ChallengeList:
    """The rep's open challenges, the most urgent first. `total` counts those that are not shown, too."""

    challenges: tuple[ChallengeFacts, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PraiseForm:
    """The form for a compliment. `contacts` are the names known at the chosen deal."""

    deals: tuple[DealFacts, ...]
    deal_id: int
    zone: str
    words: str = ""
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PraiseShown:
    """A compliment on the record. `contact` is empty if the rep named nobody."""

    contact: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PraiseKept:
    """Confirms a compliment."""

    deal: DealFacts
    praise: PraiseShown


@dataclass(frozen=True, slots=True)
class ChallengeOnRecord:
    """A line of the record: a challenge, and how it ended or stands."""

    id: int
    what: str
    state: ChallengeState
    discovered_at: datetime
    tell_by: datetime
    told_in_time: bool | None
