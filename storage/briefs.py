"""Queries for the versions of a deal's brief, within the session's tenant."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storage.models import Brief


def latest(session: Session, deal_id: int) -> Brief | None:
    """The newest version with its requirements, or None if there is no brief yet."""
    statement = select(Brief).where(Brief.deal_id == deal_id).order_by(Brief.version.desc()).limit(1)
    return session.scalar(statement.options(selectinload(Brief.requirements)))


def version(session: Session, deal_id: int, number: int) -> Brief | None:
    """The version with this number and its requirements, or None."""
    statement = select(Brief).where(Brief.deal_id == deal_id, Brief.version == number)
    return session.scalar(statement.options(selectinload(Brief.requirements)))
