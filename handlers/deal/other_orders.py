"""One more order of a customer: a message about a known deal that names another sum may be about that.

Nobody is asked by a message of its own: the deal's card offers to make it a second deal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.method.stages import WON
from storage.models import Deal, Sighting

OFFERED_FOR = timedelta(days=7)
"""How long after the message the card offers it."""
_NOTED = "other_sum"


@dataclass(frozen=True, slots=True)
class OtherSum:
    """A sum in minor units, and the oldest message about the deal that named it."""

    amount_minor: int
    currency: str | None
    period: str | None
    sighting: Sighting


def note_other_sum(sighting: Sighting, other: tuple[int, str | None, str | None] | None) -> None:
    """Record that the message names this sum (minor units, currency, period) and not the deal's; None for no other."""
    kept = {name: value for name, value in sighting.read_as.items() if name != _NOTED}
    sighting.read_as = kept if other is None else {**kept, _NOTED: list(other)}


def other_sum(deal: Deal, now: datetime) -> OtherSum | None:
    """The newest sum that may be another order's, if the card offers it at `now`."""
    if deal.stage not in WON or deal.doubt is not None or not deal.owner_known:
        return None
    fresh = [sighting for sighting in deal.sightings if _NOTED in sighting.read_as]
    fresh = [sighting for sighting in fresh if now - sighting.seen_at <= OFFERED_FOR]
    for sighting in reversed(fresh):
        minor, currency, period = sighting.read_as[_NOTED]
        if (minor, currency or deal.currency) != (deal.amount_minor, deal.currency):
            return OtherSum(minor, currency, period, sightings_with(deal, sighting)[0])
    return None


def sightings_with(deal: Deal, sighting: Sighting) -> list[Sighting]:
    """The messages about the deal that name the same other sum as this one, oldest first; empty if it names none."""
    noted = sighting.read_as.get(_NOTED)
    return [each for each in deal.sightings if noted is not None and each.read_as.get(_NOTED) == noted]
