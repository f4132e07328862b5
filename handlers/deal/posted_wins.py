"""The posted win summaries: one that tells of a win that is none any more is put right in place."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers.method.summary_periods import Period, Span, period_of
from handlers.method.time_zones import zone
from storage import outbox, workspaces
from storage.models import Deal, OutboxRow, Tenant

SUMMARY_UPDATE = "summary_update"
"""The kind of message that updates a posted summary."""
PUT_RIGHT_WITHIN = timedelta(days=60)
"""Older summaries stay as they are: nobody scrolls back that far."""
WEEK = timedelta(days=7)


def put_right(session: Session, deal: Deal, now: datetime) -> None:
    """Have the posted summaries of the days on which the deal closed drawn again."""
    tenant = session.get_one(Tenant, deal.tenant_id)
    zones = {channel.external_id: channel.summary_zone for channel in workspaces.wins_channels(session)}
    for row in outbox.sent_since(session, "summary", now - PUT_RIGHT_WITHIN):
        closed_on = deal.closed_at.astimezone(zone(zones.get(row.channel or ""), tenant.zone)).date()
        if period_told(row, tenant).includes(closed_on):
            _draw_again(session, row, now)


def period_payload(period: Period) -> dict[str, Any]:
    """What the row of a summary carries: the days that it tells of."""
    return {"span": period.span, "first": period.first.isoformat(), "end": period.end.isoformat()}


def period_told(row: OutboxRow, tenant: Tenant) -> Period:
    """The days that the summary tells of. A row of an earlier version carries none: the week before its Monday."""
    if "first" in row.payload:
        first, end = (date.fromisoformat(str(row.payload[name])) for name in ("first", "end"))
        return Period(Span(row.payload["span"]), first, end)
    return period_of(Span.WEEK, posted_on(row, tenant) - WEEK)


def posted_on(row: OutboxRow, tenant: Tenant) -> date:
    """The day on which the summary was meant to be posted, where it was planned."""
    return row.meant_for.astimezone(zone(row.zone, tenant.zone)).date()


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
