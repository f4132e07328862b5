"""Deletes rows that are no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage import inbound_events

EVENTS_KEPT = timedelta(days=14)
"""No platform redelivers an event after this time; a click on an old message has its own key."""


def delete_expired(session: Session, now: datetime) -> int:
    """Delete the keys of inbound events older than `EVENTS_KEPT`. Returns how many."""
    return inbound_events.forget_events(session, now - EVENTS_KEPT)
