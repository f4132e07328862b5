"""Finding and meeting workspaces, people and channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import Channel, Person, Tenant
from storage.tenancy import scope

# Made once: every tap asks these.
_TENANT = select(Tenant).where(Tenant.platform == bindparam("platform"), Tenant.external_id == bindparam("external_id"))
_PERSON = select(Person).where(Person.external_id == bindparam("external_id"))


def find_tenant(session: Session, platform: str, external_id: str) -> Tenant | None:
    """The workspace with the platform's id, or None."""
    return session.scalar(_TENANT, {"platform": platform, "external_id": external_id})


def scope_to(session: Session, platform: str, external_id: str) -> Tenant | None:
    """Bind the session to the workspace with the platform's id and return it; None if there is no such workspace."""
    tenant = find_tenant(session, platform, external_id)
    if tenant is not None:
        scope(session, tenant.id)
    return tenant


def tenants_at_work(session: Session) -> list[int]:
    """The workspaces that messages can be sent to."""
    return list(session.scalars(select(Tenant.id).where(Tenant.blocked_reason.is_(None)).order_by(Tenant.id)))


def get_or_create_tenant(session: Session, platform: str, external_id: str, now: datetime) -> Tenant:
    """The workspace with the platform's id; a new one is remembered."""
    unique = {"platform": platform, "external_id": external_id}
    return (
        session.scalar(_TENANT, unique)
        or insert_or_ignore(session, Tenant, tuple(unique), **unique, created_at=now)
        or session.scalars(_TENANT, unique).one()
    )


def lock(session: Session, tenant: Tenant) -> None:
    """Let nobody else who holds the workspace go on before this transaction ends: for a check and the insert after it.

    Writing the workspace's rows goes on meanwhile: what they refer to is only locked against losing its key.
    """
    session.execute(select(Tenant.id).where(Tenant.id == tenant.id).with_for_update(key_share=True))


def get_or_create_person(session: Session, external_id: str, now: datetime) -> Person:
    """The person with the platform's id in the session's tenant; a new one is remembered."""
    unique = {"external_id": external_id}
    return (
        session.scalar(_PERSON, unique)
        or insert_or_ignore(session, Person, ("tenant_id", "external_id"), **unique, created_at=now)
        or session.scalars(_PERSON, unique).one()
    )


def find_channel(session: Session, external_id: str) -> Channel | None:
    """The channel with the platform's id in the session's tenant, or None."""
    return session.scalar(select(Channel).where(Channel.external_id == external_id))


def get_or_create_channel(session: Session, external_id: str, now: datetime) -> Channel:
    """The channel with the platform's id in the session's tenant; a new one is remembered."""
    known = select(Channel).where(Channel.external_id == external_id)
    return (
        session.scalar(known)
        or insert_or_ignore(session, Channel, ("tenant_id", "external_id"), external_id=external_id, created_at=now)
        or session.scalars(known).one()
    )


def wins_channels(session: Session) -> list[Channel]:
    """The channels that win summaries are posted to, in the order in which they were met."""
    return list(session.scalars(select(Channel).where(Channel.purpose == "wins").order_by(Channel.id)))


def channels_kept_by(session: Session, person_id: int) -> Sequence[Channel]:
    """The channels whose keeper the person is, in the order in which they were met."""
    return session.scalars(select(Channel).where(Channel.keeper_id == person_id).order_by(Channel.id)).all()


def people(session: Session) -> Sequence[Person]:
    """Everybody whom we have met in the session's tenant."""
    return session.scalars(select(Person).order_by(Person.id)).all()


def channel_names(session: Session) -> dict[str, str]:
    """What the channels of the session's tenant are called, by the platform's ids; of those that have a name."""
    rows = session.execute(select(Channel.external_id, Channel.name).where(Channel.name.is_not(None)))
    return {external_id: name for external_id, name in rows if name}


def external_ids(session: Session, people: Collection[int]) -> dict[int, str]:
    """The platform's id of each of the given people."""
    rows = session.execute(select(Person.id, Person.external_id).where(Person.id.in_(people)))
    return dict(rows.all())
