"""Queries for what became of promises: the newest outcome of each statement, and of each occasion."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from storage import statements
from storage.models import Confirmation, PromiseOutcome, Statement, StatementVersion

SETTLED = ("kept", "exceeded", "missed")
"""The states that say what became of a promise. The others leave it open."""


class Occasion(NamedTuple):
    """A day on which a promise recurs, by the rule `number` of its statement."""

    statement_id: int
    number: int
    day: date


# Built once: every interaction runs these.
_THEN, _NOW = aliased(StatementVersion), aliased(StatementVersion)
_OUTCOMES = (
    select(PromiseOutcome)
    .join(Statement, Statement.id == PromiseOutcome.statement_id)
    .join(_THEN, and_(_THEN.statement_id == Statement.id, _THEN.version == PromiseOutcome.version))
    .join(_NOW, and_(_NOW.statement_id == Statement.id, _NOW.version == Statement.current_version))
    .where(
        Statement.deal_id == bindparam("deal_id"),
        PromiseOutcome.occasion.is_(None),
        _THEN.wording == _NOW.wording,
        _THEN.target.is_not_distinct_from(_NOW.target),
    )
    .order_by(PromiseOutcome.id)
)
_OCCASIONS = (
    select(PromiseOutcome)
    .join(Statement, Statement.id == PromiseOutcome.statement_id)
    .where(Statement.deal_id == bindparam("deal_id"), PromiseOutcome.occasion.is_not(None))
    .order_by(PromiseOutcome.id)
)


def outcomes(session: Session, deal_id: int) -> dict[int, PromiseOutcome]:
    """The newest outcome of each of the deal's statements that is settled as it is worded now, by statement id.

    A change of place is no new wording: what was kept stays kept. Outcomes of single occasions are not included.
    """
    rows = session.scalars(_OUTCOMES, {"deal_id": deal_id})
    newest = {row.statement_id: row for row in rows}
    return {statement_id: row for statement_id, row in newest.items() if row.state in SETTLED}


def occasions(session: Session, deal_id: int) -> dict[Occasion, PromiseOutcome]:
    """The newest outcome of each occasion of the deal's promises that recur."""
    rows = session.scalars(_OCCASIONS, {"deal_id": deal_id})
    return {Occasion(row.statement_id, row.number or 0, row.occasion): row for row in rows if row.occasion is not None}


def add_outcome(  # noqa: PLR0913 (a row's columns, by name)
    session: Session,
    *,
    statement_id: int,
    version: int,
    state: str,
    said_by: str,
    by: int,
    now: datetime,
    contact: str | None = None,
    evidence: str | None = None,
    reason: str | None = None,
    occasion: date | None = None,
    number: int | None = None,
) -> PromiseOutcome:
    """Add an outcome of a version of a statement, or of one of its occasions."""
    row = PromiseOutcome(
        statement_id=statement_id,
        version=version,
        occasion=occasion,
        number=number,
        state=state,
        said_by=said_by,
        contact=contact,
        evidence=evidence,
        reason=reason,
        recorded_by=by,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def renegotiate(session: Session, *, statement_id: int, contact: str | None, by: int, now: datetime) -> int | None:
    """Record that the wording that the customer has just agreed to replaces another one (M10.2).

    Only what was recapped was a promise, and one that was missed stays missed. Returns the version that was replaced;
    None if there is none.
    """
    statement = session.get_one(Statement, statement_id)
    new = statements.version(session, statement_id, statement.current_version)
    agreed = session.execute(
        select(Confirmation.version, Confirmation.at)
        .where(
            Confirmation.statement_id == statement_id,
            Confirmation.said == "agreed",
            Confirmation.version < statement.current_version,
        )
        .order_by(Confirmation.version.desc(), Confirmation.id.desc())
    ).first()
    if agreed is None:
        return None
    old = statements.version(session, statement_id, agreed.version)
    was_recapped = any(sent >= agreed.at for sent in statements.recaps_sent(session, statement.deal_id))
    if not was_recapped or (old.wording, old.target) == (new.wording, new.target):
        return None
    last = session.scalar(
        select(PromiseOutcome.state)
        .where(
            PromiseOutcome.statement_id == statement_id,
            PromiseOutcome.version == agreed.version,
            PromiseOutcome.occasion.is_(None),
        )
        .order_by(PromiseOutcome.id.desc())
        .limit(1)
    )
    if last in ("missed", "renegotiated"):
        return None
    add_outcome(
        session,
        statement_id=statement_id,
        version=agreed.version,
        state="renegotiated",
        said_by="customer",
        contact=contact,
        by=by,
        now=now,
    )
    return int(agreed.version)


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
