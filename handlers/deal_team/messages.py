"""Composes what the outbox sends about a deal's team, from the state at that moment."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.deal.facts import facts
from handlers.deal.team import ADDED
from handlers.method.team_roles import TeamRole
from handlers.promises.board import SHOWN
from handlers.screens.deal_team import MemberLeft, TeamMessage, TeamWelcome
from storage.models import Deal, DealMember, OutboxRow


def compose_team(session: Session, row: OutboxRow, deal: Deal) -> TeamMessage | None:
    """The message; None if it is not so any more: they are off the team, in another role, or the deal has a new rep."""
    member = session.get(DealMember, int(row.payload["member"]))
    if member is None:
        return None
    if row.kind == ADDED:
        if member.removed_at is not None or member.role != row.payload["role"]:
            return None
        return TeamWelcome(facts(deal), TeamRole(member.role), str(row.payload["by"]), deal.stage in SHOWN)
    if row.person_id != deal.current_rep_id:
        return None
    promises = int(row.payload["promises"])
    return MemberLeft(facts(deal), member.person.external_id, TeamRole(member.role), promises)
