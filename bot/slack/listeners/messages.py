"""Messages in channels: nearly all are no deal and leave no trace; a deal is committed before Slack has its answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp

from bot.slack import owners
from bot.slack.front import Front
from bot.slack.payload import PLATFORM, Payload, said_at
from handlers import amending, doubts
from handlers.amending import MessageAmends
from handlers.arrival import Caller
from handlers.channels import purpose_of
from handlers.detection import Decision, Detection, Post, Setting, amendment, detect, looks_idle
from handlers.doubts import MessageGone
from handlers.hearing import DealHeard, HeardAs, hear, is_known
from handlers.purposes import Purpose
from handlers.shapes import in_this_workspace

log = structlog.stdlib.get_logger(__name__)

# Messages that people and apps write. All other subtypes are Slack's own notes (joins, topics, pins).
WRITTEN = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})
EDITED = "message_changed"
DELETED = "message_deleted"
TOMBSTONE = "tombstone"
"""What stands for a deleted message as long as there are answers to it."""
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
    """Decide at once whether this is a deal, or amends one; only then look anything up."""
    if _idle_talk(event):
        return
    deleted = _deleted(event)
    if deleted is not None:
        await _forsake(front, body, deleted)
        return
    written = _written(event)
    if written is None:
        return
    if not written.edited and await _amended(front, body, written):
        return
    detection = await _read(front, body, written)
    if detection.decision is not Decision.NO:
        by_app = "bot_id" in written.message
        detection = await front.desk.database.read(
            in_this_workspace, PLATFORM, str(body.get("team_id")), detection, by_app
        )
    if detection.decision is Decision.NO and not (written.edited and await _known(front, body, written)):
        return
    await _remember(front, body, written, detection)


def _idle_talk(event: Payload) -> bool:
    """Nearly every message: somebody typed it (then its text is all that there is), and it tells of nothing."""
    if "subtype" in event or "bot_id" in event or "attachments" in event:
        return False
    return looks_idle(str(event.get("text") or ""))


async def _read(front: Front, body: Payload, written: Written) -> Detection:
    """Where wins are told the bar is lower. Only a message that would pass there needs to know where it stands.

    Where we are not to listen, only what became a deal before is read again.
    """
    post = _post(written.message)
    detection = detect(post, AMONG_WINS)
    if detection.decision is Decision.NO or written.channel.startswith("D"):
        return detection
    name = await front.directory.channel_name(written.channel)
    purpose = await front.desk.database.read(purpose_of, PLATFORM, str(body.get("team_id")), written.channel, name)
    if purpose is Purpose.EXCLUDED and not await _known(front, body, written):
        return replace(detection, decision=Decision.NO)
    return detection if purpose is Purpose.WINS else detect(post)


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


def _post(message: Payload) -> Post:
    return Post(
        text=str(message.get("text") or ""),
        blocks=message.get("blocks") or (),
        attachments=message.get("attachments") or (),
        author_is_bot="bot_id" in message,
        subtype=message.get("subtype"),
    )


async def _forsake(front: Front, body: Payload, deleted: Written) -> None:
    if await _known(front, body, deleted):
        author = _author(deleted.message) or front.desk.bot
        await front.desk.apply(doubts.gone, MessageGone(_caller(body, author), deleted.channel, deleted.ts))


async def _amended(front: Front, body: Payload, written: Written) -> bool:
    """Whether the message put right, or took back, what its author had told before; then that is done."""
    found = amendment(_post(written.message))
    if found is None:
        return False
    thread = written.message.get("thread_ts")
    answers = None if thread is None or thread == written.ts else str(thread)
    request = MessageAmends(_caller(body, _author(written.message)), written.channel, answers, found)
    if not await front.desk.database.read(amending.concerns_a_deal, request, front.desk.clock.now()):
        return False
    await front.desk.apply(amending.amend, request)
    return True


def _author(message: Payload) -> str:
    return str(message.get("user") or message.get("bot_id") or "")


def _app(message: Payload) -> str | None:
    """What the app that posted calls itself, empty for one without a name; None for a person."""
    if "bot_id" not in message:
        return None
    return str(message.get("username") or (message.get("bot_profile") or {}).get("name") or "")


def _caller(body: Payload, author: str) -> Caller:
    return Caller(PLATFORM, str(body.get("team_id")), author, f"event:{body.get('event_id')}")


async def _known(front: Front, body: Payload, written: Written) -> bool:
    return await front.desk.database.read(is_known, PLATFORM, str(body.get("team_id")), written.channel, written.ts)


async def _remember(front: Front, body: Payload, written: Written, detection: Detection) -> None:
    message = written.message
    named = await owners.owner(front, message, detection)
    owner = named or await owners.whom_to_ask(front, str(body.get("team_id")), written.channel)
    if owner is None:
        log.info("a deal was heard, and nobody to ask about it", channel=written.channel, ts=written.ts)
        return
    channel_name, profile, link = await asyncio.gather(
        front.directory.channel_name(written.channel),
        front.directory.profile(owner),
        front.directory.link_to(written.channel, written.ts),
    )
    outcome = await front.desk.apply(
        hear,
        DealHeard(
            caller=_caller(body, _author(message)),
            channel=written.channel,
            channel_name=channel_name,
            message_ts=written.ts,
            text=str(message.get("text") or ""),
            said_at=said_at(written.ts, front.desk.clock.now()),
            # Who calls FirstCall into the message has not been helped by it.
            detection=replace(detection, helped_by=tuple(w for w in detection.helped_by if w != front.desk.bot)),
            owner=owner,
            owner_profile=profile,
            owner_known=named is not None,
            app=_app(message),
            link=link,
        ),
    )
    if outcome.heard_as is HeardAs.NEW:
        log.info("a deal was heard", deal=outcome.deal_id, decision=str(detection.decision))
