"""What is reported: a message with closed deals, or a deal that a rep reports by hand; and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from handlers.detection import Detection
from handlers.intake.typed_entries import LONGEST_CUSTOMER
from handlers.requests import Caller, Profile
from handlers.screens.deals import OtherOrderQuestion
from storage.message_versions import Version


@dataclass(frozen=True, slots=True)
class FoundDeal:
    """One closed deal of a message, and whose it is."""

    detection: Detection
    owner: str
    """The platform's id of the rep: the poster, or the person whom the message names."""
    owner_profile: Profile | None = None
    owner_known: bool = True
    """False when the message names nobody: `owner` is then asked whose deal it is."""


@dataclass(frozen=True, slots=True)
class DealMessage:
    """A message with closed deals. `caller` posted it."""

    caller: Caller
    channel: str
    channel_name: str | None
    message_ts: str
    text: str
    said_at: datetime
    found: tuple[FoundDeal, ...]
    """The deals in order of mention; empty if an edit left none."""
    app: str | None = None
    """The name of the app that posted it, empty if it has none; None for a person."""
    link: str | None = None
    """The message's permalink."""
    version: Version | None = None
    """Which version of the message this is; None if the platform does not say."""
    maybe_shared: bool = False
    """Whether people of another company may read the channel."""


@dataclass(frozen=True, slots=True)
class DealReported:
    """A rep reports a deal by command or shortcut. They know, so nothing is asked, unless they report a team's win."""

    caller: Caller
    customer: str
    amount: Decimal | None
    currency: str | None
    period: str | None = None
    owner_known: bool = True
    """False if a team or several people closed it: whoever reports it is asked whose it is."""
    another: bool = False
    """The rep says that it is one more order of a customer whose deal may be known."""


def customer_of(message: Detection | DealReported) -> str:
    """The customer's name on one line, within what is stored; empty if none is named."""
    return " ".join((message.customer or "").split())[:LONGEST_CUSTOMER]


class Recognition(StrEnum):
    """Whether a report made a deal, belonged to a known one, was applied before, or is not the newest version."""

    NEW = "new"
    KNOWN = "known"
    REPEATED = "repeated"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """The deal of a report, None if the event changes nothing, and how it was recognized."""

    deal_id: int | None
    recognition: Recognition
    question: OtherOrderQuestion | None = None
    """The deal was known with another sum than the reported one, which may be that of another order."""
