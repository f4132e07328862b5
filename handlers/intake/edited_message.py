"""Which deal of an edited message is which: deals are added, removed, changed and put into another order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.intake.reports import FoundDeal, customer_of
from handlers.intake.same_deal import has_sum
from handlers.method.customers import customer_key, same_customer
from handlers.method.record_links import record_link
from storage.models import Deal, Sighting


@dataclass(frozen=True, slots=True)
class SightedDeal:
    """A deal that the message reported before the edit."""

    sighting: Sighting
    deal: Deal

    @property
    def is_own(self) -> bool:
        """Whether the message was the first one about the deal."""
        return self.deal.sightings[0] is self.sighting


@dataclass(frozen=True, slots=True)
class MatchedDeals:
    """What the edit did: the deals that stay with what is said of them now, the new ones, and those that are gone."""

    kept: tuple[tuple[SightedDeal, FoundDeal], ...]
    added: tuple[FoundDeal, ...]
    removed: tuple[SightedDeal, ...]


def match_deals(known: Sequence[SightedDeal], found: Sequence[FoundDeal]) -> MatchedDeals:
    """Match by the CRM's record, then by customer (and sum, if a customer has several deals), then what is left.

    Of what is left only a deal of this message's own may have become another customer's: by the same sum, else in
    order. A found deal without a customer may be any.
    """
    left, unmatched = list(known), list(found)
    kept: list[tuple[SightedDeal, FoundDeal]] = []
    for are_same in _ROUNDS:
        for each in list(unmatched):
            match = next((one for one in left if are_same(one, each)), None)
            if match is not None:
                left.remove(match)
                unmatched.remove(each)
                kept.append((match, each))
    return MatchedDeals(tuple(kept), tuple(unmatched), tuple(left))


def _same_record(known: SightedDeal, found: FoundDeal) -> bool:
    record = record_link(found.detection.record_url)
    return record is not None and record == record_link(known.deal.record_url)


def _same_name(known: SightedDeal, found: FoundDeal) -> bool:
    key = customer_key(known.deal.customer)
    return bool(key) and key == customer_key(customer_of(found.detection))


def _same_sum(known: SightedDeal, found: FoundDeal) -> bool:
    return has_sum(known.deal, found.detection)


def _similar_name(known: SightedDeal, found: FoundDeal) -> bool:
    return same_customer(customer_key(known.deal.customer), customer_key(customer_of(found.detection)))


def _may_be_renamed(known: SightedDeal, found: FoundDeal) -> bool:
    return known.is_own or not customer_of(found.detection)


_ROUNDS: tuple[Callable[[SightedDeal, FoundDeal], bool], ...] = (
    _same_record,
    lambda known, found: _same_name(known, found) and _same_sum(known, found),
    _same_name,
    lambda known, found: bool(customer_of(found.detection)) and _similar_name(known, found),
    lambda known, found: _may_be_renamed(known, found) and _same_sum(known, found),
    _may_be_renamed,
)
