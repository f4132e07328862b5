"""Who may act on a deal: its rep on everything, delivery on the promises that it keeps."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.errors import NoSuchDealError, NotYoursError
from handlers.method.details import Owner
from handlers.method.handoff import HandoffState
from handlers.requests import OpenedRequest
from storage import deals, handoffs, statements
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
    """Whether the person may do whatever the deal's rep does: the rep, and who stands in for them meanwhile."""
    return person.id in (deal.owner_id, deal.covered_by_id)


def may_settle(session: Session, person: Person, deal: Deal, statement_id: int) -> bool:
    """Whether the person says what became of this statement.

    The rep does of each; the receiver of a handoff, once it is taken, of what delivery keeps.
    """
    if acts_as_rep(person, deal):
        return True
    newest = handoffs.latest(session, deal.id)
    if newest is None or newest.state != HandoffState.TAKEN or newest.receiver_id != person.id:
        return False
    noted = statements.details(session, deal.id).get(statement_id)
    return noted is not None and noted.owner == Owner.DELIVERY
