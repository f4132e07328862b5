"""Deals on screen: their facts, the card, lists and choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.method.stages import Doubt, Stage
from handlers.method.statements import AgreedCounts, Progress
from handlers.method.urgency import Urgency


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What every screen says of a deal. `amount` is ready to read (`$45,000`), `owner` the platform's id of the rep.

    `owner_known` is False while the owner is only who is asked whose deal it is.
    """

    id: int
    customer: str
    amount: str | None
    period: str | None
    stage: Stage
    owner: str
    close_date: date | None = None
    helped_by: tuple[str, ...] = ()
    """Platform's ids, or plain names."""
    record_url: str | None = None
    """Where a CRM has the deal: http(s)."""
    owner_known: bool = True
    term_months: int | None = None


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """The message that told of the deal. `app` is the name of the app that posted it, empty for one without a name."""

    author: str | None
    channel: str
    message_ts: str
    app: str | None = None
    link: str | None = None
    """Where the platform shows the message: http(s)."""


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """What the customer answered to the referral ask, and to how many referrals."""

    outcome: str
    number: int


@dataclass(frozen=True, slots=True)
class CallTime:
    """When the rep said that they would call, and whether that time is over."""

    at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class ReferralAsk:
    """One time that the referral was asked for: the answer, what a quality one is, who noted it and when."""

    answer: ReferralAnswer
    definition: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DealCard:
    """The living card in the rep's DM: one a deal, it shows where the deal stands and leads to the next step."""

    deal: DealFacts
    source: SourceMessage | None
    urgency: Urgency
    progress: Progress
    counts: AgreedCounts
    referral: ReferralAnswer | None
    recap_sent_at: datetime | None
    doubt: Doubt | None = None
    """Why the rep is asked whether it still is a deal."""
    call: CallTime | None = None
    """The call has a time, and nothing was recorded of it yet."""
    introduces: bool = False
    """It is the first that this rep ever gets from us: it says what we do, and who sees what."""


@dataclass(frozen=True, slots=True)
class DealList:
    """A rep's deals in which something is theirs to do, the most urgent first. `total` counts all of them.

    `typed` is what was typed of a customer's name, empty for all deals.
    """

    deals: tuple[DealCard, ...]
    total: int
    typed: str = ""


@dataclass(frozen=True, slots=True)
class DealChoice:
    """Several deals fit what was typed: which one is meant? `then` is the command: `show`, `call` or `snooze`."""

    typed: str
    then: str
    deals: tuple[DealFacts, ...]


@dataclass(frozen=True, slots=True)
class CorrectDealScreen:
    """What was heard of a deal, to be put right before the call. `amount` is as one could have typed it, or empty."""

    deal: DealFacts
    amount: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What is left of a card whose deal went to another rep, by the platform's id."""

    deal: DealFacts
    to: str
