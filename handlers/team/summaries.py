"""Plans the weekly win summaries: the next one, and those of weeks whose Monday the bot slept through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.method.time_zones import SUMMARY_TIME, next_summary, zone
from storage import outbox, workspaces
from storage.models import Channel, OutboxRow, Tenant
from storage.tenancy import scope

MOST_LATE_WEEKS = 4
"""Older wins are no news any more. Weeks without a win are not posted, so few messages come at once."""
WEEK = timedelta(days=7)


def plan_next(session: Session, tenant_id: int, now: datetime) -> None:
    """Bind the session to the workspace, and plan its next summaries and the missed ones."""
    scope(session, tenant_id)
    plan_summaries(session, session.get_one(Tenant, tenant_id), now)


def plan_summaries(session: Session, tenant: Tenant, now: datetime, *, switched_on: Channel | None = None) -> None:
    """Enqueue the next win summary for each wins channel, unless it is in the outbox already, and each missed one.

    The next one moves with the workspace's time zone. `switched_on` has become a wins channel just now: it missed none.
    """
    local = zone(tenant.zone)
    due_at = next_summary(now, local)
    for channel in workspaces.wins_channels(session):
        if channel is not switched_on:
            for monday in _missed(session, channel, due_at, local):
                _enqueue(session, channel, monday, local, now)
        row = _enqueue(session, channel, due_at.astimezone(local).date(), local, now)
        if row.state == "queued" and row.planned_at is None:
            row.due_at, row.zone = due_at, local.key


def _missed(session: Session, channel: Channel, next_due_at: datetime, local: ZoneInfo) -> Iterator[date]:
    """The Mondays after that of the channel's last summary and before the next one, oldest first.

    A clock that was wrong may have planned a summary for far in the future: it does not count.
    """
    last = outbox.latest_due(session, "summary", channel.external_id, until=next_due_at)
    if last is not None:
        following = next_due_at.astimezone(local).date()
        for weeks in range(MOST_LATE_WEEKS, 0, -1):
            monday = following - weeks * WEEK
            if monday > last.meant_for.astimezone(zone(last.zone)).date():
                yield monday


def _enqueue(session: Session, channel: Channel, monday: date, local: ZoneInfo, now: datetime) -> OutboxRow:
    return outbox.enqueue(
        session,
        kind="summary",
        dedupe_key=f"summary:{channel.external_id}:{monday.isoformat()}",
        due_at=datetime.combine(monday, SUMMARY_TIME, tzinfo=local).astimezone(UTC),
        zone=local.key,
        channel=channel.external_id,
        now=now,
    )
