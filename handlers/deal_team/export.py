"""What `firstcall export` writes about the team on a deal, and about who keeps its promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from storage import deal_members

Exported = dict[str, Any]
People = Mapping[int, dict[str, str | None]]


def export_team(session: Session, deal_ids: Collection[int], people: People) -> Mapping[int, Exported]:
    """By deal id: `team`, all members that it ever had, and `keepers`, who was named for each statement, in order."""
    members, keepers = deal_members.history(session, deal_ids), deal_members.keepers_history(session, deal_ids)
    return {
        deal_id: {
            "team": [
                {
                    "person": people[row.person_id],
                    "role": row.role,
                    "added_by": people[row.added_by],
                    "added_at": row.added_at.isoformat(),
                    "removed_at": None if row.removed_at is None else row.removed_at.isoformat(),
                }
                for row in members.get(deal_id, ())
            ],
            "keepers": [
                {
                    "statement": row.statement_id,
                    "person": None if row.person_id is None else people[row.person_id],
                    "by": None if row.assigned_by is None else people[row.assigned_by],
                    "at": row.at.isoformat(),
                }
                for row in keepers.get(deal_id, ())
            ],
        }
        for deal_id in deal_ids
    }
