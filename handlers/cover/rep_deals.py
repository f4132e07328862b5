"""The deals of a rep that a colleague can be asked about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.team.handover import PASSED_ON
from storage import covers, deals
from storage.models import Cover, Deal, Person


def open_deals(session: Session, rep: Person) -> list[Deal]:
    """The rep's open deals. Whose rep is unknown is nobody's yet."""
    return [deal for deal in deals.of_owner(session, rep.id, PASSED_ON) if deal.owner_known]


def uncovered(session: Session, rep: Person) -> list[Deal]:
    """The rep's open deals that nobody covers, or was asked to cover."""
    found = open_deals(session, rep)
    standing = covers.standing_on(session, [deal.id for deal in found])
    return [deal for deal in found if deal.id not in standing]


def still_to_cover(session: Session, rows: Sequence[Cover]) -> list[Deal]:
    """The deals of these covers, asked together, that are open, still the rep's, and that nobody else covers."""
    standing = covers.standing_on(session, [each.deal_id for each in rows])
    free = {each.deal_id for each in rows if standing.get(each.deal_id) in (None, each)}
    return [deal for deal in open_deals(session, rows[0].rep) if deal.id in free]
