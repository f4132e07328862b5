"""Screens that concern more than one rep: channels, wins, undelivered messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.method.statements import AgreedCounts
from handlers.method.summary_periods import Schedule, Span
from handlers.method.win_figures import Milestone, Over, WinFigures
from handlers.screens.deals import DealFacts
from handlers.workspace.channel_purpose import Purpose


@dataclass(frozen=True, slots=True)
class ChannelScreen:
    """What a channel is for, one of `channel_purpose.CHOICES`. `zone` is the IANA zone of the summaries."""

    purpose: Purpose
    zone: str


@dataclass(frozen=True, slots=True)
class ClosedChannel:
    """A wins channel that nothing can be posted to, and why: `archived`, `deleted` or `left` (the bot was removed)."""

    channel: str
    name: str | None
    closed: str


@dataclass(frozen=True, slots=True)
class SummariesScreen:
    """The channels with weekly win summaries, by the platform's ids, and the zone of their Monday morning."""

    channels: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class SharedChannel:
    """A channel that people of another company read: an admin is asked whether wins are posted there all the same.

    `channel` is the platform's id. `became`: it was a wins channel, and is shared since then.
    """

    channel: str
    became: bool
    allowed: bool = False
    """Whether an admin has said so already."""


@dataclass(frozen=True, slots=True)
class HandoverForm:
    """Asks who takes whose deals over. `giver` is the caller, with `open_deals`; `for_others`: they may choose."""

    giver: str
    open_deals: int
    customers: str
    for_others: bool


@dataclass(frozen=True, slots=True)
class DealsHandedOver:
    """The deals that changed hands, by the platform's ids of the two reps; none if that was done before."""

    giver: str
    taker: str
    deals: tuple[DealFacts, ...]


@dataclass(frozen=True, slots=True)
class DealsReceived:
    """Tells a rep which deals they have taken over from `giver`: the first ones, of `total`."""

    giver: str
    deals: tuple[DealFacts, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RepLeft:
    """Asks who takes over the open deals of a person whose account is deactivated: the first ones, of `total`."""

    person: str
    name: str | None
    deals: tuple[DealFacts, ...]
    total: int


@dataclass(frozen=True, slots=True)
class UndeliveredMessage:
    """A message that could not be delivered. `kind` is the outbox's; the recipient is a person or a channel."""

    row_id: int
    kind: str
    person: str | None
    channel: str | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UndeliveredScreen:
    """The delivery problems that an admin sees: why the workspace is blocked, and `total` undelivered messages.

    Names no customer and shows no text.
    """

    blocked: str | None
    messages: tuple[UndeliveredMessage, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Win:
    """A deal in a summary."""

    deal: DealFacts
    counts: AgreedCounts
    aligned: bool
    """Every statement is settled."""
    complete: bool = True
    """Somebody was reached, a step of the call was done, and there are expectations and priorities."""
    team: tuple[str, ...] = ()
    """Who is on the deal's team beside its rep, by the platform's ids."""


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """How many deals of the week were cancelled or lost, refunded, or got another amount after it was posted."""

    cancelled: int = 0
    refunded: int = 0
    amounts: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """A formatted sum of one currency (`$45,000`), and what it covers."""

    amount: str
    over: Over = Over.UNSAID


@dataclass(frozen=True, slots=True)
class SpecialWin:
    """A milestone: the deal and what makes it special."""

    deal: DealFacts
    milestone: Milestone


@dataclass(frozen=True, slots=True)
class WinSummary:
    """The team's wins in `[start, end)`, with the first ones of them, and totals per currency.

    `late`: it is posted after its day.
    """

    start: datetime
    end: datetime
    wins: tuple[Win, ...]
    totals: tuple[Total, ...]
    late: bool = False
    since: ChangedSince = ChangedSince()
    more: int = 0
    """How many wins there are besides `wins`."""
    span: Span = Span.WEEK
    figures: WinFigures | None = None
    before: int | None = None
    """How many wins there were in the period before; None if the period is not over yet."""
    totals_before: tuple[Total, ...] = ()
    special: tuple[SpecialWin, ...] = ()
    exceeded: DealFacts | None = None
    """The deal of a promise that was exceeded in the period: the story worth telling, without the customer's words."""

    @property
    def count(self) -> int:
        """How many wins there are."""
        return len(self.wins) + self.more


@dataclass(frozen=True, slots=True)
class Place:
    """A channel that somebody may post wins to: the platform's id, and its name, if known."""

    channel: str
    name: str | None


@dataclass(frozen=True, slots=True)
class AskedSummary:
    """The wins of the period that somebody typed, and the channels that they may post them to."""

    summary: WinSummary
    typed: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class SummaryPosted:
    """A summary is on its way to a channel. `repeated`: it was posted there today already."""

    channel: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class SummarySchedule:
    """When a channel gets its summaries, in which IANA zone, and who changed that, if it is told to the manager."""

    channel: str
    schedule: Schedule
    zone: str
    changed_by: str | None = None


@dataclass(frozen=True, slots=True)
class TeamScreen:
    """The team's wins of this week and of last week."""

    this_week: WinSummary
    last_week: WinSummary
