"""Inbound events: each is applied once, however often the platform delivers it (data rule 2)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_if_new
from storage.models import InboundEvent
from storage.tenancy import ALL_TENANTS

LONGEST_KEY = 255
"""What the column holds. A longer key ends in the digest of all of it, so that two long keys stay different."""
_DIGEST_LENGTH = 64
OVERTAKEN = timedelta(minutes=1)
"""No request is under way for longer; a time further ahead is that of a clock that was set back since."""


def is_first_time(session: Session, key: str, now: datetime) -> bool:
    """Record the event in this transaction. False if it was applied before.

    Two deliveries at the same time compete for the unique key: one waits until the other has ended, then gets False.
    """
    return insert_if_new(session, InboundEvent, ("tenant_id", "key"), key=_fitted(key), received_at=now)


def was_applied(session: Session, key: str) -> bool:
    """Whether the event was applied, or the form submitted, before. Records nothing."""
    return session.scalar(select(InboundEvent.id).where(InboundEvent.key == _fitted(key))) is not None


def record_submission(session: Session, form: str, content: str, now: datetime) -> tuple[datetime, ...] | None:
    """Record in this transaction that the form was submitted with this content, of which `content` is a digest.

    Returns when it was submitted before with other content, which is never for nearly all forms. None if exactly this
    was applied before, because the platform delivers it again, or if a later submission has overtaken this one: it was
    so slow that the person was told to try again, and did.
    """
    form = _fitted(form, LONGEST_KEY - len(content) - 1)
    key = f"{form}:{content}"
    if is_first_time(session, form, now):
        is_first_time(session, key, now)
        return ()
    of_form = InboundEvent.key.startswith(f"{form}:", autoescape=True)
    earlier = dict(session.execute(select(InboundEvent.key, InboundEvent.received_at).where(of_form)).all())
    if not earlier:  # recorded by a version that noted no contents
        return None
    if any(now < at < now + OVERTAKEN for at in earlier.values()):
        return None
    if not is_first_time(session, key, now):
        return None
    return tuple(earlier.values())


def forget_events(session: Session, before: datetime) -> int:
    """Delete the events received before `before`, in all tenants; returns how many. No platform delivers them again."""
    statement = delete(InboundEvent).where(InboundEvent.received_at < before).returning(InboundEvent.id)
    return len(session.scalars(statement, execution_options={ALL_TENANTS: True}).all())


def _fitted(key: str, limit: int = LONGEST_KEY) -> str:
    """The key as it is stored, within `limit` characters."""
    if len(key) <= limit:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{key[: limit - _DIGEST_LENGTH - 1]}:{digest}"
