"""Queries for what people noted about statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Statement, StatementNote


def of_deals(session: Session, deal_ids: Collection[int]) -> Sequence[StatementNote]:
    """The notes on the deals' statements, the oldest first."""
    return session.scalars(
        select(StatementNote)
        .join(Statement, Statement.id == StatementNote.statement_id)
        .where(Statement.deal_id.in_(deal_ids))
        .order_by(StatementNote.id)
    ).all()


def find(session: Session, note_id: int) -> StatementNote | None:
    """The note with this id, or None."""
    return session.scalar(select(StatementNote).where(StatementNote.id == note_id))
