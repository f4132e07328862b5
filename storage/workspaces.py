"""Find, create and lock workspaces, people and channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import Channel, Person, Tenant
from storage.tenancy import scope

# Built once: every interaction runs these.
_TENANT = select(Tenant).where(Tenant.platform == bindparam("platform"), Tenant.external_id == bindparam("external_id"))
_PERSON = select(Person).where(Person.external_id == bindparam("external_id"))
_CHANNEL = select(Channel).where(Channel.external_id == bindparam("external_id"))


def find_tenant(session: Session, platform: str, external_id: str) -> Tenant | None:
    """The workspace with this id on the platform, or None."""
    return session.scalar(_TENANT, {"platform": platform, "external_id": external_id})


def scope_to(session: Session, platform: str, external_id: str) -> Tenant | None:
    """Bind the session to the workspace with the platform's id and return it; None if there is no such workspace."""
    tenant = find_tenant(session, platform, external_id)
    if tenant is not None:
        scope(session, tenant.id)
    return tenant


def unblocked_tenants(session: Session) -> list[int]:
    """The workspaces that messages can be sent to."""
    return list(session.scalars(select(Tenant.id).where(Tenant.blocked_reason.is_(None)).order_by(Tenant.id)))


def get_or_create_tenant(session: Session, platform: str, external_id: str, now: datetime) -> Tenant:
    """The workspace with this id on the platform; created if there is none."""
    unique = {"platform": platform, "external_id": external_id}
    return (
        session.scalar(_TENANT, unique)
        or insert_or_ignore(session, Tenant, tuple(unique), **unique, created_at=now)
        or session.scalars(_TENANT, unique).one()
    )


def lock(session: Session, tenant: Tenant) -> None:
    """Lock the workspace until this transaction ends, for a check and the insert that follows it.

    It only keeps out other calls of `lock`. Writing the workspace's rows goes on: their foreign keys do not conflict
    with this lock (`FOR NO KEY UPDATE`).
    """
    session.execute(select(Tenant.id).where(Tenant.id == tenant.id).with_for_update(key_share=True))


def find_person(session: Session, external_id: str) -> Person | None:
    """The person with this id in the session's tenant, or None."""
    return session.scalar(_PERSON, {"external_id": external_id})


def get_or_create_person(session: Session, external_id: str, now: datetime) -> Person:
    """The person with this id in the session's tenant; created if there is none."""
    unique = {"external_id": external_id}
    return (
        session.scalar(_PERSON, unique)
        or insert_or_ignore(session, Person, ("tenant_id", "external_id"), **unique, created_at=now)
        or session.scalars(_PERSON, unique).one()
    )


def find_channel(session: Session, external_id: str) -> Channel | None:
    """The channel with this id in the session's tenant, or None."""
    return session.scalar(_CHANNEL, {"external_id": external_id})


def get_or_create_channel(session: Session, external_id: str, now: datetime) -> Channel:
    """The channel with this id in the session's tenant; created if there is none."""
    unique = {"external_id": external_id}
    return (
        session.scalar(_CHANNEL, unique)
        or insert_or_ignore(session, Channel, ("tenant_id", "external_id"), **unique, created_at=now)
        or session.scalars(_CHANNEL, unique).one()
    )


def wins_channels(session: Session) -> list[Channel]:
    """The channels that win summaries can be posted to, in the order of creation.

    One that people of another company read is among them only if an admin has allowed it.
    """
    allowed = or_(Channel.shared_externally.is_(False), Channel.external_wins.is_(True))
    wins = select(Channel).where(Channel.purpose == "wins", Channel.blocked_reason.is_(None), allowed)
    return list(session.scalars(wins.order_by(Channel.id)))


def blocked_channels(session: Session) -> Sequence[Channel]:
    """The channels for wins that nothing can be posted to, in the order of creation."""
    blocked = select(Channel).where(Channel.purpose == "wins", Channel.blocked_reason.is_not(None))
    return session.scalars(blocked.order_by(Channel.id)).all()


def unblock_channels(session: Session, external_ids: Collection[str]) -> None:
    """Allow posting again in those of these channels that are known."""
    session.execute(update(Channel).where(Channel.external_id.in_(external_ids)).values(blocked_reason=None))


def channels_kept_by(session: Session, person_id: int) -> Sequence[Channel]:
    """The channels whose keeper is this person, in the order of creation."""
    return session.scalars(select(Channel).where(Channel.keeper_id == person_id).order_by(Channel.id)).all()


def people(session: Session) -> Sequence[Person]:
    """Every known person of the session's tenant."""
    return session.scalars(select(Person).order_by(Person.id)).all()


def channel_names(session: Session) -> dict[str, str]:
    """The names of the session's channels by the platform's ids; without channels that have no name."""
    rows = session.execute(select(Channel.external_id, Channel.name).where(Channel.name.is_not(None)))
    return {external_id: name for external_id, name in rows if name}


def people_known_as(session: Session, external_ids: Collection[str]) -> Sequence[Person]:
    """The known people among these ids of the platform, in the order in which they became known."""
    return session.scalars(select(Person).where(Person.external_id.in_(external_ids)).order_by(Person.id)).all()


def external_ids(session: Session, people: Collection[int]) -> dict[int, str]:
    """The platform's ids of these people, by person id."""
    rows = session.execute(select(Person.id, Person.external_id).where(Person.id.in_(people)))
    return dict(rows.all())
