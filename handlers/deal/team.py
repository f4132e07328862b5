"""A deal's team as it stands, and somebody who goes off it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.delivery import send
from handlers.deal.planning import plan_messages
from handlers.deal.posted_wins import put_right
from storage import audit_log, deal_members, deals
from storage.models import Deal, DealMember, Person

ADDED, LEFT = "team_added", "team_left"
"""The kinds of messages about the team: to who was added, and to the rep when somebody left the company."""
KINDS = frozenset({ADDED, LEFT})


def take_off(session: Session, deal: Deal, member: DealMember, by: int | None, now: datetime) -> int:
    """Take somebody off the team of a locked deal: what they kept is the rep's again, and their reminders stop.

    Returns how many promises they kept by name.
    """
    kept = deal_members.take_off(session, member, by, now)
    if by is None:
        audit_log.record(session, deal.id, None, "team_left", now, member=member.id)
    else:
        audit_log.record(session, deal.id, by, "team_removed", now, member=member.id)
    session.flush()
    plan_messages(session, deal, now)
    put_right(session, deal, now)
    return kept


def leave_all(session: Session, person: Person, now: datetime) -> None:
    """The person left the company: they go off every team, and each rep is told once per deal."""
    known = {each.deal_id: each for each in deal_members.of_person(session, person.id)}
    for deal in deals.lock_all(session, list(known)):
        member = known[deal.id]
        kept = take_off(session, deal, member, None, now)
        send(session, deal, LEFT, f"{LEFT}:{member.id}", now, person=deal.current_rep, member=member.id, promises=kept)
