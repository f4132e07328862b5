"""Channels that the bot can no longer post to, and those that it can again: archived, deleted, or left by the bot.

What is stored about a channel stays, so that it goes on where it was once it is open again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from handlers.deal.reminder_facts import working_time
from handlers.screens.team import ClosedChannel
from handlers.team.summaries import plan_summaries
from handlers.workspace import conversation_references
from handlers.workspace.channel_purpose import Purpose
from handlers.workspace.conversation_references import Event, ReferenceLost, open_event
from storage import outbox, workspaces
from storage.models import Channel, OutboxRow, Tenant

KIND = "channel_closed"
"""The kind of the outbox row that tells the channel's manager."""


class Closed(StrEnum):
    """Why nothing can be posted in a channel. `LEFT`: the bot was removed from it."""

    ARCHIVED = "archived"
    DELETED = "deleted"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """The platform says that nothing can be posted in a channel any more."""

    event: Event
    channel: str
    closed: Closed


@dataclass(frozen=True, slots=True)
class ChannelReopened:
    """The bot is in the channel again."""

    event: Event
    channel: str


@dataclass(frozen=True, slots=True)
class ChannelRenamed:
    """A channel has a new name, without the `#`."""

    event: Event
    channel: str
    name: str


def close_channel(session: Session, request: ChannelClosed, now: datetime) -> None:
    """Stop the channel's win summaries, and tell its manager."""
    tenant = open_event(session, request.event, now)
    if tenant is not None:
        close(session, tenant, request.channel, request.closed, now)


def close(session: Session, tenant: Tenant, external_id: str, closed: Closed, now: datetime) -> None:
    """As `close_channel`, in a session of the tenant. Does nothing for a channel that is not known."""
    channel = workspaces.find_channel(session, external_id)
    if channel is None:
        return
    known, channel.blocked_reason = channel.blocked_reason, closed
    keeper = channel.keeper
    if known is not None or channel.purpose != Purpose.WINS or keeper is None:
        return
    work = working_time(keeper, tenant)
    outbox.enqueue(
        session,
        kind=KIND,
        dedupe_key=f"{KIND}:{external_id}:{int(now.timestamp())}",
        due_at=work.next(now),
        zone=work.local.key,
        person_id=keeper.id,
        payload={"channel": external_id},
        now=now,
    )


def reopen_channel(session: Session, request: ChannelReopened, now: datetime) -> None:
    """Plan the channel's summaries again, if it is a wins channel."""
    tenant = open_event(session, request.event, now)
    channel = None if tenant is None else workspaces.find_channel(session, request.channel)
    if tenant is not None and channel is not None:
        reopen(session, tenant, channel, now)


def reopen(session: Session, tenant: Tenant, channel: Channel, now: datetime) -> None:
    """As `reopen_channel`, in a session of the tenant."""
    if channel.blocked_reason is not None:
        channel.blocked_reason = None
        session.flush()
        plan_summaries(session, tenant, now)


def rename_channel(session: Session, request: ChannelRenamed, now: datetime) -> None:
    """Store the name of a known channel."""
    if open_event(session, request.event, now) is None:
        return
    channel = workspaces.find_channel(session, request.channel)
    if channel is not None:
        channel.name = request.name or channel.name


def lose_reference(session: Session, request: ReferenceLost, now: datetime) -> None:
    """`conversation_references.forget`, and the channels among them are closed."""
    tenant, lost = conversation_references.forget(session, request, now)
    closed = _CLOSED.get(request.reason, Closed.LEFT)
    for external_id in lost:
        close(session, tenant, external_id, closed, now)


_CLOSED = {
    conversation_references.CHANNEL_DELETED: Closed.DELETED,
    conversation_references.TEAM_DELETED: Closed.DELETED,
    conversation_references.TEAM_ARCHIVED: Closed.ARCHIVED,
}


def compose_closed(session: Session, row: OutboxRow) -> ClosedChannel | None:
    """What the channel's manager is told; None if it is open again."""
    external_id = str(row.payload["channel"])
    channel = workspaces.find_channel(session, external_id)
    if channel is None or channel.blocked_reason is None or channel.purpose != Purpose.WINS:
        return None
    return ClosedChannel(external_id, channel.name, channel.blocked_reason)
