"""A rep's deals at a glance, and finding one by a part of the customer's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.arrival import Arrival, Caller, arrive
from handlers.call_screens import next_screen, record_screen
from handlers.deal_facts import card, facts, owned
from handlers.errors import NotNowError
from handlers.method.customers import customer_key
from handlers.method.stages import CALL_UNDER_WAY, Stage
from handlers.method.urgency import urgency
from handlers.planning import take_on
from handlers.screens import CallScreen, DealChoice, DealFacts, DealList, RecordScreen
from storage import deals
from storage.models import Deal

IN_HAND = CALL_UNDER_WAY | {Stage.SIGHTED, Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING}
"""The stages in which something is still the rep's to do or to guard."""

LIST_LENGTH = 10


@dataclass(frozen=True, slots=True)
class DealsAsked:
    """A rep asks for their deals. `typed` is a part of a customer's name, or empty."""

    caller: Caller
    typed: str = ""


def my_deals(session: Session, request: DealsAsked, now: datetime) -> DealList:
    """The rep's deals that are in hand, the most urgent first."""
    arrival = arrive(session, request.caller, now)
    found = sorted(
        deals.of_owner(session, arrival.person.id, IN_HAND),
        key=lambda deal: (
            deal.stage not in CALL_UNDER_WAY,
            -urgency(deal.closed_at, now, deal.sellers).inflation,
        ),
    )
    return DealList(tuple(card(session, deal, now) for deal in found[:LIST_LENGTH]), total=len(found))


def show(session: Session, request: DealsAsked, now: datetime) -> RecordScreen | DealChoice:
    """What is on record of the deal that is meant. Raises `NotNowError` when none fits."""
    arrival = arrive(session, request.caller, now)
    found = _meant(session, arrival, request.typed, frozenset(Stage))
    if isinstance(found, Deal):
        return record_screen(session, found, now)
    return DealChoice(request.typed, "show", found)


def call(session: Session, request: DealsAsked, now: datetime) -> CallScreen | DealChoice:
    """The next step of the call of the deal that is meant, as a tap on its card would give it.

    Raises `NotNowError` when none fits.
    """
    arrival = arrive(session, request.caller, now)
    found = _meant(session, arrival, request.typed, IN_HAND)
    if isinstance(found, Deal):
        take_on(session, owned(session, arrival, found.id), arrival.person.id, now)
        return next_screen(session, found, now)
    return DealChoice(request.typed, "call", found)


def _meant(session: Session, arrival: Arrival, typed: str, stages: frozenset[Stage]) -> Deal | tuple[DealFacts, ...]:
    """The one deal whose customer fits what was typed, or the several that do. An exact name beats a part of one."""
    wanted = customer_key(typed)
    fitting = deals.of_owner(session, arrival.person.id, stages, named=wanted)
    exact = [deal for deal in fitting if wanted and deal.customer_key == wanted]
    chosen = exact if len(exact) == 1 else fitting
    if not chosen:
        raise NotNowError("refusal.nothing_fits", typed=typed) if wanted else NotNowError("refusal.no_deals")
    return chosen[0] if len(chosen) == 1 else tuple(facts(deal) for deal in chosen[:LIST_LENGTH])
