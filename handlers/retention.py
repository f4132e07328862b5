"""Deletes rows that are no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage import drafts, inbound_events, message_versions

EVENTS_KEPT = timedelta(days=14)
"""No platform redelivers an event after this time; a click on an old message has its own key."""
DRAFTS_KEPT = timedelta(days=14)
"""What somebody typed and never submitted is the customer's words, kept for one purpose: to go on with the form."""


def delete_expired(session: Session, now: datetime) -> int:
    """Delete drafts, the keys of inbound events and the versions of messages when their time is over.

    Returns how many.
    """
    before = now - EVENTS_KEPT
    return (
        inbound_events.forget_events(session, before)
        + message_versions.forget_versions(session, before)
        + drafts.forget_drafts(session, now - DRAFTS_KEPT)
    )
