"""Finding and meeting workspaces, people and channels."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Channel, Person, Tenant


def find_tenant(session: Session, platform: str, external_id: str) -> Tenant | None:
    """The workspace with the platform's id, or None."""
    return session.scalar(select(Tenant).where(Tenant.platform == platform, Tenant.external_id == external_id))


def tenants_at_work(session: Session) -> list[int]:
    """The workspaces that messages can be sent to."""
    return list(session.scalars(select(Tenant.id).where(Tenant.blocked_reason.is_(None)).order_by(Tenant.id)))


def meet_tenant(session: Session, platform: str, external_id: str, now: datetime) -> Tenant:
    """The workspace with the platform's id; a new one is remembered."""
    tenant = find_tenant(session, platform, external_id)
    if tenant is None:
        tenant = Tenant(platform=platform, external_id=external_id, created_at=now)
        session.add(tenant)
        session.flush()
    return tenant


def meet_person(session: Session, external_id: str, now: datetime) -> Person:
    """The person with the platform's id in the session's tenant; a new one is remembered."""
    person = session.scalar(select(Person).where(Person.external_id == external_id))
    if person is None:
        person = Person(external_id=external_id, created_at=now)
        session.add(person)
        session.flush()
    return person


def find_channel(session: Session, external_id: str) -> Channel | None:
    """The channel with the platform's id in the session's tenant, or None."""
    return session.scalar(select(Channel).where(Channel.external_id == external_id))


def meet_channel(session: Session, external_id: str, now: datetime) -> Channel:
    """The channel with the platform's id in the session's tenant; a new one is remembered."""
    channel = find_channel(session, external_id)
    if channel is None:
        channel = Channel(external_id=external_id, created_at=now)
        session.add(channel)
        session.flush()
    return channel


def wins_channels(session: Session) -> list[Channel]:
    """The channels that win summaries are posted to, in the order in which they were met."""
    return list(session.scalars(select(Channel).where(Channel.purpose == "wins").order_by(Channel.id)))


def external_ids(session: Session, people: Collection[int]) -> dict[int, str]:
    """The platform's id of each of the given people."""
    rows = session.execute(select(Person.id, Person.external_id).where(Person.id.in_(people)))
    return dict(rows.tuples().all())
