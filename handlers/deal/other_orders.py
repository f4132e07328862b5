"""One more order of a customer: a message about a known deal that names another sum may be about that.

Nobody is asked by a message of its own: the deal's card offers to make it a second deal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from handlers.method.stages import WON
from storage.models import Deal, Sighting

OFFERED_FOR = timedelta(days=7)
"""How long after the message the card offers it."""
_NOTED = "other_sum"


@dataclass(frozen=True, slots=True)
class OtherSum:
    """A sum in minor units that a message named, and whose order it would be."""

    amount_minor: int
    currency: str | None
    period: str | None
    owner: str | None = None
    """The platform's id of the message's rep; None if the message names none."""


@dataclass(frozen=True, slots=True)
class OfferedSum:
    """A sum that the card offers to make another order, and the messages that named it, oldest first."""

    sum: OtherSum
    sightings: tuple[Sighting, ...]


def note_other_sum(sighting: Sighting, other: OtherSum | None) -> None:
    """Record that the message names this sum and not the deal's; None for no other."""
    kept = {name: value for name, value in sighting.read_as.items() if name != _NOTED}
    sighting.read_as = kept if other is None else {**kept, _NOTED: asdict(other)}


def offered_sum(deal: Deal, now: datetime) -> OfferedSum | None:
    """The newest sum that may be another order's, if the card offers it at `now`."""
    if deal.stage not in WON or deal.doubt is not None or not deal.owner_known:
        return None
    noted = [(each, OtherSum(**each.read_as[_NOTED])) for each in deal.sightings if _NOTED in each.read_as]
    for sighting, other in reversed(noted):
        is_known = (other.amount_minor, other.currency or deal.currency) == (deal.amount_minor, deal.currency)
        if not is_known and now - sighting.seen_at <= OFFERED_FOR:
            same = [(each, one) for each, one in noted if _sum(one) == _sum(other)]
            owner = next((one.owner for _, one in same if one.owner is not None), None)
            return OfferedSum(replace(other, owner=owner), tuple(each for each, _ in same))
    return None


def _sum(other: OtherSum) -> tuple[int, str | None, str | None]:
    return other.amount_minor, other.currency, other.period
