"""What was posted about wins, the weekly summaries and the announcement of the deal: put right in place."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from handlers.deal.announced import draw_again
from handlers.method.time_zones import zone
from storage import outbox
from storage.models import Deal, OutboxRow, Tenant

SUMMARY_UPDATE = "summary_update"
"""The kind of message that updates a posted summary."""
PUT_RIGHT_WITHIN = timedelta(days=60)
"""Older summaries stay as they are: nobody scrolls back that far."""
WEEK = timedelta(days=7)


def put_right(session: Session, deal: Deal, now: datetime) -> None:
    """Have the deal's announcement, and the posted summaries of the week in which it closed, drawn again."""
    draw_again(session, deal, now)
    tenant = session.get_one(Tenant, deal.tenant_id)
    local = zone(tenant.zone)
    closed_on = deal.closed_at.astimezone(local).date()
    for row in outbox.sent_since(session, "summary", now - PUT_RIGHT_WITHIN):
        told_on = week_of(row, tenant).date()
        monday = told_on - timedelta(days=told_on.weekday())
        if monday <= closed_on < monday + WEEK:
            _draw_again(session, row, now)


def week_of(row: OutboxRow, tenant: Tenant) -> datetime:
    """A moment of the week that the summary tells of: the one before the row's Monday, in the tenant's zone."""
    posted_on = row.meant_for.astimezone(zone(row.zone, tenant.zone)).date()
    return datetime.combine(posted_on - WEEK, time(12), tzinfo=zone(tenant.zone))


def _draw_again(session: Session, row: OutboxRow, now: datetime) -> None:
    drawn = int(row.payload.get("drawn", 0)) + 1
    row.payload = {**row.payload, "drawn": drawn}
    outbox.enqueue(
        session,
        kind=SUMMARY_UPDATE,
        dedupe_key=f"{SUMMARY_UPDATE}:{row.id}:{drawn}",
        due_at=now,
        zone=row.zone,
        channel=row.channel,
        payload={"row": row.id, "drawn": drawn},
        now=now,
    )
