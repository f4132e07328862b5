"""Screens about delivery: who delivers, whether a promise can be kept, and the handoff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.method.handoff import Feasible, Risk
from handlers.method.statements import Statement
from handlers.screens.call import ReachableContact
from handlers.screens.deals import DealFacts, DeliveryWord, HandoffStatus
from handlers.screens.promises import BoardPromise, NoteTold


@dataclass(frozen=True, slots=True)
class DeliveryEntry:
    """A rule about who delivers. `product` is empty for every deal; ids are the platform's."""

    id: int
    product: str
    person: str | None
    channel: str | None


@dataclass(frozen=True, slots=True)
class DeliveryScreen:
    """Who delivers, in the order in which the rules count. `channel` is where it was asked; None in private."""

    entries: tuple[DeliveryEntry, ...]
    channel: str | None


@dataclass(frozen=True, slots=True)
class DeliveryForm:
    """The form of a new rule. `channel` is the one that can be chosen, or None."""

    channel: str | None


@dataclass(frozen=True, slots=True)
class AskDeliveryForm:
    """The rep picks whom to ask, because no rule says so."""

    deal: DealFacts
    statement: Statement


@dataclass(frozen=True, slots=True)
class FeasibilityQuestion:
    """The question to delivery. It shows one promise, never the whole deal.

    `word` is the answer, if there is one. `over`: it is not asked any more, because the wording has changed or the
    promise is off the list.
    """

    ask_id: int
    customer: str
    wording: str
    target: str
    due: date | None
    rep: str
    mention: str | None = None
    """The platform's id of the person to ask, if the question is asked in a channel."""
    word: DeliveryWord | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class DoubtForm:
    """The reason for "at risk" or "cannot"."""

    question: FeasibilityQuestion
    answer: Feasible


@dataclass(frozen=True, slots=True)
class DeliveryDoubt:
    """Delivery doubts a promise: what the rep can say to the customer (M8.2). `open`: the rep has not decided yet."""

    ask_id: int
    deal: DealFacts
    statement: Statement
    word: DeliveryWord
    say: str
    open: bool
    kept: bool = False
    """The rep keeps the promise anyway."""


@dataclass(frozen=True, slots=True)
class HandedPromise:
    """A promise in the handoff brief. `first_words` are the customer's own, if the agreed wording differs.

    `due` is the last day that it names; `rhythm` is true if it recurs. `what_if` goes with the risk.
    """

    statement: Statement
    measure: str
    keeper: str | None
    first_words: str
    due: date | None
    rhythm: bool
    risk: Risk | None
    word: DeliveryWord | None
    what_if: str = ""


@dataclass(frozen=True, slots=True)
class HandoffBrief:
    """What delivery needs, and nothing else: no notes, no price, no other sellers, no referrals (M8.3).

    `promises` are those that stand, the riskiest first, then in reading order. `reset` are wordings that another
    seller had promised and that the rep took back.
    """

    customer: str
    rep: str
    contacts: tuple[ReachableContact, ...]
    promises: tuple[HandedPromise, ...]
    reset: tuple[str, ...]
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class HandoffForm:
    """The rep hands the deal to delivery: the brief as delivery gets it, and the receiver, preset by rule."""

    deal: DealFacts
    brief: HandoffBrief
    receiver: str
    status: HandoffStatus | None


@dataclass(frozen=True, slots=True)
class HandoffOffer:
    """The handoff in the receiver's messages. `over`: it was sent back, withdrawn, or is for nobody any more."""

    handoff_id: int
    brief: HandoffBrief
    status: HandoffStatus
    introduce_by: datetime
    over: bool = False
    deal_id: int = 0


@dataclass(frozen=True, slots=True)
class PromiseToRead:
    """A promise to read back. `question` and `answer` are the receiver's and the rep's, if it was unclear before."""

    statement: Statement
    measure: str
    question: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ReadBackForm:
    """A page of promises to read back. `later` counts those on the following pages."""

    handoff_id: int
    customer: str
    promises: tuple[PromiseToRead, ...]
    later: int
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ReadBackDone:
    """Every promise was read back; `unclear` wait for the rep."""

    customer: str
    rep: str
    unclear: int


@dataclass(frozen=True, slots=True)
class SendBackForm:
    """Why the receiver does not take the deal."""

    handoff_id: int
    customer: str


@dataclass(frozen=True, slots=True)
class KickoffForm:
    """When the kickoff is. `earliest` and `latest` are the days that the playbook asks for."""

    handoff_id: int
    customer: str
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class KickoffSet:
    """The kickoff's day, and whether it is one of those that the playbook asks for."""

    customer: str
    on: date
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What is unclear to the receiver about a promise."""

    statement: Statement
    question: str


@dataclass(frozen=True, slots=True)
class HandoffQuestions:
    """The receiver's questions, for the rep. Without any they were answered."""

    handoff_id: int
    deal: DealFacts
    receiver: str
    questions: tuple[OpenQuestion, ...]


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The form of the rep's answers to the receiver's questions."""

    asked: HandoffQuestions


@dataclass(frozen=True, slots=True)
class HandoffReturned:
    """The receiver sent the deal back: for the rep. `over`: it was handed to somebody since."""

    deal: DealFacts
    receiver: str
    reason: str
    over: bool


@dataclass(frozen=True, slots=True)
class HandoffNudge:
    """Reminds the receiver: of the `introduction` or `kickoff`, or that something was `answered`, `changed` or `ended`.

    `over`: it was done.
    """

    handoff_id: int
    customer: str
    rep: str
    what: str
    over: bool


@dataclass(frozen=True, slots=True)
class HandoffLate:
    """One line to the rep: what the receiver has missed, as in `HandoffNudge`. `done`: they have done it since."""

    deal: DealFacts
    receiver: str
    what: str
    over: bool
    done: bool = False


@dataclass(frozen=True, slots=True)
class MissReported:
    """Delivery says that a promise was missed, for the rep. `over`: it is logged as a challenge, or not so any more."""

    deal: DealFacts
    promise: BoardPromise
    over: bool
    who: str
    """The platform's id of the person of delivery."""


@dataclass(frozen=True, slots=True)
class PostedBrief:
    """The handoff brief in a channel."""

    brief: HandoffBrief


@dataclass(frozen=True, slots=True)
class PostOffer:
    """The rep typed the command in a channel: hand the deal over, or post its brief there."""

    deal: DealFacts
    channel: str


HandoffModal = (
    DeliveryForm
    | FeasibilityQuestion
    | AskDeliveryForm
    | DoubtForm
    | HandoffForm
    | ReadBackForm
    | ReadBackDone
    | SendBackForm
    | KickoffForm
    | KickoffSet
    | AnswerForm
)
"""What an action or a submission about delivery can open."""

HandoffMessage = (
    FeasibilityQuestion
    | DeliveryDoubt
    | HandoffOffer
    | HandoffQuestions
    | HandoffReturned
    | HandoffNudge
    | HandoffLate
    | MissReported
    | NoteTold
    | PostedBrief
)
"""What the outbox sends about delivery."""
