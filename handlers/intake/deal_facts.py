"""The facts of a deal that a report brings: the first report makes the deal, a further one only fills gaps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.planning import advance, hand_over, refresh_card, settle_doubt
from handlers.detection import Decision, Detection
from handlers.intake.reports import DealMessage, DealReported, FoundDeal, customer_of
from handlers.intake.same_deal import has_sum
from handlers.method import money
from handlers.method.customers import customer_key, extends_name
from handlers.method.stages import ALIGNED_OR_LATER, Stage
from handlers.method.urls import web_url
from storage import audit_log
from storage.models import Deal, Person

MOST_HELPERS = 20


def new_deal(session: Session, owner: Person, customer: str, closed_at: datetime, now: datetime) -> Deal:
    """Add an open deal without further facts. `customer` is empty if it is unknown."""
    deal = Deal(
        owner=owner,
        owner_id=owner.id,
        customer=customer,
        customer_key=customer_key(customer),
        stage=Stage.OPEN,
        stage_since=now,
        closed_at=min(closed_at, now),
        heard_at=now,
        helped_by=[],
    )
    session.add(deal)
    session.flush()
    return deal


def assign_owner(session: Session, deal: Deal, found: FoundDeal, owner: Person, now: datetime) -> None:
    """Set the owner if it was unknown and this message names one. A merely suspected deal revives no dismissed one."""
    sure = found.detection.decision is Decision.SURE
    if deal.owner_known or not found.owner_known or (deal.stage == Stage.DISMISSED and not sure):
        return
    sure = sure or any(sighting.read_as["decision"] == Decision.SURE for sighting in deal.sightings)
    if deal.owner_id == owner.id:
        deal.owner_known = True
        refresh_card(session, deal, now)
    else:
        hand_over(session, deal, owner, None, now)
    if sure:
        advance(session, deal, Stage.OPEN, None, now)


def fill_gaps(
    session: Session, deal: Deal, message: Detection | DealReported, actor_id: int | None, now: datetime
) -> None:
    """Another message about a known deal fills gaps; it never overwrites.

    It may add an amount, the currency of the same amount, details, and (if it is sure) the customer's name or the rest
    of it.
    """
    added = isinstance(message, Detection) and add_details(deal, message)
    names_currency = deal.currency is None and message.currency is not None and has_sum(deal, message)
    if message.amount is not None and (deal.amount_minor is None or names_currency):
        set_amount(deal, message)
        added = True
    sure = isinstance(message, DealReported) or message.decision is Decision.SURE
    customer = customer_of(message)
    if customer and sure and deal.stage not in ALIGNED_OR_LATER:
        key = customer_key(customer)
        if not deal.customer or extends_name(customer_key(deal.customer), key):
            deal.customer, deal.customer_key = customer, key
            added = True
    if added:
        audit_log.record(session, deal.id, actor_id, "bettered", now)
        refresh_card(session, deal, now)


def confirm_from_message(session: Session, deal: Deal, message: DealMessage, found: FoundDeal, now: datetime) -> None:
    """A sure message opens a suspected deal; from the author of the first message it also settles a doubt.

    While the owner is unknown the deal stays suspected: there is nobody to make the call.
    """
    if found.detection.decision is not Decision.SURE:
        return
    if message.caller.person == deal.sightings[0].author:
        settle_doubt(session, deal, None, now)
    if deal.stage == Stage.SIGHTED and deal.owner_known:
        advance(session, deal, Stage.OPEN, None, now)


def set_amount(deal: Deal, message: Detection | DealReported) -> None:
    """Set the amount, its currency and period to what the message says; to none if that is too large to be a sum."""
    amount = message.amount if message.amount is not None and money.is_storable(message.amount) else None
    deal.amount_minor = None if amount is None else money.to_minor(amount, message.currency)
    deal.currency, deal.period = message.currency, message.period


def add_details(deal: Deal, detection: Detection) -> bool:
    """Add the kind, close date, term, helpers and CRM record if missing. Returns whether anything was new."""
    before = (deal.kind, deal.close_date, deal.term_months, deal.helped_by, deal.record_url)
    deal.kind = deal.kind or detection.kind
    deal.close_date = deal.close_date or detection.close_date
    deal.term_months = deal.term_months or detection.term_months
    deal.helped_by = list(dict.fromkeys([*deal.helped_by, *detection.helped_by]))[:MOST_HELPERS]
    deal.record_url = deal.record_url or web_url(detection.record_url or "")
    return (deal.kind, deal.close_date, deal.term_months, deal.helped_by, deal.record_url) != before
