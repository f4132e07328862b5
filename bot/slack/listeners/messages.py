"""Messages in channels, read from Slack's events: what was posted, what was edited, what was deleted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.interactions import messages
from bot.interactions.messages import Spoken
from bot.slack.context import Front
from bot.slack.payload import PLATFORM, Payload, post, said_at
from handlers.deal.deleted_messages import MessageGone
from handlers.detection import looks_idle
from handlers.requests import Caller

# Messages that people and apps write. All other subtypes are Slack's own notes (joins, topics, pins).
WRITTEN = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})
EDITED = "message_changed"
DELETED = "message_deleted"
TOMBSTONE = "tombstone"
"""What stands for a deleted message as long as there are answers to it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it stands now, whether just posted or just edited."""

    channel: str
    ts: str
    message: Payload
    edited: bool


def register(app: AsyncApp, front: Front) -> None:
    """Listen to every message."""
    app.event("message")(partial(heard, front=front))


async def heard(event: Payload, body: Payload, front: Front) -> None:
    """Let idle talk go; read everything else into what every platform hears."""
    if _idle_talk(event):
        return
    deleted = _deleted(event)
    if deleted is not None:
        author = _author(deleted.message) or front.desk.bot
        await messages.gone(front.desk, MessageGone(_caller(body, author), deleted.channel, deleted.ts))
        return
    written = _written(event)
    if written is not None:
        await messages.heard(front.desk, front.directory, _spoken(front, body, written))


def _idle_talk(event: Payload) -> bool:
    """Nearly every message: somebody typed it (then its text is all that there is), and it tells of nothing."""
    if "subtype" in event or "bot_id" in event or "attachments" in event:
        return False
    return looks_idle(str(event.get("text") or ""))


def _deleted(event: Payload) -> Written | None:
    """The message as it stood before somebody deleted it."""
    subtype = event.get("subtype")
    left = event.get("message") or {}
    if subtype == DELETED or (subtype == EDITED and left.get("subtype") == TOMBSTONE):
        before = event.get("previous_message") or {}
        ts = event.get("deleted_ts") or left.get("ts") or before.get("ts")
        return Written(str(event.get("channel")), str(ts), before, edited=False)
    return None


def _written(event: Payload) -> Written | None:
    subtype = event.get("subtype")
    if subtype in WRITTEN:
        return Written(str(event.get("channel")), str(event.get("ts")), event, edited=False)
    if subtype == EDITED:
        message = event.get("message") or {}
        # Slack also calls it a change when it unfurls a link; then the text is the same.
        if message.get("subtype") in WRITTEN and message.get("text") != (event.get("previous_message") or {}).get(
            "text"
        ):
            return Written(str(event.get("channel")), str(message.get("ts")), message, edited=True)
    return None


def _spoken(front: Front, body: Payload, written: Written) -> Spoken:
    message = written.message
    thread = message.get("thread_ts")
    return Spoken(
        caller=_caller(body, _author(message)),
        channel=written.channel,
        id=written.ts,
        post=post(message),
        text=str(message.get("text") or ""),
        said_at=said_at(written.ts, front.desk.clock.now()),
        answers=None if thread is None or thread == written.ts else str(thread),
        app=_app(message),
        edited=written.edited,
        in_person=written.channel.startswith("D"),
    )


def _author(message: Payload) -> str:
    return str(message.get("user") or message.get("bot_id") or "")


def _app(message: Payload) -> str | None:
    """What the app that posted calls itself, empty for one without a name; None for a person."""
    if "bot_id" not in message:
        return None
    return str(message.get("username") or (message.get("bot_profile") or {}).get("name") or "")


def _caller(body: Payload, author: str) -> Caller:
    return Caller(PLATFORM, str(body.get("team_id")), author, f"event:{body.get('event_id')}")
