"""What happened: inbound events that were applied, and the audit log behind a deal's timeline."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_if_new
from storage.models import AuditEntry, InboundEvent
from storage.tenancy import ALL_TENANTS


def is_first_time(session: Session, key: str, now: datetime) -> bool:
    """Note an inbound event in this transaction; False when it was applied before.

    Two deliveries at the same moment meet at the unique key: one of them waits for the other and then gets False.
    """
    return insert_if_new(session, InboundEvent, ("tenant_id", "key"), key=key[:255], received_at=now)


def forget_events(session: Session, before: datetime) -> int:
    """Drop the notes of events that no platform delivers again, in all tenants. Returns how many."""
    statement = delete(InboundEvent).where(InboundEvent.received_at < before).returning(InboundEvent.id)
    return len(session.scalars(statement, execution_options={ALL_TENANTS: True}).all())


def record(
    session: Session, deal_id: int, actor_id: int | None, action: str, now: datetime, **detail: Any
) -> AuditEntry:
    """Add a line to a deal's timeline. `actor_id` is None when FirstCall itself acted; `detail` is plain JSON."""
    entry = AuditEntry(deal_id=deal_id, actor_id=actor_id, action=action, detail=detail, at=now)
    session.add(entry)
    return entry


def timeline(session: Session, deal_id: int) -> Sequence[AuditEntry]:
    """The deal's timeline, oldest first."""
    return session.scalars(select(AuditEntry).where(AuditEntry.deal_id == deal_id).order_by(AuditEntry.id)).all()


def latest(session: Session, deal_id: int, actions: Collection[str]) -> AuditEntry | None:
    """The newest line of a deal's timeline with one of these actions, or None."""
    return session.scalar(
        select(AuditEntry)
        .where(AuditEntry.deal_id == deal_id, AuditEntry.action.in_(actions))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )


def count(session: Session, deal_id: int, *actions: str) -> int:
    """How many lines of the deal's timeline tell of one of these actions."""
    statement = select(func.count()).where(AuditEntry.deal_id == deal_id, AuditEntry.action.in_(actions))
    return session.execute(statement).scalar_one()
