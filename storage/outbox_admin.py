"""The outbox for administrators: list rows, retry given-up ones, cancel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from storage.models import OutboxRow
from storage.tenancy import scope


def page(
    session: Session,
    tenant_id: int,
    *,
    states: Collection[str],
    deal_id: int | None = None,
    after: int = 0,
    limit: int = 500,
) -> list[OutboxRow]:
    """The tenant's next rows by id, with their recipient; empty if there are no more.

    Args:
        session: unscoped; this scopes it to the tenant.
        states: only rows in one of these.
        deal_id: only rows of this deal.
        after: the id of the last row of the previous page.
    """
    scope(session, tenant_id)
    wanted = select(OutboxRow).where(OutboxRow.state.in_(states), OutboxRow.id > after)
    if deal_id is not None:
        wanted = wanted.where(OutboxRow.deal_id == deal_id)
    return list(session.scalars(wanted.options(selectinload(OutboxRow.person)).order_by(OutboxRow.id).limit(limit)))


def retry(
    session: Session, tenant_id: int, *, ids: Collection[int] = (), reason: str | None = None, now: datetime
) -> list[int]:
    """Queue given-up rows of the tenant again: those with these ids, and those given up for exactly this reason.

    Each gets all its tries again, and its sender first asks the platform whether an earlier try has arrived after all.

    Returns:
        Their ids.
    """
    scope(session, tenant_id)
    dead = select(OutboxRow).where(OutboxRow.state == "dead").order_by(OutboxRow.id).with_for_update()
    wanted = OutboxRow.id.in_(ids) if reason is None else OutboxRow.id.in_(ids) | (OutboxRow.reason == reason)
    rows = session.scalars(dead.where(wanted)).all()
    for row in rows:
        row.planned_at = row.meant_for
        row.state, row.due_at, row.settled_at, row.attempts = "queued", now, None, min(row.attempts, 1)
    return [row.id for row in rows]


def newest_dead(session: Session, most: int) -> tuple[Sequence[OutboxRow], int]:
    """The newest given-up rows of the session's tenant, with their recipient; and how many there are in all."""
    dead = OutboxRow.state == "dead"
    newest = select(OutboxRow).where(dead).order_by(OutboxRow.id.desc()).limit(most)
    rows = session.scalars(newest.options(selectinload(OutboxRow.person))).all()
    return rows, session.execute(select(func.count(OutboxRow.id)).where(dead)).scalar_one()


def count_queued(session: Session) -> int:
    """How many rows of the session's tenant wait to be sent."""
    return session.execute(select(func.count(OutboxRow.id)).where(OutboxRow.state == "queued")).scalar_one()


def cancel(
    session: Session, tenant_id: int, *, ids: Collection[int], reason: str, now: datetime, given_up: bool = False
) -> list[int]:
    """Cancel those of the tenant's rows that are queued or given up. A row that is being sent is not stopped.

    `given_up` leaves out queued rows.

    Returns:
        Their ids.
    """
    scope(session, tenant_id)
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.state.in_(("dead",) if given_up else ("queued", "dead")))
        .order_by(OutboxRow.id)
        .with_for_update()
    ).all()
    for row in rows:
        row.state, row.reason, row.settled_at = "cancelled", reason, now
    return [row.id for row in rows]
