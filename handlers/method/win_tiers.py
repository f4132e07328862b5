"""The tiers of announced wins: from which amounts on a win gets another headline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_TIERS = 3


@dataclass(frozen=True, slots=True)
class WinTiers:
    """Up to `MOST_TIERS` amounts in minor units of one currency, rising: tier 1 begins at the first."""

    currency: str
    starts: tuple[int, ...]

    def tier(self, amount_minor: int | None, currency: str | None) -> int:
        """The tier of an amount; 0 below the first, and for an amount in another currency or in none."""
        if amount_minor is None or currency != self.currency:
            return 0
        return sum(amount_minor >= start for start in self.starts)

    def stored(self) -> dict[str, Any]:
        """As the database has them."""
        return {"currency": self.currency, "from": list(self.starts)}


def stored_tiers(stored: Mapping[str, Any] | None) -> WinTiers | None:
    """What `WinTiers.stored` wrote; None if nothing is stored."""
    return None if stored is None else WinTiers(str(stored["currency"]), tuple(map(int, stored["from"])))
