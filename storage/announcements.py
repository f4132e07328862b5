"""Queries for announced wins and the thanks for them, within the session's tenant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import Announcement, Thanks


def of_deal(session: Session, deal_id: int) -> Announcement | None:
    """The deal's announcement, or None."""
    return session.scalar(select(Announcement).where(Announcement.deal_id == deal_id))


def of_deals(session: Session, deal_ids: Collection[int]) -> dict[int, Announcement]:
    """The announcements of these deals, by deal id."""
    found = session.scalars(select(Announcement).where(Announcement.deal_id.in_(deal_ids)))
    return {each.deal_id: each for each in found}


def find(session: Session, announcement_id: int) -> Announcement | None:
    """The announcement with this id, or None."""
    return session.scalar(select(Announcement).where(Announcement.id == announcement_id))


def thank(session: Session, announcement_id: int, person_id: int, now: datetime) -> bool:
    """Store the person's thanks; False if they said it before."""
    added = insert_or_ignore(
        session,
        Thanks,
        ("announcement_id", "person_id"),
        announcement_id=announcement_id,
        person_id=person_id,
        at=now,
    )
    return added is not None


def count_thanks(session: Session, announcement_id: int) -> int:
    """How many colleagues said thanks."""
    statement = select(func.count()).select_from(Thanks).where(Thanks.announcement_id == announcement_id)
    return session.execute(statement).scalar_one()


def first_thanks(session: Session, announcement_id: int, most: int) -> Sequence[Thanks]:
    """The first `most` who said thanks, in that order."""
    statement = select(Thanks).where(Thanks.announcement_id == announcement_id).order_by(Thanks.id).limit(most)
    return session.scalars(statement).all()


def thanks_of(session: Session, announcement_ids: Collection[int]) -> Sequence[Thanks]:
    """All who said thanks for these announcements, in order."""
    statement = select(Thanks).where(Thanks.announcement_id.in_(announcement_ids)).order_by(Thanks.id)
    return session.scalars(statement).all()
