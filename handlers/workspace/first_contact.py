"""Somebody asks who we are: the same question delivered twice has one answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.requests import Caller, open_request


def is_first_contact(session: Session, caller: Caller, now: datetime) -> bool:
    """Meet the person; whether this very message is to be answered, and was not before."""
    return not open_request(session, caller, now).repeated
