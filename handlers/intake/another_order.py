"""The rep says that what looked like a known deal is another order of the customer: it becomes a deal of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import card, facts
from handlers.deal.other_orders import note_other_sum, offered_sum
from handlers.deal.planning import plan_messages, refresh_card
from handlers.intake.deal_facts import new_deal
from handlers.requests import Caller, open_request
from handlers.screens.deals import DealCard, DealFacts
from storage import audit_log, workspaces


@dataclass(frozen=True, slots=True)
class OrderReported:
    """The rep answers "Another order" to their own report of a known deal. The sum is the reported one."""

    caller: Caller
    deal_id: int
    """The known deal."""
    amount_minor: int
    currency: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class OrderOffered:
    """The rep taps "Another order" on the known deal's card. `sighting_id` is the message that named the other sum."""

    caller: Caller
    deal_id: int
    sighting_id: int


def report_another(session: Session, request: OrderReported, now: datetime) -> DealFacts:
    """Make a deal of the same customer with the reported sum; once, however often the button is tapped.

    Returns what the new deal is, or if it was made before, what the known one is.
    """
    opened = open_request(session, request.caller, now)
    workspaces.lock(session, opened.tenant)  # before the deal, as everywhere
    deal = owned_deal(session, opened, request.deal_id)
    if opened.repeated:
        return facts(deal)
    made = new_deal(session, opened.person, deal.customer, now, now)
    made.amount_minor, made.currency, made.period = request.amount_minor, request.currency, request.period
    audit_log.record(session, made.id, opened.person.id, "reported", now)
    plan_messages(session, made, now)
    return facts(made)


def make_offered(session: Session, request: OrderOffered, now: datetime) -> DealCard:
    """Make a deal of the messages that named the other sum, for their rep, else for the one who taps.

    The messages leave the known deal, so a second tap makes none. Returns the new deal's card if it is the same rep's,
    else the known deal's.
    """
    opened = open_request(session, request.caller, now)
    workspaces.lock(session, opened.tenant)
    deal = owned_deal(session, opened, request.deal_id)
    offered = offered_sum(deal, now)
    if opened.repeated or offered is None or offered.sightings[0].id != request.sighting_id:
        return card(session, deal, now)
    other = offered.sum
    owner = opened.person if other.owner is None else workspaces.get_or_create_person(session, other.owner, now)
    made = new_deal(session, owner, deal.customer, offered.sightings[0].seen_at, now)
    made.amount_minor, made.currency, made.period = other.amount_minor, other.currency, other.period
    for sighting in offered.sightings:
        note_other_sum(sighting, None)
        sighting.deal_id = made.id
    session.flush()
    session.expire(deal, ["sightings"])
    session.expire(made, ["sightings"])
    audit_log.record(session, made.id, opened.person.id, "another_order", now)
    refresh_card(session, deal, now)
    plan_messages(session, made, now)
    return card(session, made if owner is opened.person else deal, now)
