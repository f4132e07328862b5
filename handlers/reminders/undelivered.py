"""What could not be delivered in a workspace, for its admins: what and why, trying it again, giving it up for good."""

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
    """Somebody wants to know, or taps what shall become of it.

    `admin`: the platform, or a setting where it knows of none, says that they are one. `row_id` is the message
    that a button belongs to, 0 for the workspace.
    """

    caller: Caller
    admin: bool
    row_id: int = 0


def show(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """What was given up, the newest first. Raises `NotNowError` for who is no admin, as all functions here do."""
    return _screen(session, _open_as_admin(session, request, now))


def retry(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """Send the message anew. What has become pointless is cancelled instead, and what is late waits for daytime."""
    opened = _open_as_admin(session, request, now)
    if not opened.repeated:
        outbox_admin.retry(session, opened.tenant.id, ids=[request.row_id], now=now)
    return _screen(session, opened)


def cancel(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """Give the message up for good; the row keeps who said so."""
    opened = _open_as_admin(session, request, now)
    if not opened.repeated:
        reason = f"given up by {opened.person.external_id}"
        outbox_admin.cancel(session, opened.tenant.id, ids=[request.row_id], reason=reason, now=now, given_up=True)
    return _screen(session, opened)


def unblock(session: Session, request: UndeliveredRequest, now: datetime) -> UndeliveredScreen:
    """Send to the workspace again, which refused everything before."""
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
    rows, total = outbox_admin.given_up(session, SHOWN)
    return UndeliveredScreen(opened.tenant.blocked_reason, tuple(_undelivered_message(row) for row in rows), total)


def _undelivered_message(row: OutboxRow) -> UndeliveredMessage:
    person = row.person.external_id if row.person is not None else None
    return UndeliveredMessage(row.id, row.kind, person, row.channel, row.reason or "", row.settled_at or row.due_at)
