"""What `firstcall export` writes about who stood in for the rep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import covers

Exported = dict[str, Any]
People = Mapping[int, dict[str, str | None]]


def export_covers(session: Session, deal_ids: Collection[int], people: People) -> Mapping[int, list[Exported]]:
    """By deal id: everybody who was asked, the oldest first."""
    found: dict[int, list[Exported]] = {deal_id: [] for deal_id in deal_ids}
    for row in covers.of_deals(session, deal_ids):
        found[row.deal_id].append(
            {
                "rep": people[row.rep_id],
                "stand_in": people[row.stand_in_id],
                "state": row.state,
                "until": None if row.until is None else row.until.isoformat(),
                "asked_at": row.asked_at.isoformat(),
                "answered_at": _time(row.answered_at),
                "ended_at": _time(row.ended_at),
            }
        )
    return found


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
