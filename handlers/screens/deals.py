"""Screens of deals: facts, the card, lists and choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from handlers.method.challenges import ChallengeState
from handlers.method.handoff import Feasible, HandoffState
from handlers.method.promise_outcomes import DealOutcome
from handlers.method.stages import Doubt, Stage
from handlers.method.statements import AgreedCounts, Progress
from handlers.method.team_roles import TeamRole
from handlers.method.urgency import Urgency


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What every screen shows of a deal. `amount` is formatted (`$45,000`), `owner` is the platform's id of the rep.

    `owner_known` is False while `owner` is only the person who is asked whose deal it is.
    """

    id: int
    customer: str
    amount: str | None
    period: str | None
    stage: Stage
    owner: str
    close_date: date | None = None
    helped_by: tuple[str, ...] = ()
    """The platform's ids of people, or plain names."""
    record_url: str | None = None
    """The CRM's page of the deal: http(s)."""
    owner_known: bool = True
    term_months: int | None = None
    kind: str | None = None
    """`new`, `renewal`, `expansion` or `partner`; None if unknown."""


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """The message that announced the deal. `app` is the app that posted it, empty if it has no name."""

    author: str | None
    channel: str
    message_ts: str
    app: str | None = None
    link: str | None = None
    """The message's permalink: http(s)."""


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """The customer's answer to the referral ask, and the number of referrals."""

    outcome: str
    number: int


@dataclass(frozen=True, slots=True)
class CallTime:
    """The scheduled time of the call, and whether it has passed."""

    at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class ReferralAsk:
    """One referral ask: the answer, the definition of a quality referral, who recorded it and when."""

    answer: ReferralAnswer
    definition: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferedOrder:
    """A message about the deal named another sum, formatted: the card offers to make it another order."""

    amount: str
    period: str | None
    sighting_id: int


@dataclass(frozen=True, slots=True)
class OtherOrderQuestion:
    """The rep reported a known deal with another sum, here formatted and in minor units: is it another order?"""

    deal: DealFacts
    amount: str
    amount_minor: int
    currency: str | None
    period: str | None
    report: str
    """The event key of the report: it is answered once."""


@dataclass(frozen=True, slots=True)
class Fear:
    """What meets the rep's fear of the call (M1.1): `words`, or their own latest calls.

    `minutes` is the median from the first note to the last agreement; None if no call tells.
    """

    words: str = ""
    calls: int = 0
    cancelled: int = 0
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """How often the rep tried to reach the customer, and when to try again; None if that is not planned."""

    count: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenChallenges:
    """How many challenges of the deal are open; the rest is about the most urgent one."""

    count: int
    challenge_id: int
    state: ChallengeState
    tell_by: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class PromiseProgress:
    """What became of the promises so far, and the day of the next one that is open, if it has one."""

    outcome: DealOutcome
    next_due: date | None


@dataclass(frozen=True, slots=True)
class StepOnCard:
    """The next step that was agreed, empty if none was; its day, if it has one, and whether that has passed (M9.1)."""

    step: str
    on: date | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class DeliveryWord:
    """What delivery says to a promise. `answer` is None while nobody has answered.

    `who` is the platform's id of the person who answered, or who was asked; None for a channel, which is then in
    `channel`.
    """

    answer: Feasible | None
    who: str | None = None
    reason: str = ""
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class HandoffStatus:
    """Where a handoff stands, for the rep. `receiver` is the platform's id."""

    receiver: str
    state: HandoffState
    to_read: int = 0
    unclear: int = 0
    reason: str = ""
    introduced: bool = False
    kickoff_on: date | None = None


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody on a deal's team: their id in the database and on the platform, and their name, empty if unknown."""

    person_id: int
    person: str
    name: str
    role: TeamRole


@dataclass(frozen=True, slots=True)
class DealCard:
    """The card in the rep's DM, one per deal: it shows the deal's state and leads to the next step."""

    deal: DealFacts
    source: SourceMessage | None
    urgency: Urgency
    progress: Progress
    counts: AgreedCounts
    referral: ReferralAnswer | None
    recap_sent_at: datetime | None
    doubt: Doubt | None = None
    """Why the rep is asked whether it is still a deal."""
    call: CallTime | None = None
    """Set if the call is scheduled and nothing was recorded of it yet."""
    offered: OfferedOrder | None = None
    decides: str = ""
    """Who decides at the customer, if the rep has said so."""
    deals_before: int = 0
    """How many deals the rep had before this one: the next card says why to call now in other words."""
    promises: PromiseProgress | None = None
    """Set once the recap was sent."""
    introduces: bool = False
    """It is the rep's first card: it says what the app does, and who sees what."""
    fear: Fear | None = None
    tries: Tries | None = None
    """Set if the rep tried and has not reached the customer yet."""
    challenges: OpenChallenges | None = None
    """Set if a challenge is open."""
    step: StepOnCard | None = None
    """Set where a deal should have a next step."""
    refunded_at: datetime | None = None
    handoff: HandoffStatus | None = None
    """Set if the deal was handed to delivery."""
    team: tuple[TeamMember, ...] = ()
    helpers: tuple[str, ...] = ()
    """Whom the messages name, and the rep may add to the team: the platform's ids or plain names."""


@dataclass(frozen=True, slots=True)
class DealList:
    """A page of a rep's active deals, those that need the rep first. `total` counts all of them.

    `typed` is the part of a customer's name that was typed, empty for all deals; `page` counts from 1, of `pages`.
    """

    deals: tuple[DealCard, ...]
    total: int
    typed: str = ""
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class DealChoice:
    """Several deals match what was typed: which one? `then` is what is done with it: the command, or `restore`.

    `when` is the time that was typed after the name, if any.
    """

    typed: str
    then: str
    deals: tuple[DealFacts, ...]
    when: str = ""


@dataclass(frozen=True, slots=True)
class LostQuestion:
    """Asks whether the deal fell through."""

    deal: DealFacts


@dataclass(frozen=True, slots=True)
class MoreActions:
    """What can be done with the deal of this card, beyond what fits on it."""

    card: DealCard


@dataclass(frozen=True, slots=True)
class CorrectDealScreen:
    """The form to correct a detected deal before the call. `amount` is in a form that can be typed, or empty."""

    deal: DealFacts
    amount: str


class Passed(StrEnum):
    """How somebody else came to have a deal: handed over, covered by a stand-in, or returned to its rep."""

    HANDED = "handed"
    COVERED = "covered"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Replaces the card of a deal that somebody else has now. `to` is the platform's id of that person."""

    deal: DealFacts
    to: str
    passed: Passed = Passed.HANDED
