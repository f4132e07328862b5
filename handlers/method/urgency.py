"""Why the call is due today: expectations inflate with every seller and every hour (M1.2 - M1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BLEND = timedelta(hours=24)
"""After this the customer can no longer tell which seller promised what (M1.2)."""


class Sellers(StrEnum):
    """How many competing sellers the customer talked to, as a rep can answer it (M1.4)."""

    UP_TO_ONE = "up_to_one"
    TWO_OR_THREE = "two_or_three"
    FOUR_OR_MORE = "four_or_more"

    @property
    def fewest(self) -> int:
        """What is counted with: the fewest that the answer means, so that the urgency is never made up."""
        return _FEWEST[self]

    @classmethod
    def of(cls, count: int | None) -> Sellers | None:
        """The answer that means so many; None while nobody asked."""
        return None if count is None else max((s for s in cls if s.fewest <= count), key=lambda s: s.fewest)


_FEWEST = {Sellers.UP_TO_ONE: 0, Sellers.TWO_OR_THREE: 2, Sellers.FOUR_OR_MORE: 4}


class Level(StrEnum):
    """How hard the product pushes."""

    TODAY = "today"
    SOON_BLURRED = "soon_blurred"
    BLURRED = "blurred"


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent the call is. `inflation` is 1.0 at the close with no competitor and doubles with every seller."""

    level: Level
    hours: int
    sellers: int | None
    inflation: float


def urgency(closed_at: datetime, now: datetime, sellers: int | None) -> Urgency:
    """Urgency from the hours since the close and the number of competing sellers, None when nobody asked yet.

    Exponential in the sellers (M1.2), linear in time: a day with no other seller weighs like the close with one.
    Both datetimes are aware.
    """
    since = max(now - closed_at, timedelta(0))
    inflation = 2.0 ** (sellers or 0) * (1.0 + since / BLEND)
    if since >= BLEND:
        level = Level.BLURRED
    elif inflation >= 2.0:
        level = Level.SOON_BLURRED
    else:
        level = Level.TODAY
    return Urgency(level, hours=int(since / timedelta(hours=1)), sellers=sellers, inflation=inflation)
