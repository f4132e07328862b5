"""What `firstcall export` writes about announced wins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from storage import announcements

Exported = dict[str, Any]
People = Mapping[int, dict[str, str | None]]


def export_announcements(session: Session, deal_ids: Collection[int], people: People) -> Mapping[int, Exported | None]:
    """By deal id: the announcement with all who said thanks, in order; None for a deal that was not announced."""
    found = announcements.of_deals(session, deal_ids)
    thanks: dict[int, list[Exported]] = {}
    for said in announcements.thanks_of(session, [each.id for each in found.values()]):
        by = {"person": people[said.person_id], "at": said.at.isoformat()}
        thanks.setdefault(said.announcement_id, []).append(by)
    written: dict[int, Exported | None] = dict.fromkeys(deal_ids)
    for deal_id, row in found.items():
        written[deal_id] = {
            "channel": row.channel,
            "thread": row.thread,
            "note": row.note,
            "shows_amount": row.shows_amount,
            "by": people[row.announced_by],
            "at": row.announced_at.isoformat(),
            "changed_at": None if row.changed_at is None else row.changed_at.isoformat(),
            "thanks": thanks.get(row.id, []),
        }
    return written
