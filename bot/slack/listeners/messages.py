"""Messages in Slack channels and DMs: posted, edited or deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import messages
from bot.interactions.interaction import Command
from bot.interactions.messages import IncomingMessage
from bot.ports.messenger import DeliveryError
from bot.slack import blocks, mrkdwn
from bot.slack.context import SlackContext
from bot.slack.directory import SLACKBOT
from bot.slack.payload import PLATFORM, Payload, deleted_version, home_of, post, posted_at, version
from bot.slack.web_api import call_slack
from bot.ui.components import Message
from handlers.detection import flatten, looks_idle
from handlers.errors import Refusal
from handlers.requests import Caller
from storage.message_versions import Version

POST_SUBTYPES = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})
"""Messages by people and apps. All other subtypes are Slack's own notices (joins, topics, pins)."""
log = structlog.stdlib.get_logger(__name__)

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
    version: Version
    edited: bool = False
    before: Payload | None = None
    """What it was before it was edited or deleted."""


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to every message."""
    app.event("message")(partial(handle_message, slack=slack))


async def handle_message(event: Payload, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Drop small talk in channels; pass on every other message. A refusal is said in a direct message only."""
    if _is_idle(event) and not _is_to_bot(event):
        return
    now = slack.context.clock.now()
    deleted = _deleted(event, now)
    if deleted is not None:
        if _is_foreign_app(slack, deleted.message):
            return
        await messages.handle_deletion(slack.context, slack.directory, _incoming(slack, body, deleted))
        return
    posted = _posted(event, now)
    if posted is None or _is_foreign_app(slack, posted.message):
        return
    incoming = _incoming(slack, body, posted)
    try:
        if _is_to_bot(event):
            answer = await messages.answer_direct(slack.context, slack.directory, incoming, _command(incoming))
        else:
            await messages.handle_message(slack.context, slack.directory, incoming)
            answer = None
    except Refusal as refusal:
        answer = Message.saying(refusal.sentence(slack.context.texts.rich)) if incoming.is_direct else None
    if isinstance(answer, Message):
        slack.background.run(_answer(client, incoming, answer))


async def _answer(client: AsyncWebClient, incoming: IncomingMessage, answer: Message) -> None:
    try:
        await call_slack(
            client.chat_postMessage(channel=incoming.channel, thread_ts=incoming.thread, **blocks.message(answer))
        )
    except DeliveryError as error:
        log.warning("answer not sent", channel=incoming.channel, reason=str(error))


def _is_to_bot(event: Payload) -> bool:
    """Whether a person wrote this to the bot just now: not an app, nor the bot itself, and no edit."""
    return (
        str(event.get("channel")).startswith("D")
        and event.get("subtype") is None
        and "bot_id" not in event
        and event.get("user") not in (None, SLACKBOT)
        and bool(str(event.get("text") or "").strip())
    )


def _command(incoming: IncomingMessage) -> Command:
    """The message as a command. Slack opens no modal in response to a message."""
    viewer = replace(incoming.caller, event_key="")
    return Command(
        viewer,
        incoming.caller,
        incoming.text,
        incoming.channel,
        is_direct=True,
        is_message=True,
        mentions=mrkdwn.mentioned_people(incoming.post.text, {}),
        opens_modals=False,
    )


def _is_foreign_app(slack: SlackContext, message: Payload) -> bool:
    """Whether another company's app posted, such as the CRM of a partner in a shared channel."""
    return "bot_id" in message and slack.installation.includes(home_of(message)) is False


def _is_idle(event: Payload) -> bool:
    """Whether this is small talk, as nearly every message is: typed by a person, with no sign of a deal in its text."""
    if "subtype" in event or "bot_id" in event or "attachments" in event:
        return False
    text = str(event.get("text") or "")
    return looks_idle(text) if text else not event.get("blocks")


def _deleted(event: Payload, now: datetime) -> SlackMessage | None:
    """The last version of a message that was deleted."""
    subtype = event.get("subtype")
    left = event.get("message") or {}
    if subtype == MESSAGE_DELETED or (subtype == MESSAGE_CHANGED and left.get("subtype") == TOMBSTONE):
        before = event.get("previous_message") or {}
        ts = event.get("deleted_ts") or left.get("ts") or before.get("ts")
        return SlackMessage(
            str(event.get("channel")), str(ts), before, deleted_version(event, now), before=before or None
        )
    return None


def _posted(event: Payload, now: datetime) -> SlackMessage | None:
    subtype, channel = event.get("subtype"), str(event.get("channel"))
    if subtype in POST_SUBTYPES:
        return SlackMessage(channel, str(event.get("ts")), event, version(event, event, now))
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    if subtype != MESSAGE_CHANGED or message.get("subtype") not in POST_SUBTYPES:
        return None
    if flatten(post(message)) == flatten(post(before)):  # Slack added the preview of a link
        return None
    return SlackMessage(
        channel, str(message.get("ts")), message, version(event, message, now), edited=True, before=before or None
    )


def _incoming(slack: SlackContext, body: Payload, posted: SlackMessage) -> IncomingMessage:
    message, content = posted.message, post(posted.message)
    thread = message.get("thread_ts")
    return IncomingMessage(
        caller=_caller(slack, _event_key(body, posted), message, _author(message) or slack.context.bot_user),
        channel=posted.channel,
        id=posted.ts,
        post=content,
        text=mrkdwn.unescape(flatten(content)),
        posted_at=posted_at(posted.ts, slack.context.clock.now()),
        version=posted.version,
        thread=None if thread is None or thread == posted.ts else str(thread),
        app=_app(message),
        posted_as=str(message.get("user") or "") or None,
        edited=posted.edited,
        before=None if posted.before is None else post(posted.before),
        is_direct=posted.channel.startswith("D"),
        shared_externally=bool(body.get("is_ext_shared_channel")),
    )


def _author(message: Payload) -> str:
    return str(message.get("user") or message.get("bot_id") or "")


def _app(message: Payload) -> str | None:
    """The name of the app that posted, empty if it has none; None for a person."""
    if message.get("user") == SLACKBOT:
        return "Slackbot"
    if not message.get("bot_id"):
        return None
    return str(message.get("username") or (message.get("bot_profile") or {}).get("name") or "")


def _event_key(body: Payload, posted: SlackMessage) -> str:
    """The same for each delivery of an event, and for two messages that Slack made of one that a client sent twice."""
    sent_as = posted.message.get("client_msg_id")
    if isinstance(sent_as, str) and sent_as and not posted.edited and posted.message is not posted.before:
        return f"post:{posted.channel}:{sent_as}"
    return f"event:{body.get('event_id')}"


def _caller(slack: SlackContext, key: str, message: Payload, author: str) -> Caller:
    return Caller(PLATFORM, slack.installation.workspace, author, key, home=home_of(message))
