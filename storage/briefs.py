"""Queries for the versions of a deal's brief, within the session's tenant."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from storage.models import Brief

# Built once: every card shows it.
_LATEST = (
    select(Brief)
    .where(Brief.deal_id == bindparam("deal_id"))
    .order_by(Brief.version.desc())
    .limit(1)
    .options(selectinload(Brief.requirements))
)


def latest(session: Session, deal_id: int) -> Brief | None:
    """The newest version with its requirements, or None if there is no brief yet."""
    return session.scalar(_LATEST, {"deal_id": deal_id})


def version(session: Session, deal_id: int, number: int) -> Brief | None:
    """The version with this number and its requirements, or None."""
    statement = select(Brief).where(Brief.deal_id == deal_id, Brief.version == number)
    return session.scalar(statement.options(selectinload(Brief.requirements)))
