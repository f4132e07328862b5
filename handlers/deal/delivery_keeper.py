"""Who keeps a deal's promises for delivery: the receiver of its handoff, while the deal is taken."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.method.details import Owner
from handlers.method.handoff import HandoffState
from storage import handoffs, statements
from storage.models import Deal, Person


def delivery_keeper(session: Session, deal: Deal) -> Person | None:
    """The person who took the deal, until it is handed to somebody else; None if nobody has."""
    newest = handoffs.latest(session, deal.id)
    return newest.receiver if newest is not None and newest.state == HandoffState.TAKEN else None


def kept_by_delivery(session: Session, deal: Deal) -> frozenset[int]:
    """The statements that delivery keeps, whoever it is."""
    noted = statements.details(session, deal.id)
    return frozenset(each for each, details in noted.items() if details.owner == Owner.DELIVERY)
