"""Messages in channels: nearly all are no deal and leave no trace; a deal is committed before Slack has its answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.slack.front import Front
from bot.slack.payload import PLATFORM, Payload, said_at
from handlers.arrival import Caller
from handlers.detection import Decision, Detection, Post, Setting, detect
from handlers.hearing import DealHeard, HeardAs, hear, is_known, is_wins_channel

log = structlog.stdlib.get_logger(__name__)

# Messages that people and apps write. All other subtypes are Slack's own notes (joins, topics, pins).
WRITTEN = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})
EDITED = "message_changed"
AMONG_WINS = Setting(wins_channel=True)
"""Also for what is told to the bot in person."""


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
    """Decide at once whether this is a deal; only then look anything up."""
    written = _written(event)
    if written is None:
        return
    detection = await _read(front, body, written)
    if detection.decision is Decision.NO and not (written.edited and await _known(front, body, written)):
        return
    await _remember(front, body, written, detection)


async def _read(front: Front, body: Payload, written: Written) -> Detection:
    """Where wins are told the bar is lower. Only a message that would pass there needs to know where it stands."""
    post = _post(written.message)
    detection = detect(post, AMONG_WINS)
    if detection.decision is Decision.NO or written.channel.startswith("D"):
        return detection
    name = await front.directory.channel_name(written.channel)
    among_wins = await front.database.read(is_wins_channel, PLATFORM, str(body.get("team_id")), written.channel, name)
    return detection if among_wins else detect(post)


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


def _post(message: Payload) -> Post:
    return Post(
        text=str(message.get("text") or ""),
        blocks=message.get("blocks") or (),
        attachments=message.get("attachments") or (),
        author_is_bot="bot_id" in message,
        subtype=message.get("subtype"),
    )


async def _known(front: Front, body: Payload, written: Written) -> bool:
    return await front.database.read(is_known, PLATFORM, str(body.get("team_id")), written.channel, written.ts)


async def _remember(front: Front, body: Payload, written: Written, detection: Detection) -> None:
    message = written.message
    author = str(message.get("user") or message.get("bot_id") or "")
    owner = await _owner(front, message, detection)
    if owner is None:
        log.info("a deal was heard, and nobody to ask about it", channel=written.channel, ts=written.ts)
        return
    outcome = await front.apply(
        hear,
        DealHeard(
            caller=Caller(PLATFORM, str(body.get("team_id")), author, f"event:{body.get('event_id')}"),
            channel=written.channel,
            channel_name=await front.directory.channel_name(written.channel),
            message_ts=written.ts,
            text=str(message.get("text") or ""),
            said_at=said_at(written.ts, front.clock.now()),
            detection=detection,
            owner=owner,
            owner_profile=await front.directory.profile(owner),
        ),
    )
    if outcome.heard_as is HeardAs.NEW:
        log.info("a deal was heard", deal=outcome.deal_id, decision=str(detection.decision))


async def _owner(front: Front, message: Payload, detection: Detection) -> str | None:
    """Whose deal it is: who is named as having closed it, else the person who posted."""
    for name in detection.closed_by:
        if name.startswith(("U", "W")) and name.isalnum() and name.isupper():
            return name
        found = await front.directory.member_called(name)
        if found is not None:
            return found
    author: Any = message.get("user")
    return None if author is None or author == front.bot_user or "bot_id" in message else str(author)
