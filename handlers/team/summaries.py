"""Plans the weekly win summaries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.method.time_zones import next_summary, zone
from storage import outbox, workspaces
from storage.models import Tenant
from storage.tenancy import scope


def plan_next(session: Session, tenant_id: int, now: datetime) -> None:
    """Bind the session to the workspace and plan its next summaries."""
    scope(session, tenant_id)
    plan_summaries(session, session.get_one(Tenant, tenant_id), now)


def plan_summaries(session: Session, tenant: Tenant, now: datetime) -> None:
    """Enqueue the next win summary for each wins channel, unless it is in the outbox already."""
    local = zone(tenant.zone)
    due_at = next_summary(now, local)
    for channel in workspaces.wins_channels(session):
        outbox.enqueue(
            session,
            kind="summary",
            dedupe_key=f"summary:{channel.external_id}:{due_at.astimezone(local).date().isoformat()}",
            due_at=due_at,
            zone=local.key,
            channel=channel.external_id,
            now=now,
        )
