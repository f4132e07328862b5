"""The input and output of the detector: a post, its channel, a detection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

Period = Literal["year", "month", "quarter", "week", "total"]


class Decision(StrEnum):
    """What to do about a post: prompt the rep, ask its author privately, or leave it alone."""

    SURE = "sure"
    MAYBE = "maybe"
    NO = "no"


class DealKind(StrEnum):
    """What kind of order it is: of a new customer, a renewal, more for a customer, or one through a partner."""

    NEW = "new"
    RENEWAL = "renewal"
    EXPANSION = "expansion"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Post:
    """A message as the platform delivered it.

    `text`, `blocks` and `attachments` are Slack's own fields (for Teams: the activity's text, HTML or not).
    `source` is the posting app if known (`salesforce`, `hubspot`, ...); it is only a hint.
    """

    text: str = ""
    blocks: Sequence[Mapping[str, Any]] = ()
    attachments: Sequence[Mapping[str, Any]] = ()
    source: str = "slack"
    author_is_bot: bool = False
    subtype: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """Settings of the channel and the workspace.

    `wins_channel` lowers the threshold. `dollar`, `krona` and `yen` are the ISO 4217 codes for a bare `$`, `kr` and
    `¥`; a `krona` of None depends on the language of the post. `today`, if set, gives the year of a date without one.
    """

    wins_channel: bool = False
    dollar: str = "USD"
    krona: str | None = None
    yen: str = "JPY"
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """Evidence in the post for (weight > 0) or against (weight < 0) a closed deal, in log-odds."""

    name: str
    weight: float
    excerpt: str


@dataclass(frozen=True, slots=True)
class Detection:
    """The result: a decision, its confidence (0..1), and the details of the post's first deal.

    `amount` is in units of `currency`, `amount_minor` in its minor units, None while the currency is unknown.
    `closed_by` and `helped_by` hold Slack user ids or plain names, in order of mention. `shared`: a team or several
    people closed it, so the message does not say whose it is. `also`: the post's other deals, in order of mention, each
    with its own customer and sum. `kind` is None if the post does not tell.
    """

    decision: Decision
    confidence: float
    customer: str | None = None
    amount: Decimal | None = None
    amount_minor: int | None = None
    currency: str | None = None
    period: Period | None = None
    closed_by: tuple[str, ...] = ()
    helped_by: tuple[str, ...] = ()
    shared: bool = False
    record_url: str | None = None
    close_date: date | None = None
    term_months: int | None = None
    kind: DealKind | None = None
    cues: tuple[Cue, ...] = ()
    also: tuple[Detection, ...] = ()

    @property
    def deal_closed(self) -> bool:
        """Whether the post counts as news of a closed deal, surely or maybe."""
        return self.decision is not Decision.NO

    @property
    def deals(self) -> tuple[Detection, ...]:
        """All deals that the post announces, in order of mention; empty without one."""
        return (self, *self.also) if self.deal_closed else ()
