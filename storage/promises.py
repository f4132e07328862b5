"""Queries for what became of promises: the newest outcome of each statement, and of each occasion."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import PromiseOutcome, Statement


def outcomes(session: Session, deal_id: int) -> dict[int, PromiseOutcome]:
    """The newest outcome of each of the deal's statements in its current version, by statement id.

    Outcomes of single occasions are not included.
    """
    rows = session.scalars(
        select(PromiseOutcome)
        .join(Statement, Statement.id == PromiseOutcome.statement_id)
        .where(
            Statement.deal_id == deal_id,
            PromiseOutcome.version == Statement.current_version,
            PromiseOutcome.occasion.is_(None),
        )
        .order_by(PromiseOutcome.id)
    )
    return {row.statement_id: row for row in rows}


def history(session: Session, deal_ids: Collection[int]) -> dict[int, list[PromiseOutcome]]:
    """All outcomes of the deals' statements, the oldest first, by statement id."""
    found: dict[int, list[PromiseOutcome]] = {}
    for row in session.scalars(
        select(PromiseOutcome)
        .join(Statement, Statement.id == PromiseOutcome.statement_id)
        .where(Statement.deal_id.in_(deal_ids))
        .order_by(PromiseOutcome.id)
    ):
        found.setdefault(row.statement_id, []).append(row)
    return found


def count_missed_occasions(session: Session, statement_id: int) -> int:
    """How many occasions of a promise that recurs were missed, by the newest outcome of each."""
    newest = (
        select(func.max(PromiseOutcome.id))
        .where(PromiseOutcome.statement_id == statement_id, PromiseOutcome.occasion.is_not(None))
        .group_by(PromiseOutcome.occasion)
    )
    wanted = select(func.count()).where(PromiseOutcome.id.in_(newest), PromiseOutcome.state == "missed")
    return session.scalars(wanted).one()
