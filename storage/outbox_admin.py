"""The outbox for whoever runs the bot: what waits, what was given up and why; trying again and cancelling."""

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
    """The tenant's next rows by id, with the person each is for; empty when there are no more.

    Args:
        session: of no tenant yet; it is bound to this one.
        states: only rows in one of these.
        deal_id: only rows of this deal.
        after: the id of the last row that was had.
    """
    scope(session, tenant_id)
    wanted = select(OutboxRow).where(OutboxRow.state.in_(states), OutboxRow.id > after)
    if deal_id is not None:
        wanted = wanted.where(OutboxRow.deal_id == deal_id)
    return list(session.scalars(wanted.options(selectinload(OutboxRow.person)).order_by(OutboxRow.id).limit(limit)))


def retry(
    session: Session, tenant_id: int, *, ids: Collection[int] = (), reason: str | None = None, now: datetime
) -> list[int]:
    """Queue given-up rows of the tenant anew: those with these ids, and those given up for just that reason.

    Each gets all its tries again, and the platform is asked first whether an earlier one has arrived after all.

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


def given_up(session: Session, most: int) -> tuple[Sequence[OutboxRow], int]:
    """Rows of the session's tenant that were given up, the newest first, with the person each is for; and how many."""
    dead = OutboxRow.state == "dead"
    newest = select(OutboxRow).where(dead).order_by(OutboxRow.id.desc()).limit(most)
    rows = session.scalars(newest.options(selectinload(OutboxRow.person))).all()
    return rows, session.execute(select(func.count(OutboxRow.id)).where(dead)).scalar_one()


def cancel(
    session: Session, tenant_id: int, *, ids: Collection[int], reason: str, now: datetime, given_up: bool = False
) -> list[int]:
    """Cancel those of the tenant's rows that wait or were given up. One that is just being sent is not stopped.

    `given_up`: only those.

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
