"""Counts over all deals of a workspace, each in one query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from storage.models import Deal, Handoff, PromiseOutcome


def oldest_in(session: Session, stages: Collection[str], most: int) -> tuple[Sequence[Deal], int]:
    """The deals in these stages that closed first, at most `most` and none in doubt; and how many there are."""
    wanted = (Deal.stage.in_(stages), Deal.doubt.is_(None), Deal.owner_known.is_(True))
    total = session.execute(select(func.count(Deal.id)).where(*wanted)).scalar_one()
    first = select(Deal).where(*wanted).order_by(Deal.closed_at, Deal.id).limit(most)
    return session.scalars(first.options(joinedload(Deal.covered_by))).all(), total


def newest_in(session: Session, stages: Collection[str], most: int) -> Sequence[Deal]:
    """The deals in these stages that closed last, at most `most`."""
    newest = select(Deal).where(Deal.stage.in_(stages)).order_by(Deal.closed_at.desc(), Deal.id.desc()).limit(most)
    return session.scalars(newest.options(joinedload(Deal.covered_by))).all()


def count_without_step(session: Session, stages: Collection[str], today: date) -> int:
    """How many deals in these stages have no next step with a day from `today` on."""
    lacking = or_(Deal.next_step_on.is_(None), Deal.next_step_on < today)
    return session.execute(select(func.count(Deal.id)).where(Deal.stage.in_(stages), lacking)).scalar_one()


def count_handoffs(session: Session, state: str, without: Collection[str]) -> int:
    """How many deals outside these stages have a newest handoff in this state."""
    later = aliased(Handoff)
    superseded = exists().where(later.deal_id == Handoff.deal_id, later.id > Handoff.id)
    waiting = (
        select(func.count(Handoff.id))
        .join(Deal, Deal.id == Handoff.deal_id)
        .where(Handoff.state == state, ~superseded, Deal.stage.not_in(without))
    )
    return session.execute(waiting).scalar_one()


def outcomes_since(session: Session, since: datetime) -> dict[tuple[str, str | None], int]:
    """How many statements have an outcome since then, as it was said last, by its state and reason."""
    newest = (
        select(func.max(PromiseOutcome.id))
        .where(PromiseOutcome.at >= since, PromiseOutcome.occasion.is_(None))
        .group_by(PromiseOutcome.statement_id)
    )
    rows = session.execute(
        select(PromiseOutcome.state, PromiseOutcome.reason, func.count(PromiseOutcome.id))
        .where(PromiseOutcome.id.in_(newest))
        .group_by(PromiseOutcome.state, PromiseOutcome.reason)
    )
    return {(state, reason): count for state, reason, count in rows}
