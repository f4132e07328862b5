"""Undelivered messages of a workspace, for its admins: list, retry, cancel, unblock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.errors import NotNowError
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.team import UndeliveredMessage, UndeliveredScreen
from storage import outbox_admin
from storage.models import OutboxRow

SHOWN = 10


@dataclass(frozen=True, slots=True)
class UndeliveredRequest:
    """Someone opens the list, or acts on it.

    `admin`: they are an administrator, according to the platform or, where it has none, to a setting. `row_id` is the
    message that the button belongs to, 0 for the workspace.
    """

    caller: Caller
    admin: bool
    row_id: int = 0


def show(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """The undelivered messages, the newest first. Like all handlers here, raises `NotNowError` for non-admins."""
    return _screen(session, _open_as_admin(session, request, now))


def retry(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """Retry the message. If it has become pointless it is cancelled; if it is late it waits for working hours."""
    opened = _open_as_admin(session, request, now)
    if not opened.repeated:
        outbox_admin.retry(session, opened.tenant.id, ids=[request.row_id], now=now)
    return _screen(session, opened)


def cancel(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """Cancel the message for good; the row stores who did."""
    opened = _open_as_admin(session, request, now)
    if not opened.repeated:
        reason = f"given up by {opened.person.external_id}"
        outbox_admin.cancel(session, opened.tenant.id, ids=[request.row_id], reason=reason, now=now, given_up=True)
    return _screen(session, opened)


def unblock(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """Lift the block of a workspace that refused every message."""
    opened = _open_as_admin(session, request, now)
    if not opened.repeated:
        opened.tenant.blocked_reason = None
    return _screen(session, opened)


def _open_as_admin(session: Session, request: UndeliveredRequest, now: datetime) -> OpenedRequest:
    if not request.admin:
        raise NotNowError("refusal.admins_only")
    return open_request(session, request.caller, now)


def _screen(session: Session, opened: OpenedRequest) -> UndeliveredScreen:
    session.flush()
    rows, total = outbox_admin.newest_dead(session, SHOWN)
    return UndeliveredScreen(opened.tenant.blocked_reason, tuple(_undelivered_message(row) for row in rows), total)


def _undelivered_message(row: OutboxRow) -> UndeliveredMessage:
    person = row.person.external_id if row.person is not None else None
    return UndeliveredMessage(row.id, row.kind, person, row.channel, row.reason or "", row.settled_at or row.due_at)
