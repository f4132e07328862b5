"""Who keeps a promise by name, and who is reminded of it: the keeper; the rep of what the keeper left unanswered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from handlers.method.reminders_due import KEPT_KINDS, is_unanswered
from storage import deal_members
from storage.models import Deal, Person


def keepers_of(session: Session, deal: Deal) -> dict[int, Person]:
    """Who keeps which statement, by statement id: people on the team beside the rep. The rep keeps the others."""
    members = {each.person_id: each.person for each in deal_members.of_deal(session, deal.id)}
    present = {
        each: who
        for each, who in members.items()
        if who.left_at is None and each not in (deal.owner_id, deal.current_rep_id)
    }
    if not present:
        return {}
    keepers = deal_members.keepers(session, deal.id)
    return {statement_id: present[each] for statement_id, each in keepers.items() if each in present}


def reader_of(session: Session, deal: Deal, kind: str, payload: Mapping[str, Any]) -> Person:
    """Whom a reminder of the deal is for. `payload` is that of its row, or what a list stores of it."""
    if kind not in KEPT_KINDS or is_unanswered(str(payload.get("of", ""))):
        return deal.current_rep
    return keepers_of(session, deal).get(payload.get("statement", 0), deal.current_rep)
