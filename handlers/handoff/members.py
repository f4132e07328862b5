"""Who is who on a deal that was handed to delivery."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.deal.deal_access import acts_as_rep
from handlers.errors import NoSuchDealError, NotYoursError
from handlers.requests import OpenedRequest
from storage import deals, handoffs
from storage.models import Deal, FeasibilityAsk, Handoff


def received(session: Session, opened: OpenedRequest, handoff_id: int) -> tuple[Handoff, Deal]:
    """The handoff and its deal, locked for a change by its receiver.

    Raises `NoSuchDealError` if there is no such handoff, `NotYoursError` for anybody but its receiver, and for them
    once somebody else has the deal.
    """
    handoff = handoffs.find(session, handoff_id)
    if handoff is None:
        raise NoSuchDealError
    deal = deals.lock(session, handoff.deal_id)
    if deal is None:
        raise NoSuchDealError
    session.refresh(handoff)
    newest = handoffs.latest(session, deal.id)
    if handoff.receiver_id != opened.person.id or newest is None or newest.id != handoff.id:
        raise NotYoursError
    return handoff, deal


def asked_deal(session: Session, opened: OpenedRequest, ask: FeasibilityAsk) -> Deal:
    """The deal of a question to delivery, locked, for somebody who may answer it.

    Whoever was asked directly answers alone; in a channel, anybody but the rep who asks. That they are in the channel
    is the platform's to say. Raises `NoSuchDealError`, `NotYoursError`.
    """
    deal = deals.lock(session, handoffs.deal_of(session, ask.statement_id))
    if deal is None:
        raise NoSuchDealError
    own = acts_as_rep(session, opened.person, deal) or opened.person.id == ask.asked_by
    if own or (ask.channel is None and ask.person_id != opened.person.id):
        raise NotYoursError
    return deal
