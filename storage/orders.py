"""Queries for what happened to orders, and for the next steps of deals. Rows are only added."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import NextStep, OrderChange

_Row = TypeVar("_Row", OrderChange, NextStep)


def record_change(  # noqa: PLR0913 (a row's columns, by name)
    session: Session,
    *,
    deal_id: int,
    kind: str,
    was: str | None,
    became: str | None,
    reason: str | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Add a change of the deal's order."""
    session.add(
        OrderChange(deal_id=deal_id, kind=kind, was=was, became=became, reason=reason, recorded_by=actor_id, at=now)
    )
    session.flush()


def latest_change(session: Session, deal_id: int, kinds: Collection[str]) -> OrderChange | None:
    """The newest change of these kinds, or None."""
    wanted = select(OrderChange).where(OrderChange.deal_id == deal_id, OrderChange.kind.in_(kinds))
    return session.scalar(wanted.order_by(OrderChange.id.desc()).limit(1))


def count_changes(session: Session, deal_id: int) -> int:
    """How often the order was changed."""
    return session.execute(select(func.count()).where(OrderChange.deal_id == deal_id)).scalar_one()


def record_step(
    session: Session,
    *,
    deal_id: int,
    step: str,
    due_on: date | None,
    outcome: str | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Add an entry about the deal's next step."""
    session.add(NextStep(deal_id=deal_id, step=step, due_on=due_on, outcome=outcome, recorded_by=actor_id, at=now))
    session.flush()


def latest_step_id(session: Session, deal_id: int) -> int:
    """The id of the newest entry about the deal's next step; 0 if there is none."""
    newest = select(func.max(NextStep.id)).where(NextStep.deal_id == deal_id)
    return session.execute(newest).scalar_one() or 0


def changes_of(session: Session, deal_ids: Collection[int]) -> dict[int, list[OrderChange]]:
    """All changes of these deals' orders, the oldest first, by deal."""
    return _by_deal(
        session.scalars(select(OrderChange).where(OrderChange.deal_id.in_(deal_ids)).order_by(OrderChange.id))
    )


def steps_of(session: Session, deal_ids: Collection[int]) -> dict[int, list[NextStep]]:
    """All entries about these deals' next steps, the oldest first, by deal."""
    return _by_deal(session.scalars(select(NextStep).where(NextStep.deal_id.in_(deal_ids)).order_by(NextStep.id)))


def _by_deal(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.deal_id, []).append(row)
    return found
