"""Somebody asks who we are: the same question delivered twice has one answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.requests import Caller, arrive


def greeted(session: Session, caller: Caller, now: datetime) -> bool:
    """Meet the person; whether this very message is to be answered, and was not before."""
    return not arrive(session, caller, now).repeated
