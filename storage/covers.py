"""Queries for who stands in for whom, within the session's tenant."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import Cover, OutboxRow

STANDING = ("asked", "accepted")
"""The states in which it is not over."""


def standing(session: Session, deal_id: int) -> Cover | None:
    """Who was asked to stand in on the deal, or does; None if nobody."""
    statement = select(Cover).where(Cover.deal_id == deal_id, Cover.state.in_(STANDING))
    return session.scalar(statement.order_by(Cover.id.desc()).limit(1))


def standing_on(session: Session, deal_ids: Collection[int]) -> dict[int, Cover]:
    """The same for several deals in one query, by deal id; without the deals on which nobody was asked or does."""
    statement = select(Cover).where(Cover.deal_id.in_(deal_ids), Cover.state.in_(STANDING)).order_by(Cover.id)
    return {each.deal_id: each for each in session.scalars(statement)}


def find(session: Session, cover_id: int) -> Cover | None:
    """The row with this id, or None."""
    return session.scalar(select(Cover).where(Cover.id == cover_id))


def together(session: Session, cover: Cover) -> Sequence[Cover]:
    """All that were asked in the same message, this one too, by id."""
    statement = select(Cover).where(
        Cover.rep_id == cover.rep_id, Cover.stand_in_id == cover.stand_in_id, Cover.asked_at == cover.asked_at
    )
    return session.scalars(statement.order_by(Cover.id)).all()


def standing_of(session: Session, person_id: int) -> Sequence[Cover]:
    """What the person asked for as the rep, or does as the stand-in, and is not over; by id."""
    statement = select(Cover).where(
        or_(Cover.rep_id == person_id, Cover.stand_in_id == person_id), Cover.state.in_(STANDING)
    )
    return session.scalars(statement.order_by(Cover.id)).all()


def last_of_rep(session: Session, rep_id: int) -> Cover | None:
    """The last time that somebody stood in for the rep, or None."""
    statement = select(Cover).where(Cover.rep_id == rep_id, Cover.answered_at.is_not(None), Cover.state != "declined")
    return session.scalar(statement.order_by(Cover.id.desc()).limit(1))


def of_deals(session: Session, deal_ids: Collection[int]) -> Sequence[Cover]:
    """Every row of these deals, oldest first."""
    return session.scalars(select(Cover).where(Cover.deal_id.in_(deal_ids)).order_by(Cover.id)).all()


def messages(session: Session, keys: Collection[str]) -> Sequence[OutboxRow]:
    """The messages with these dedupe keys that were sent."""
    statement = select(OutboxRow).where(OutboxRow.dedupe_key.in_(keys), OutboxRow.state == "sent")
    return session.scalars(statement.order_by(OutboxRow.id)).all()


def of_deal(session: Session, deal_id: int, kind: str) -> Sequence[OutboxRow]:
    """The deal's messages of this kind that were sent, oldest first."""
    statement = select(OutboxRow).where(OutboxRow.deal_id == deal_id, OutboxRow.kind == kind, OutboxRow.state == "sent")
    return session.scalars(statement.order_by(OutboxRow.id)).all()


def sent_to(session: Session, people: Collection[int], kinds: Collection[str]) -> Sequence[OutboxRow]:
    """The messages of these kinds that these people (by id) were sent."""
    statement = select(OutboxRow).where(
        OutboxRow.person_id.in_(people), OutboxRow.kind.in_(kinds), OutboxRow.state == "sent"
    )
    return session.scalars(statement.order_by(OutboxRow.id)).all()


def last_asked(session: Session, rep_id: int, stand_in_id: int) -> Cover | None:
    """The last time that the rep asked this colleague, whatever became of it; None if never."""
    statement = select(Cover).where(Cover.rep_id == rep_id, Cover.stand_in_id == stand_in_id)
    return session.scalar(statement.order_by(Cover.id.desc()).limit(1))


def refresh(session: Session, cover: Cover) -> None:
    """Read those asked together again: another transaction may have changed them before their deals were locked."""
    session.flush()
    for each in together(session, cover):
        session.refresh(each)


def latest_message(session: Session, person_id: int, kind: str) -> OutboxRow | None:
    """The newest message of this kind to the person, in whatever state."""
    statement = select(OutboxRow).where(OutboxRow.person_id == person_id, OutboxRow.kind == kind)
    return session.scalar(statement.order_by(OutboxRow.id.desc()).limit(1))


def message(session: Session, key: str) -> OutboxRow | None:
    """The message with this dedupe key, in whatever state."""
    return session.scalar(select(OutboxRow).where(OutboxRow.dedupe_key == key))
