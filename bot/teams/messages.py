"""Messages in Teams' channels and chats, read from activities: what was posted, edited, brought back or deleted."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.interactions import messages
from bot.interactions.deal_owner import MessageDirectory
from bot.interactions.messages import IncomingMessage
from bot.ports.context import Context
from bot.teams import message_text
from bot.teams.activity import IncomingActivity
from bot.teams.directory import thread_root
from handlers.deal.deleted_messages import MessageDeleted

POSTED, CHANGED, DELETED = "message", "messageUpdate", "messageDelete"
SOFTLY_DELETED = "softDeleteMessage"
"""How Teams' own data calls it; the author can still bring the message back."""
_MILLISECONDS = re.compile(r"[0-9]{13}")
"""Teams' ids of messages are the moments at which they were posted."""


async def handle_message(context: Context, directory: MessageDirectory, activity: IncomingActivity) -> bool:
    """Hear a message, with or without a mention of us. Whether it was taken as the news of a deal, or what amends one.

    Of any other message nothing is kept, and of nearly all nothing is asked. What is no message is not taken.
    """
    if activity.kind == DELETED or (activity.kind == CHANGED and _happened(activity) == SOFTLY_DELETED):
        await messages.handle_deletion(
            context, MessageDeleted(activity.caller(event_key(activity)), activity.conversation_root, activity.id)
        )
        return False
    if activity.kind == POSTED and message_text.is_idle(activity):
        return False
    if activity.kind not in (POSTED, CHANGED) or activity.user == activity.bot:
        return False
    return await messages.handle_message(context, directory, _spoken(context, activity))


def event_key(activity: IncomingActivity) -> str:
    """The key of what happened to a message: it can be edited and deleted many times under one id."""
    when = activity.json.get("timestamp")
    return (
        activity.event_key
        if activity.kind == POSTED or not isinstance(when, str)
        else f"{activity.event_key}:{when[:40]}"
    )


def _spoken(context: Context, activity: IncomingActivity) -> IncomingMessage:
    read = message_text.activity_text(activity)
    thread = thread_root(activity)
    return IncomingMessage(
        caller=activity.caller(event_key(activity)),
        channel=activity.conversation_root,
        id=activity.id,
        post=read.post,
        text=read.text,
        posted_at=_said_at(activity.id, context.clock.now()),
        thread=thread if thread != activity.id else _replied_to(activity) or read.quotes,
        app=(activity.person_name or "") if activity.person is None else None,
        edited=activity.kind == CHANGED,
        is_direct=activity.is_personal,
    )


def _said_at(message: str, now: datetime) -> datetime:
    return datetime.fromtimestamp(int(message) / 1000, UTC) if _MILLISECONDS.fullmatch(message) else now


def _replied_to(activity: IncomingActivity) -> str | None:
    found = activity.json.get("replyToId")
    return found if isinstance(found, str) and found != activity.id else None


def _happened(activity: IncomingActivity) -> str:
    data = activity.json.get("channelData")
    return str(data.get("eventType") or "") if isinstance(data, dict) else ""
