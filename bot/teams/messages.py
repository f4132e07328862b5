"""Messages in Teams channels and chats: posted, edited, restored or deleted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.interactions import messages
from bot.interactions.deal_owner import MessageDirectory
from bot.interactions.messages import IncomingMessage
from bot.ports.context import Context
from bot.teams import message_text
from bot.teams.activity import IncomingActivity
from bot.teams.directory import thread_root
from bot.teams.json_fields import text_field
from storage.message_versions import Version

POSTED, CHANGED, DELETED = "message", "messageUpdate", "messageDelete"
SOFT_DELETED = "softDeleteMessage"
"""The event type of a deletion that the author can still undo."""
TIMESTAMP_LIMIT = 40
_MILLISECONDS = re.compile(r"[0-9]{13}")
"""A Teams message id is the time at which the message was posted."""


async def handle_message(context: Context, directory: MessageDirectory, activity: IncomingActivity) -> bool:
    """Handle a message, whether it mentions the bot or not. Returns whether it reports or amends a deal.

    Of any other message nothing is stored, and for nearly all of them nothing is looked up.
    """
    if activity.type == DELETED or (activity.type == CHANGED and activity.event_type == SOFT_DELETED):
        deleted = _incoming(context, activity)
        before = deleted.post if deleted.text else None  # Teams does not send the content
        await messages.handle_deletion(context, directory, replace(deleted, before=before))
        return False
    if activity.type == POSTED and message_text.is_idle(activity):
        return False
    if activity.type not in (POSTED, CHANGED) or activity.user == activity.bot:
        return False
    return await messages.handle_message(context, directory, _incoming(context, activity))


def event_key(activity: IncomingActivity) -> str:
    """The key of what happened to a message: it can be edited and deleted several times under one id."""
    timestamp = text_field(activity.json, "timestamp") or text_field(activity.json, "localTimestamp")
    if activity.type == POSTED or not timestamp:
        return activity.event_key
    return f"{activity.event_key}:{timestamp[:TIMESTAMP_LIMIT]}"


def _incoming(context: Context, activity: IncomingActivity) -> IncomingMessage:
    message = message_text.activity_text(activity)
    root = thread_root(activity)
    posted_at = _posted_at(activity.id, context.clock.now())
    replied_to = activity.reply_to_id if activity.reply_to_id != activity.id else ""
    return IncomingMessage(
        caller=activity.caller(event_key(activity)),
        channel=activity.conversation_root,
        id=activity.id,
        post=message.post,
        text=message.text,
        posted_at=posted_at,
        version=_version(activity, posted_at, context.clock.now()),
        thread=root if root != activity.id else replied_to or message.quotes,
        app=(activity.person_name or "") if activity.person is None else None,
        edited=activity.type == CHANGED,
        is_direct=activity.is_personal,
    )


def _version(activity: IncomingActivity, posted_at: datetime, now: datetime) -> Version:
    """Which version of the message this is. A change counts from the time of its activity, in UTC or local time."""
    if activity.type == POSTED:
        return Version(None, posted_at)
    stamps = (text_field(activity.json, name) for name in ("timestamp", "localTimestamp"))
    changed_at = next((read for stamp in stamps if (read := _read_time(stamp)) is not None), now)
    return Version(changed_at, changed_at)


def _read_time(stamp: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def _posted_at(message_id: str, now: datetime) -> datetime:
    return datetime.fromtimestamp(int(message_id) / 1000, UTC) if _MILLISECONDS.fullmatch(message_id) else now
