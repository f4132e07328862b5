"""Queries for conversation references: one per person, channel or group chat of the session's tenant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import ConversationReference, Person


def find(session: Session, external_id: str) -> ConversationReference | None:
    """The reference of a person (Entra object id), a channel or a group chat, or None."""
    return session.scalar(select(ConversationReference).where(ConversationReference.external_id == external_id))


def get_or_create(
    session: Session, external_id: str, *, service_url: str, bot: str, now: datetime
) -> ConversationReference:
    """The reference with this id; created if there is none."""
    known = select(ConversationReference).where(ConversationReference.external_id == external_id)
    return (
        session.scalar(known)
        or insert_or_ignore(
            session,
            ConversationReference,
            ("tenant_id", "external_id"),
            external_id=external_id,
            service_url=service_url,
            bot=bot,
            seen_at=now,
        )
        or session.scalars(known).one()
    )


def people(session: Session, ids: Collection[str]) -> Sequence[ConversationReference]:
    """The references of the people with these Entra object ids or Teams ids."""
    named = or_(ConversationReference.external_id.in_(ids), ConversationReference.user.in_(ids))
    return session.scalars(
        select(ConversationReference).where(named, ConversationReference.user.is_not(None)).order_by("id")
    ).all()


def shared(session: Session) -> Sequence[ConversationReference]:
    """The references of the channels and group chats that can be written to, the newest first."""
    return session.scalars(
        select(ConversationReference)
        .where(ConversationReference.user.is_(None), ConversationReference.blocked_reason.is_(None))
        .order_by(ConversationReference.seen_at.desc(), ConversationReference.id)
    ).all()


def reachable_people_named(session: Session, name: str) -> Sequence[str]:
    """The ids of the people with this name, in any case, who can receive messages; two at most."""
    statement = (
        select(Person.external_id)
        .join(ConversationReference, ConversationReference.external_id == Person.external_id)
        .where(func.lower(Person.name) == name.strip().lower(), ConversationReference.blocked_reason.is_(None))
        .limit(2)
    )
    return session.scalars(statement).all()


def block(session: Session, external_ids: Sequence[str], reason: str) -> None:
    """Stop sending to these references."""
    session.execute(
        update(ConversationReference)
        .where(ConversationReference.external_id.in_(external_ids))
        .values(blocked_reason=reason)
    )


def unblock(session: Session, external_ids: Collection[str]) -> None:
    """Try these references again, whatever the platform answered."""
    session.execute(
        update(ConversationReference)
        .where(ConversationReference.external_id.in_(external_ids))
        .values(blocked_reason=None)
    )


def block_team(session: Session, team: str, reason: str) -> Sequence[str]:
    """Stop sending to every channel of the team; returns their ids."""
    of_team = update(ConversationReference).where(ConversationReference.team == team)
    return session.scalars(of_team.values(blocked_reason=reason).returning(ConversationReference.external_id)).all()


def unblock_team(session: Session, team: str, reasons: Sequence[str]) -> Sequence[str]:
    """Allow sending again to the team's channels that were blocked for one of these reasons; returns their ids."""
    blocked = update(ConversationReference).where(
        ConversationReference.team == team, ConversationReference.blocked_reason.in_(reasons)
    )
    return session.scalars(blocked.values(blocked_reason=None).returning(ConversationReference.external_id)).all()
