"""Messages in Slack channels and DMs: posted, edited or deleted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.interactions import messages
from bot.interactions.messages import IncomingMessage
from bot.slack.context import SlackContext
from bot.slack.payload import PLATFORM, Payload, post, posted_at
from handlers.deal.deleted_messages import MessageDeleted
from handlers.detection import looks_idle
from handlers.requests import Caller

POST_SUBTYPES = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})
"""Messages by people and apps. All other subtypes are Slack's own notices (joins, topics, pins)."""
MESSAGE_CHANGED = "message_changed"
MESSAGE_DELETED = "message_deleted"
TOMBSTONE = "tombstone"
"""Replaces a deleted message that has replies."""


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message in its current version, just posted or just edited; or its last version, if it was deleted."""

    channel: str
    ts: str
    message: Payload
    edited: bool


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to every message."""
    app.event("message")(partial(handle_message, slack=slack))


async def handle_message(event: Payload, body: Payload, slack: SlackContext) -> None:
    """Drop small talk; pass on every other message."""
    if _is_idle(event):
        return
    deleted = _deleted(event)
    if deleted is not None:
        author = _author(deleted.message) or slack.context.bot_user
        await messages.handle_deletion(
            slack.context, MessageDeleted(_caller(body, author), deleted.channel, deleted.ts)
        )
        return
    posted = _posted(event)
    if posted is not None:
        await messages.handle_message(slack.context, slack.directory, _incoming(slack, body, posted))


def _is_idle(event: Payload) -> bool:
    """Whether this is small talk, as nearly every message is: typed by a person, with no sign of a deal in its text."""
    if "subtype" in event or "bot_id" in event or "attachments" in event:
        return False
    text = str(event.get("text") or "")
    return looks_idle(text) if text else not event.get("blocks")


def _deleted(event: Payload) -> SlackMessage | None:
    """The last version of a message that was deleted."""
    subtype = event.get("subtype")
    left = event.get("message") or {}
    if subtype == MESSAGE_DELETED or (subtype == MESSAGE_CHANGED and left.get("subtype") == TOMBSTONE):
        before = event.get("previous_message") or {}
        ts = event.get("deleted_ts") or left.get("ts") or before.get("ts")
        return SlackMessage(str(event.get("channel")), str(ts), before, edited=False)
    return None


def _posted(event: Payload) -> SlackMessage | None:
    subtype = event.get("subtype")
    if subtype in POST_SUBTYPES:
        return SlackMessage(str(event.get("channel")), str(event.get("ts")), event, edited=False)
    if subtype == MESSAGE_CHANGED:
        message = event.get("message") or {}
        # Unfurling a link is a change, too; then the text is the same.
        if message.get("subtype") in POST_SUBTYPES and message.get("text") != (event.get("previous_message") or {}).get(
            "text"
        ):
            return SlackMessage(str(event.get("channel")), str(message.get("ts")), message, edited=True)
    return None


def _incoming(slack: SlackContext, body: Payload, posted: SlackMessage) -> IncomingMessage:
    message = posted.message
    thread = message.get("thread_ts")
    return IncomingMessage(
        caller=_caller(body, _author(message)),
        channel=posted.channel,
        id=posted.ts,
        post=post(message),
        text=str(message.get("text") or ""),
        posted_at=posted_at(posted.ts, slack.context.clock.now()),
        thread=None if thread is None or thread == posted.ts else str(thread),
        app=_app(message),
        edited=posted.edited,
        is_direct=posted.channel.startswith("D"),
    )


def _author(message: Payload) -> str:
    return str(message.get("user") or message.get("bot_id") or "")


def _app(message: Payload) -> str | None:
    """The name of the app that posted, empty if it has none; None for a person."""
    if "bot_id" not in message:
        return None
    return str(message.get("username") or (message.get("bot_profile") or {}).get("name") or "")


def _caller(body: Payload, author: str) -> Caller:
    return Caller(PLATFORM, str(body.get("team_id")), author, f"event:{body.get('event_id')}")
