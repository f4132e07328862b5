"""Queries for challenges and compliments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from storage.models import Challenge, Compliment

# Built once: every interaction runs it.
_OF_DEALS = (
    select(Challenge)
    .where(Challenge.deal_id.in_(bindparam("deal_ids", expanding=True)))
    .order_by(Challenge.id)
    .options(selectinload(Challenge.steps))
)


def find(session: Session, challenge_id: int) -> Challenge | None:
    """The challenge with its steps, or None."""
    return session.scalar(select(Challenge).where(Challenge.id == challenge_id).options(selectinload(Challenge.steps)))


def of_deals(session: Session, deal_ids: Collection[int]) -> Sequence[Challenge]:
    """The challenges of the deals with their steps, the oldest first."""
    return session.scalars(_OF_DEALS, {"deal_ids": list(deal_ids)}).all()


def recorded_at(session: Session, deal_id: int, person_id: int, times: Collection[datetime]) -> Challenge | None:
    """The challenge that the person recorded at one of these times: the same form, submitted before."""
    if not times:
        return None
    return session.scalar(
        select(Challenge)
        .where(Challenge.deal_id == deal_id, Challenge.recorded_by == person_id, Challenge.at.in_(times))
        .order_by(Challenge.id.desc())
        .limit(1)
    )


def compliment_at(session: Session, deal_id: int, person_id: int, times: Collection[datetime]) -> Compliment | None:
    """The compliment that the person recorded at one of these times: the same form, submitted before."""
    if not times:
        return None
    return session.scalar(
        select(Compliment)
        .where(Compliment.deal_id == deal_id, Compliment.recorded_by == person_id, Compliment.at.in_(times))
        .order_by(Compliment.id.desc())
        .limit(1)
    )


def compliments(session: Session, deal_ids: Collection[int]) -> Sequence[Compliment]:
    """The compliments of the deals' customers, the oldest first."""
    return session.scalars(select(Compliment).where(Compliment.deal_id.in_(deal_ids)).order_by(Compliment.id)).all()
