"""Counts how often reps dismissed messages of one shape as "not a deal", within the session's tenant."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import DismissedShape


def dismissal_count(session: Session, shape: str) -> int:
    """How many messages of this shape were dismissed, without the dismissals that were undone."""
    return session.scalar(select(DismissedShape.count).where(DismissedShape.shape == shape)) or 0


def adjust_count(session: Session, shape: str, by: int) -> int:
    """Add `by` to the count, which never falls below zero. Counting down never creates a row.

    Returns by how much the count changed.
    """
    row = None
    if by > 0:
        row = insert_or_ignore(session, DismissedShape, ("tenant_id", "shape"), shape=shape, count=0)
    if row is None:
        held = select(DismissedShape).where(DismissedShape.shape == shape).with_for_update()
        row = session.scalars(held).one_or_none()
    if row is None:
        return 0
    before, row.count = row.count, max(0, row.count + by)
    return row.count - before
