"""Finds the deal that a report is about, if it is known: by the CRM's record, else by the customer and the sum."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from handlers.deal.other_orders import OtherSum
from handlers.detection import Detection
from handlers.intake.reports import DealReported, customer_of
from handlers.method import money
from handlers.method.customers import customer_key, same_customer
from handlers.method.record_links import RecordLink, record_link
from storage import deals
from storage.deals import KnownDeal
from storage.models import Deal

SAME_DEAL_WINDOW = timedelta(days=7)
"""The same customer within this time is the same deal: a person's post, the CRM's card, the congratulations."""
SAME_RECORD_WINDOW = timedelta(days=400)
"""The same record within this time is the same deal: CRMs report it again whenever it is saved."""


def find_same_deal(
    session: Session,
    message: Detection | DealReported,
    now: datetime,
    *,
    owner_id: int | None = None,
    other_than: Collection[int] = (),
) -> Deal | None:
    """Lock the deal that a report is about, and return it; None if it is a new one.

    The record in the CRM decides if both have one: the same record is the same deal within `SAME_RECORD_WINDOW`,
    another record another deal. Otherwise the customer does, within `SAME_DEAL_WINDOW`: the same name, else a similar
    one. Of a customer's deals the one with the same sum is meant, else the newest. A report without a customer and a
    record is about no known deal.

    `owner_id` limits the search to the rep's own deals and deals whose owner is unknown; `other_than` are the ids of
    deals that are not meant.
    """
    key, since, record = customer_key(customer_of(message)), now - SAME_DEAL_WINDOW, _record(message)
    if record is not None:
        for deal in deals.heard_since(session, now - SAME_RECORD_WINDOW, owner_id=owner_id):
            if deal.id not in other_than and record_link(deal.record_url) == record:
                return deals.lock(session, deal.id)
    known = [deal for deal in deals.heard_since(session, since, owner_id=owner_id) if deal.id not in other_than]
    if not key:
        return None
    of_customer = deals.heard_since(session, since, owner_id=owner_id, customer_key=key)
    # The keys are made anew: an older version may have stored them by other rules.
    same = [deal for deal in of_customer if deal.id not in other_than and customer_key(deal.customer) == key]
    near = [deal for deal in known if same_customer(key, customer_key(deal.customer))]
    for group in (same, near):
        possible = [
            deal
            for deal in group
            if record is None or (link := record_link(deal.record_url)) is None or not record.differs(link)
        ]
        if possible:
            meant = next((deal for deal in possible if has_sum(deal, message)), possible[0])
            return deals.lock(session, meant.id)
    return None


def other_sum_of(deal: Deal, message: Detection | DealReported) -> OtherSum | None:
    """The sum of a report about a known deal, if it may be another order's.

    None if it is the deal's own sum, if one of the two has none, or if both have the same record in the CRM.
    """
    if deal.amount_minor is None or message.amount is None or not money.is_storable(message.amount):
        return None
    if has_sum(deal, message):
        return None
    record = _record(message)
    if record is not None and record == record_link(deal.record_url):
        return None
    return OtherSum(money.to_minor(message.amount, message.currency), message.currency, message.period)


def has_sum(deal: Deal | KnownDeal, message: Detection | DealReported) -> bool:
    """Whether the deal's sum is the reported one. A currency that one of them does not name may be any."""
    if deal.amount_minor is None or message.amount is None or not money.is_storable(message.amount):
        return False
    if None not in (deal.currency, message.currency) and deal.currency != message.currency:
        return False
    shared = deal.currency or message.currency
    reported = Decimal(money.to_minor(message.amount, shared)).scaleb(-money.digits(shared))
    return Decimal(deal.amount_minor).scaleb(-money.digits(deal.currency)) == reported


def _record(message: Detection | DealReported) -> RecordLink | None:
    return record_link(message.record_url) if isinstance(message, Detection) else None
