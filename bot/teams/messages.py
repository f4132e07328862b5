"""Messages in Teams' channels and chats, read from activities: what was posted, edited, brought back or deleted."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.interactions import messages
from bot.interactions.deal_owner import Surroundings
from bot.interactions.messages import Spoken
from bot.ports.context import Desk
from bot.teams import message_text
from bot.teams.activity import Turn
from bot.teams.directory import root
from handlers.deal.deleted_messages import MessageGone

POSTED, CHANGED, DELETED = "message", "messageUpdate", "messageDelete"
SOFTLY_DELETED = "softDeleteMessage"
"""How Teams' own data calls it; the author can still bring the message back."""
_MILLISECONDS = re.compile(r"[0-9]{13}")
"""Teams' ids of messages are the moments at which they were posted."""


async def heard(desk: Desk, around: Surroundings, turn: Turn) -> bool:
    """Hear a message, with or without a mention of us. Whether it was taken as the news of a deal, or what amends one.

    Of any other message nothing is kept, and of nearly all nothing is asked. What is no message is not taken.
    """
    if turn.kind == DELETED or (turn.kind == CHANGED and _happened(turn) == SOFTLY_DELETED):
        await messages.gone(desk, MessageGone(turn.caller(event_key(turn)), turn.place, turn.id))
        return False
    if turn.kind == POSTED and message_text.is_idle(turn):
        return False
    if turn.kind not in (POSTED, CHANGED) or turn.user == turn.bot:
        return False
    return await messages.heard(desk, around, _spoken(desk, turn))


def event_key(turn: Turn) -> str:
    """The key of what happened to a message: it can be edited and deleted many times under one id."""
    when = turn.activity.get("timestamp")
    return turn.event_key if turn.kind == POSTED or not isinstance(when, str) else f"{turn.event_key}:{when[:40]}"


def _spoken(desk: Desk, turn: Turn) -> Spoken:
    read = message_text.of_activity(turn)
    thread = root(turn)
    return Spoken(
        caller=turn.caller(event_key(turn)),
        channel=turn.place,
        id=turn.id,
        post=read.post,
        text=read.text,
        said_at=_said_at(turn.id, desk.clock.now()),
        answers=thread if thread != turn.id else _replied_to(turn) or read.quotes,
        app=(turn.person_name or "") if turn.person is None else None,
        edited=turn.kind == CHANGED,
        in_person=turn.is_personal,
    )


def _said_at(message: str, now: datetime) -> datetime:
    return datetime.fromtimestamp(int(message) / 1000, UTC) if _MILLISECONDS.fullmatch(message) else now


def _replied_to(turn: Turn) -> str | None:
    found = turn.activity.get("replyToId")
    return found if isinstance(found, str) and found != turn.id else None


def _happened(turn: Turn) -> str:
    data = turn.activity.get("channelData")
    return str(data.get("eventType") or "") if isinstance(data, dict) else ""
