"""The urgency of the call: expectations inflate with every seller and every hour (M1.2 - M1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BLUR_AFTER = timedelta(hours=24)
"""After this time the customer no longer knows which seller promised what (M1.2)."""


class Sellers(StrEnum):
    """The number of competing sellers that the customer talked to, as the answers offered to the rep (M1.4)."""

    UP_TO_ONE = "up_to_one"
    TWO_OR_THREE = "two_or_three"
    FOUR_OR_MORE = "four_or_more"

    @property
    def fewest(self) -> int:
        """The lowest number that the answer means; counting with it never overstates the urgency."""
        return _FEWEST[self]

    @classmethod
    def of(cls, count: int | None) -> Sellers | None:
        """Return the answer for a count; None when the count is unknown."""
        return None if count is None else max((s for s in cls if s.fewest <= count), key=lambda s: s.fewest)


_FEWEST = {Sellers.UP_TO_ONE: 0, Sellers.TWO_OR_THREE: 2, Sellers.FOUR_OR_MORE: 4}


class Level(StrEnum):
    """How urgently the app asks for the call."""

    TODAY = "today"
    SOON_BLURRED = "soon_blurred"
    BLURRED = "blurred"


@dataclass(frozen=True, slots=True)
class Urgency:
    """The urgency of a call. `inflation` is 1.0 at the close with no competitor and doubles with every seller."""

    level: Level
    hours: int
    sellers: int | None
    inflation: float


def urgency(closed_at: datetime, now: datetime, sellers: int | None) -> Urgency:
    """Compute the urgency from the time since the close and the number of competing sellers (None: unknown).

    It grows exponentially with the sellers (M1.2) and linearly with time: a day without another seller counts as much
    as one more seller at the close.
    Both datetimes are aware.
    """
    since = max(now - closed_at, timedelta(0))
    inflation = 2.0 ** (sellers or 0) * (1.0 + since / BLUR_AFTER)
    if since >= BLUR_AFTER:
        level = Level.BLURRED
    elif inflation >= 2.0:
        level = Level.SOON_BLURRED
    else:
        level = Level.TODAY
    return Urgency(level, hours=int(since / timedelta(hours=1)), sellers=sellers, inflation=inflation)
