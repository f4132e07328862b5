"""Make, find, resolve and revoke people's secret links."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Person, PersonalLink, Tenant
from storage.tenancy import ALL_TENANTS, scope

TOKEN_BYTES = 32
"""As many as nobody guesses. The token is written in hex, because the server takes paths in any case."""


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whose link it is. The session is bound to their tenant."""

    tenant: Tenant
    person: Person
    link: PersonalLink


def make(session: Session, person_id: int, purpose: str, now: datetime, expires_at: datetime | None = None) -> str:
    """A new token for the person. The one before it stops working at once."""
    revoke(session, person_id, purpose)
    token = secrets.token_hex(TOKEN_BYTES)
    session.add(
        PersonalLink(person_id=person_id, purpose=purpose, token_hash=_hash(token), made_at=now, expires_at=expires_at)
    )
    session.flush()
    return token


def find(session: Session, person_id: int, purpose: str) -> PersonalLink | None:
    """The person's link, or None."""
    statement = select(PersonalLink).where(PersonalLink.person_id == person_id, PersonalLink.purpose == purpose)
    return session.scalar(statement)


def revoke(session: Session, person_id: int, purpose: str) -> bool:
    """Delete the person's link. Returns whether there was one."""
    link = find(session, person_id, purpose)
    if link is not None:
        session.delete(link)
        session.flush()
    return link is not None


def resolve(session: Session, token: str, purpose: str, now: datetime) -> LinkOwner | None:
    """Whose link it is, in a session that is unscoped and is bound to their tenant.

    None if there is no such link or it has expired, if their account is deactivated, or if the app was removed.
    """
    digest = _hash(token)
    statement = select(PersonalLink).where(PersonalLink.token_hash == digest, PersonalLink.purpose == purpose)
    link = session.scalar(statement, execution_options={ALL_TENANTS: True})
    if link is None or not hmac.compare_digest(link.token_hash, digest):
        return None
    if link.expires_at is not None and link.expires_at <= now:
        return None
    scope(session, link.tenant_id)
    person, tenant = session.get_one(Person, link.person_id), session.get_one(Tenant, link.tenant_id)
    if person.left_at is not None or tenant.blocked_reason is not None:
        return None
    return LinkOwner(tenant, person, link)


def take(session: Session, token: str, purpose: str, now: datetime) -> LinkOwner | None:
    """`resolve` a link that works once: of two that use it at the same time, one gets it."""
    owner = resolve(session, token, purpose, now)
    if owner is None:
        return None
    used = delete(PersonalLink).where(PersonalLink.id == owner.link.id).returning(PersonalLink.id)
    taken = session.scalar(used, execution_options={"synchronize_session": False}) is not None
    return owner if taken else None


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
