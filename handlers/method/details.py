"""Details that a rep notes on a statement: its owner, its source, and whose promise it was (M1.2, M3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who has to keep the promise."""

    REP = "rep"
    DELIVERY = "delivery"
    CUSTOMER = "customer"


class Source(StrEnum):
    """Whether the customer said it or the rep assumes it; only the first is an answer (M3.4)."""

    CUSTOMER = "customer"
    ASSUMPTION = "assumption"


class PromisedBy(StrEnum):
    """Whose promise it is. A competitor's promise has to be reset, gently (M1.2)."""

    US = "us"
    COMPETITOR = "competitor"


@dataclass(frozen=True, slots=True)
class Details:
    """None for what is not noted yet. `category` is a topic of the coach, or the rep's own word."""

    category: str | None = None
    owner: Owner | None = None
    source: Source | None = None
    promised_by: PromisedBy = PromisedBy.US
