"""Someone writes to the app for the first time: the introduction is sent once per message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.requests import Caller, open_request


def is_first_contact(session: Session, caller: Caller, now: datetime) -> bool:
    """Store the person. Returns whether the message is new; a redelivered one must not be answered again."""
    return not open_request(session, caller, now).repeated
