"""The deals that may be meant when a rep logs a challenge or a compliment."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.challenges.name_and_words import split_name_and_words
from handlers.deal.facts import facts
from handlers.errors import NotNowError
from handlers.method.customers import customer_key
from handlers.method.stages import Stage
from handlers.requests import OpenedRequest
from handlers.screens.deals import DealFacts
from storage import deals
from storage.models import Deal

MOST_DEALS = 100
"""The options that a menu can have on Slack."""


class MeantDeals(NamedTuple):
    """The deals to choose from, the one that is meant if it is certain, and the words that are not the name."""

    deals: tuple[DealFacts, ...]
    meant: Deal | None
    words: str


def meant_by(session: Session, opened: OpenedRequest, typed: str, stages: frozenset[Stage]) -> MeantDeals:
    """Read a part of a customer's name and what follows it. Raises `NotNowError` if the rep has no deal in `stages`."""
    own = _own(session, opened, stages)
    name, words = split_name_and_words(typed, {customer_key(deal.customer) for deal in own})
    wanted = customer_key(name)
    matching = [deal for deal in own if not wanted or f" {wanted}" in f" {customer_key(deal.customer)}"]
    exact = [deal for deal in matching if wanted and customer_key(deal.customer) == wanted]
    chosen = exact or matching
    return _meant(own if len(chosen) == 1 else chosen, chosen[0] if len(chosen) == 1 else None, words)


def named_in(session: Session, opened: OpenedRequest, text: str, stages: frozenset[Stage]) -> MeantDeals:
    """The deals of the rep; meant is the one whose customer a message names. Raises as `meant_by`."""
    own = _own(session, opened, stages)
    said = f" {customer_key(text)} "
    named = [deal for deal in own if customer_key(deal.customer) and f" {customer_key(deal.customer)} " in said]
    if not named and len(own) == 1:
        named = own
    return _meant(own, named[0] if len(named) == 1 else None, text)


def with_deal(session: Session, opened: OpenedRequest, deal: Deal, stages: frozenset[Stage]) -> MeantDeals:
    """The rep's deals, with this one meant."""
    own = [each for each in deals.of_rep(session, opened.person.id, stages) if each.id != deal.id]
    return _meant([deal, *own], deal, "")


def _own(session: Session, opened: OpenedRequest, stages: frozenset[Stage]) -> list[Deal]:
    own = list(deals.of_rep(session, opened.person.id, stages))
    if not own:
        raise NotNowError("refusal.challenge_no_deals")
    return own


def _meant(found: list[Deal], meant: Deal | None, words: str) -> MeantDeals:
    first = [meant] if meant is not None else []
    others = [deal for deal in found if meant is None or deal.id != meant.id]
    return MeantDeals(tuple(facts(deal) for deal in [*first, *others][:MOST_DEALS]), meant, words)
