"""The audit log: who did what and when, one timeline per deal. Entries are only added."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
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


def calls_of(session: Session, owner_ids: Collection[int], most: int) -> dict[int, list[CallMade]]:
    """The latest calls of each of these reps, newest first, at most `most` each; by person id.

    Of a deal that was reopened, the first call counts.
    """
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
    calls = (
        select(Deal.id, Deal.owner_id, Deal.stage, began.label("began_at"), aligned.label("aligned_at"))
        .where(Deal.owner_id.in_(owner_ids))
        .subquery()
    )
    newest = func.row_number().over(
        partition_by=calls.c.owner_id, order_by=(calls.c.aligned_at.desc(), calls.c.id.desc())
    )
    ranked = select(calls, newest.label("place")).where(calls.c.aligned_at.is_not(None)).subquery()
    statement = (
        select(ranked.c.owner_id, ranked.c.stage, ranked.c.began_at, ranked.c.aligned_at)
        .where(ranked.c.place <= most)
        .order_by(ranked.c.place)
    )
    found: dict[int, list[CallMade]] = {owner_id: [] for owner_id in owner_ids}
    for owner_id, *row in session.execute(statement):
        found[owner_id].append(CallMade(*row))
    return found


def count(session: Session, deal_id: int, *actions: str) -> int:
    """How many of the deal's entries have one of these actions."""
    return session.execute(_COUNT, {"deal_id": deal_id, "actions": actions}).scalar_one()


def entries_of(session: Session, deal_ids: Collection[int], actions: Collection[str]) -> dict[int, list[AuditEntry]]:
    """The entries of these deals with one of these actions, oldest first, by deal id."""
    found: dict[int, list[AuditEntry]] = {deal_id: [] for deal_id in deal_ids}
    wanted = select(AuditEntry).where(AuditEntry.deal_id.in_(deal_ids), AuditEntry.action.in_(actions))
    for entry in session.scalars(wanted.order_by(AuditEntry.id)):
        if entry.deal_id is not None:
            found[entry.deal_id].append(entry)
    return found


def entries(session: Session, deal_id: int, actions: Collection[str]) -> Sequence[AuditEntry]:
    """The deal's entries with one of these actions, oldest first."""
    return session.scalars(_ENTRIES, {"deal_id": deal_id, "actions": list(actions)}).all()
