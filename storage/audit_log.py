"""The audit log: who did what and when, one timeline per deal. Entries are only added."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, desc, func, select
from sqlalchemy.orm import Session

from storage.models import AuditEntry, Deal

# Built once: every interaction runs these.
_OF_DEAL = (AuditEntry.deal_id == bindparam("deal_id"), AuditEntry.action.in_(bindparam("actions", expanding=True)))
_ENTRIES = select(AuditEntry).where(*_OF_DEAL).order_by(AuditEntry.id)
_LATEST = select(AuditEntry).where(*_OF_DEAL).order_by(AuditEntry.id.desc()).limit(1)
_COUNT = select(func.count()).where(*_OF_DEAL)


def record(
    session: Session, deal_id: int | None, actor_id: int | None, action: str, now: datetime, **detail: Any
) -> AuditEntry:
    """Add an entry to a deal's timeline, or without a deal to the workspace's.

    `actor_id` is None when FirstCall itself acted; `detail` is plain JSON.
    """
    entry = AuditEntry(deal_id=deal_id, actor_id=actor_id, action=action, detail=detail, at=now)
    session.add(entry)
    return entry


def timeline(session: Session, deal_id: int) -> Sequence[AuditEntry]:
    """The deal's entries, oldest first."""
    return session.scalars(select(AuditEntry).where(AuditEntry.deal_id == deal_id).order_by(AuditEntry.id)).all()


def latest(session: Session, deal_id: int, actions: Collection[str]) -> AuditEntry | None:
    """The deal's newest entry with one of these actions, or None."""
    return session.scalar(_LATEST, {"deal_id": deal_id, "actions": list(actions)})


def deal_of(session: Session, actor_id: int, times: Collection[datetime], actions: Collection[str]) -> int | None:
    """The deal of the newest of these actions that the person did at one of these times, or None."""
    if not times:
        return None
    return session.scalar(
        select(AuditEntry.deal_id)
        .where(AuditEntry.actor_id == actor_id, AuditEntry.at.in_(times), AuditEntry.action.in_(actions))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )


class CallMade(NamedTuple):
    """A call after which every statement was agreed: the deal's stage now, when it began and when it was done."""

    stage: str
    began_at: datetime | None
    aligned_at: datetime


def calls_of(session: Session, owner_id: int, most: int) -> list[CallMade]:
    """The rep's latest calls, newest first, at most `most`. Of a deal that was reopened, the first call counts."""
    aligned = (
        select(func.min(AuditEntry.at))
        .where(AuditEntry.deal_id == Deal.id, AuditEntry.action == "aligned")
        .correlate(Deal)
        .scalar_subquery()
    )
    began = (
        select(func.min(AuditEntry.at))
        .where(AuditEntry.deal_id == Deal.id, AuditEntry.action == "in_call")
        .correlate(Deal)
        .scalar_subquery()
    )
    statement = (
        select(Deal.stage, began, aligned.label("aligned_at"))
        .where(Deal.owner_id == owner_id, aligned.is_not(None))
        .order_by(desc("aligned_at"), Deal.id.desc())
        .limit(most)
    )
    return [CallMade(*row) for row in session.execute(statement)]


def count(session: Session, deal_id: int, *actions: str) -> int:
    """How many of the deal's entries have one of these actions."""
    return session.execute(_COUNT, {"deal_id": deal_id, "actions": actions}).scalar_one()


def entries(session: Session, deal_id: int, actions: Collection[str]) -> Sequence[AuditEntry]:
    """The deal's entries with one of these actions, oldest first."""
    return session.scalars(_ENTRIES, {"deal_id": deal_id, "actions": list(actions)}).all()
