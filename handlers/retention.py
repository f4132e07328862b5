"""What is forgotten when it has no more use."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage import inbound_events

EVENTS_KEPT = timedelta(days=14)
"""No platform delivers an event again after this; a tap on an old message has a key of its own."""


def delete_expired(session: Session, now: datetime) -> int:
    """Drop the notes of inbound events that are older than `EVENTS_KEPT`; returns how many."""
    return inbound_events.forget_events(session, now - EVENTS_KEPT)
