"""The urgency of the call: expectations inflate with every seller and every hour (M1.2 - M1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

BLUR_AFTER = timedelta(hours=24)
"""After this time the customer no longer knows which seller promised what (M1.2)."""
OLD_AFTER_DAYS = 7
"""From then on "today" would be no help: the day that counted is long gone."""
LATER_AFTER_HOURS = 3
FRIDAY = 4


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
    OLD = "old"


class Reason(StrEnum):
    """What makes the call urgent, by what is known. Each has sentences of its own, so no two share one."""

    FRESH = "fresh"
    LATER = "later"
    FRIDAY = "friday"
    DECIDES = "decides"
    SELLERS = "sellers"
    BLURRED = "blurred"
    CROWDED = "crowded"
    OLD = "old"


SENTENCES = {
    Reason.FRESH: 3,
    Reason.LATER: 2,
    Reason.FRIDAY: 2,
    Reason.DECIDES: 2,
    Reason.SELLERS: 2,
    Reason.BLURRED: 3,
    Reason.CROWDED: 2,
    Reason.OLD: 3,
}
"""How many sentences there are for each reason: at least two, so that the next card can say it differently."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """The urgency of a call. `inflation` is 1.0 at the close with no competitor and doubles with every seller.

    `days` are those between the two dates; `weekday` is today's, Monday is 0.
    """

    level: Level
    hours: int
    sellers: int | None
    inflation: float
    days: int = 0
    weekday: int = 0

    def reason(self, *, decides: bool) -> Reason:
        """What to say first. `decides`: it is known who decides at the customer."""
        crowded = Sellers.of(self.sellers) not in (None, Sellers.UP_TO_ONE)
        if self.level is Level.OLD:
            return Reason.OLD
        if self.level is Level.BLURRED:
            return Reason.CROWDED if crowded else Reason.BLURRED
        if crowded:
            return Reason.SELLERS
        if self.weekday == FRIDAY:
            return Reason.FRIDAY
        if decides:
            return Reason.DECIDES
        return Reason.LATER if self.hours >= LATER_AFTER_HOURS else Reason.FRESH


def urgency(closed_at: datetime, now: datetime, sellers: int | None, local: tzinfo = UTC) -> Urgency:
    """Compute the urgency from the time since the close and the number of competing sellers (None: unknown).

    It grows exponentially with the sellers (M1.2) and linearly with time: a day without another seller counts as much
    as one more seller at the close.
    Both datetimes are aware. `local` is the rep's zone, in which days are counted.
    """
    since = max(now - closed_at, timedelta(0))
    inflation = 2.0 ** (sellers or 0) * (1.0 + since / BLUR_AFTER)
    today = now.astimezone(local).date()
    days = max((today - closed_at.astimezone(local).date()).days, 0)
    if days >= OLD_AFTER_DAYS:
        level = Level.OLD
    elif since >= BLUR_AFTER:
        level = Level.BLURRED
    elif inflation >= 2.0:
        level = Level.SOON_BLURRED
    else:
        level = Level.TODAY
    hours = int(since / timedelta(hours=1))
    return Urgency(level, hours, sellers, inflation, days=days, weekday=today.weekday())
