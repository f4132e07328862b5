"""A channel has a new id: what is stored under the old one moves, so that the channel goes on where it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.workspace.conversation_references import Event, open_event
from storage import channel_move, workspaces


@dataclass(frozen=True, slots=True)
class ChannelIdChanged:
    """Slack gives a private channel a new id when somebody begins to share it with another company."""

    event: Event
    old: str
    new: str


def change_channel_id(session: Session, request: ChannelIdChanged, now: datetime) -> None:
    """Move the channel, its deals' messages and what is planned for it to the new id."""
    tenant = open_event(session, request.event, now)
    if tenant is None or not request.old or not request.new or request.old == request.new:
        return
    workspaces.lock(session, tenant)
    channel_move.move_channel(session, request.old, request.new)
