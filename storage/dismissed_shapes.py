"""How often messages of one shape were called no deal, within the session's tenant."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import DismissedShape


def dismissed(session: Session, shape: str) -> int:
    """How often a rep said "not a deal" to a message of that shape, and did not take it back."""
    return session.scalar(select(DismissedShape.count).where(DismissedShape.shape == shape)) or 0


def count(session: Session, shape: str, by: int) -> int:
    """Count `by` more, or less; never below none, and a shape that nobody dismissed gets no row by counting down.

    Returns by how much the count has changed.
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
