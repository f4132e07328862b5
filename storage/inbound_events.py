"""Inbound events: each is applied once, however often the platform delivers it (data rule 2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_if_new
from storage.models import InboundEvent
from storage.tenancy import ALL_TENANTS


def is_first_time(session: Session, key: str, now: datetime) -> bool:
    """Record the event in this transaction. False if it was applied before.

    Two deliveries at the same time compete for the unique key: one waits until the other has ended, then gets False.
    """
    return insert_if_new(session, InboundEvent, ("tenant_id", "key"), key=key[:255], received_at=now)


def forget_events(session: Session, before: datetime) -> int:
    """Delete the events received before `before`, in all tenants; returns how many. No platform delivers them again."""
    statement = delete(InboundEvent).where(InboundEvent.received_at < before).returning(InboundEvent.id)
    return len(session.scalars(statement, execution_options={ALL_TENANTS: True}).all())
