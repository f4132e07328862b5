"""The outbox for administrators: list rows, retry given-up ones, cancel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from storage import conversation_references
from storage.models import OutboxRow, Person
from storage.tenancy import scope

NOT_REPEATED = ("card", "brief", "invite", "channel_closed")
"""Kinds of messages that nobody gets again if they missed them."""


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
    The conversation is tried even if the platform has refused it.

    Returns:
        Their ids.
    """
    scope(session, tenant_id)
    dead = select(OutboxRow).where(OutboxRow.state == "dead").order_by(OutboxRow.id).with_for_update()
    wanted = OutboxRow.id.in_(ids) if reason is None else OutboxRow.id.in_(ids) | (OutboxRow.reason == reason)
    rows = session.scalars(dead.where(wanted)).all()
    _queue_again(rows, now)
    recipients = [row.channel or (row.person.external_id if row.person else "") for row in rows]
    conversation_references.unblock(session, recipients)
    return [row.id for row in rows]


def _queue_again(rows: Sequence[OutboxRow], now: datetime) -> None:
    for row in rows:
        row.planned_at = row.meant_for
        row.state, row.due_at, row.settled_at, row.attempts = "queued", now, None, min(row.attempts, 1)


def retry_missed(session: Session, external_id: str, reasons: Collection[str], now: datetime) -> None:
    """Queue again what a person could not be sent for one of these reasons, in the session's tenant.

    Only messages that are not repeated by later ones: no reminder and no digest.
    """
    missed = (
        select(OutboxRow)
        .join(Person, Person.id == OutboxRow.person_id)
        .where(
            Person.external_id == external_id,
            OutboxRow.state == "dead",
            OutboxRow.reason.in_(reasons),
            OutboxRow.kind.in_(NOT_REPEATED),
        )
    )
    _queue_again(session.scalars(missed.order_by(OutboxRow.id).with_for_update(of=OutboxRow)).all(), now)


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
