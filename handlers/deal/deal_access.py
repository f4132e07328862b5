"""Who may act on a deal: its rep on everything, delivery on the promises that it keeps."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.deal.delivery_keeper import delivery_keeper, kept_by_delivery
from handlers.errors import NoSuchDealError, NotYoursError
from handlers.requests import OpenedRequest
from storage import deals
from storage.models import Deal, Person


def owned_deal(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """The caller's own deal, locked for a change.

    Raises `NoSuchDealError` if the workspace has no such deal, `NotYoursError` if someone else owns it.
    """
    deal = deals.lock(session, deal_id)
    if deal is None:
        raise NoSuchDealError
    if not acts_as_rep(opened.person, deal):
        raise NotYoursError
    return deal


def acts_as_rep(person: Person, deal: Deal) -> bool:
    """Whether the person may do whatever the deal's rep does."""
    return deal.owner_id == person.id


def may_settle(session: Session, person: Person, deal: Deal, statement_id: int) -> bool:
    """Whether the person says what became of this statement.

    The rep does of each; the receiver of a handoff, once it is taken, of what delivery keeps.
    """
    if acts_as_rep(person, deal):
        return True
    keeper = delivery_keeper(session, deal)
    return keeper is not None and keeper.id == person.id and statement_id in kept_by_delivery(session, deal)


def may_see_promises(session: Session, person: Person, deal: Deal) -> bool:
    """Whether the person sees the board of the deal's promises: its rep, and who has taken the deal."""
    keeper = delivery_keeper(session, deal)
    return acts_as_rep(person, deal) or (keeper is not None and keeper.id == person.id)


def promised_deal(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """The deal, locked, for somebody who sees its promises. Raises as `owned_deal`."""
    deal = deals.lock(session, deal_id)
    if deal is None:
        raise NoSuchDealError
    if not may_see_promises(session, opened.person, deal):
        raise NotYoursError
    return deal


def settled_deal(session: Session, opened: OpenedRequest, deal_id: int, statement_id: int) -> Deal:
    """The deal, locked, for somebody who says what became of the statement. Raises as `owned_deal`."""
    deal = promised_deal(session, opened, deal_id)
    if not may_settle(session, opened.person, deal, statement_id):
        raise NotYoursError
    return deal
