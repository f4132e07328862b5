"""Who keeps a promise beside the rep: somebody named on the team, or who took the deal for delivery.

The keeper is reminded of it, and the rep of what the keeper left unanswered (M7.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.delivery_keeper import delivery_keeper, kept_by_delivery
from handlers.method.reminders_due import AGREED, KEPT_KINDS, is_unanswered
from handlers.method.team_roles import ALL_ROLES
from storage import deal_members, handoffs
from storage.models import Deal, Person


def keepers_of(session: Session, deal: Deal) -> dict[int, Person]:
    """Who keeps which statement, by statement id. Whoever is named comes before delivery; the rep keeps the others."""
    receiver = delivery_keeper(session, deal)
    of_delivery = kept_by_delivery(session, deal) if receiver is not None and _is_present(receiver, deal) else ()
    return {**{each: receiver for each in of_delivery if receiver is not None}, **named_keepers(session, deal)}


def named_keepers(session: Session, deal: Deal) -> dict[int, Person]:
    """Who of the team was named to keep which statement, by statement id."""
    members = {each.person_id: each.person for each in deal_members.of_deal(session, deal.id)}
    present = {each: who for each, who in members.items() if _is_present(who, deal)}
    if not present:
        return {}
    keepers = deal_members.keepers(session, deal.id)
    return {statement_id: present[each] for statement_id, each in keepers.items() if each in present}


def reminded_keepers(session: Session, deal: Deal) -> dict[int, Person]:
    """Those of them who want reminders: the rep is reminded of what the others keep."""
    return {each: who for each, who in keepers_of(session, deal).items() if who.reminded}


def deals_of_keeper(session: Session, person: Person) -> tuple[Deal, ...]:
    """The deals of others in which the person may keep something: on whose team they are, or that they took over."""
    taken = (deal for deal in handoffs.received_by(session, person.id) if deal.stage in AGREED)
    found = (*deal_members.deals_of(session, person.id, AGREED, ALL_ROLES), *taken)
    return tuple({deal.id: deal for deal in found if deal.owner_id != person.id}.values())


def reader_of(session: Session, deal: Deal, kind: str, payload: Mapping[str, Any]) -> Person:
    """Whom a reminder of the deal is for. `payload` is that of its row, or what a list stores of it."""
    if kind not in KEPT_KINDS or is_unanswered(str(payload.get("of", ""))):
        return deal.current_rep
    return reminded_keepers(session, deal).get(payload.get("statement", 0), deal.current_rep)


def _is_present(person: Person, deal: Deal) -> bool:
    return person.left_at is None and person.id not in (deal.owner_id, deal.current_rep_id)
