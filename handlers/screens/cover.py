"""Screens about who stands in for a rep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class CoverForm:
    """The form: which of the caller's deals, who, and until when. Texts are as typed; empty customers mean all."""

    open_deals: int
    customers: str = ""
    until: str = ""
    stand_in: str = ""
    """The platform's id of the person who is preset, or empty."""


@dataclass(frozen=True, slots=True)
class CoverBrief:
    """What the stand-in needs to know of a deal: what the customer agreed to, and the next step."""

    deal: DealFacts
    promises: tuple[str, ...]
    more: int
    next_step: str


@dataclass(frozen=True, slots=True)
class CoverAsk:
    """The question to the stand-in: the first briefs of `total`. `state`: `asked`, or what became of it; `over` if it
    ended before they answered.

    The briefs are empty once it is declined or returned.
    """

    cover_id: int
    rep: str
    state: str
    until: date | None
    briefs: tuple[CoverBrief, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Away:
    """The colleague is away; None: nobody knows until when."""

    until: date | None


@dataclass(frozen=True, slots=True)
class CoverAnswered:
    """What the rep sees of it: who was asked, for which deals, and where it stands.

    `state`: `asked`, `accepted`, `declined`, `returned`, or why it ended: `unanswered`, `given_back`, `left`.
    `asks`: the rep can ask somebody else.
    """

    cover_id: int
    stand_in: str
    state: str
    until: date | None
    deals: tuple[DealFacts, ...]
    total: int
    away: Away | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class CoverMoved:
    """The stand-in has the deals until another day, later than they agreed to, or until somebody takes them over.

    `left`: the rep has left. Not `standing`: it is over meanwhile.
    """

    cover_id: int
    rep: str
    until: date | None
    total: int
    standing: bool
    left: bool


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A deal while somebody stood in: what was done, as `actions` of the timeline, and its stage now."""

    deal: DealFacts
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverBack:
    """The deals are the rep's again: what happened meanwhile, the first ones of `total`.

    `other` is the colleague, by the platform's id; `to_rep`: the rep reads it, not the stand-in. `asks`: one of the
    covers, if the rep can ask somebody else.
    """

    other: str
    to_rep: bool
    deals: tuple[Meanwhile, ...]
    total: int
    asks: int | None = None


@dataclass(frozen=True, slots=True)
class CoverWho:
    """The rep is away until that day, if it is known: who covers the first of their deals, of `total`?

    There is no deal once it is answered.
    """

    until: date | None
    deal: DealFacts | None
    total: int


@dataclass(frozen=True, slots=True)
class CoverOffer:
    """The call is not made yet: shall the colleague be asked? `stand_in` is the platform's id, empty if none is known.

    `over`: it is answered, or the call was made. `asked` is the colleague who was asked and has not called, by the
    platform's id; `covered`: they have accepted.
    """

    deal: DealFacts
    stand_in: str
    over: bool
    asked: str = ""
    covered: bool = False


@dataclass(frozen=True, slots=True)
class CallWaits:
    """The manager's line: a rep's call has not been made since then."""

    deal: DealFacts
    since: datetime


@dataclass(frozen=True, slots=True)
class CoverEnded:
    """The answer to `cover back`: so many deals are back with their rep."""

    deals: int


CoverMessage = CoverAsk | CoverAnswered | CoverBack | CoverMoved | CoverWho | CoverOffer | CallWaits
"""What the outbox sends about cover."""
