"""chat.*: post, update, delete, post ephemeral messages, permalink."""

from __future__ import annotations

import json
from typing import Any

from sandbox import limits, message_events
from sandbox.blocks import fill_ids
from sandbox.errors import SlackRefusal
from sandbox.mrkdwn import broadcasts_in
from sandbox.webapi.call import Call, Method
from sandbox.workspace import Channel, Message

Json = dict[str, Any]


def content(call: Call, *, needed: bool = True) -> tuple[str, list[Json] | None, list[Json] | None]:
    """Text, blocks and attachments of a call, validated as Slack does; records their broadcast mentions.

    Refuses `msg_too_long`, `invalid_blocks`, `invalid_blocks_format`, `too_many_attachments`, `invalid_attachments`
    and `no_text`.
    """
    text = call.text("text") or ""
    if len(text) > limits.MESSAGE_TEXT:
        raise SlackRefusal("msg_too_long")
    blocks = checked_blocks(call, call.structured("blocks", "invalid_blocks_format"))
    attachments = call.structured("attachments", "invalid_attachments")
    if attachments:
        _check_attachments(call, attachments)
    if needed and not text and not blocks and not attachments:
        raise SlackRefusal("no_text")
    bare = call.flag("link_names") or call.args.get("parse") == "full"
    call.broadcasts.extend(broadcasts_in([text, blocks, attachments], bare=bare))
    return text, blocks, attachments


def checked_blocks(call: Call, blocks: Any) -> list[Json] | None:
    """The blocks of a message, with missing ids added; refuses `invalid_blocks` with JSON pointers."""
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    problems = call.sim.block_kit.message_problems(blocks)
    if problems:
        messages = [f"{what} [json-pointer:/blocks{where}]" for where, what in problems]
        raise SlackRefusal("invalid_blocks", messages=messages)
    fill_ids(blocks)
    return blocks


def _check_attachments(call: Call, attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise SlackRefusal("invalid_attachments")
    if len(attachments) > limits.ATTACHMENTS:
        raise SlackRefusal("too_many_attachments")
    for each in attachments:
        checked_blocks(call, each.get("blocks"))


def _metadata(call: Call) -> Json | None:
    metadata = call.structured("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or metadata.keys() - {"event_type", "event_payload", "entities"}:
        raise SlackRefusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise SlackRefusal("invalid_metadata_schema")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackRefusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > limits.METADATA_BYTES:
        raise SlackRefusal("metadata_too_large")
    return metadata


def _target(call: Call) -> Channel:
    """The conversation to post to: one the bot is in, a public one with `chat:write.public`, or a person's DM."""
    channel = call.channel(for_writing=True)
    if call.sim.workspace.bot_user_id not in channel.members and "chat:write.public" not in call.sim.config.scopes:
        raise SlackRefusal("not_in_channel")
    return channel


def _as_sent(message: Message) -> Json:
    body = dict(message.body)
    if message.metadata is not None:
        body["metadata"] = message.metadata
    return body


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    channel = _target(call)
    text, blocks, attachments = content(call)
    metadata = _metadata(call)
    call.sim.limits.spend_post(channel.id)
    body = message_events.bot_body(call.sim, text, blocks, attachments)
    body |= message_events.thread_fields(channel, call.text("thread_ts"), broadcast=call.flag("reply_broadcast"))
    if "chat:write.customize" in call.sim.config.scopes and call.text("username"):
        body["username"] = call.text("username")
    message = message_events.post(call.sim, Message(channel.id, body, metadata))
    return {"channel": channel.id, "ts": message.ts, "message": _as_sent(message)}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = _target(call)
    person = call.person()
    if not channel.sees(person.id) or (channel.kind == "channel" and person.id not in channel.members):
        raise SlackRefusal("user_not_in_channel")
    text, blocks, attachments = content(call)
    body = message_events.bot_body(call.sim, text, blocks, attachments)
    body |= message_events.thread_fields(channel, call.text("thread_ts"))
    return {"message_ts": message_events.post_ephemeral(call.sim, channel, person.id, body).ts}


def update(call: Call) -> Json:
    """chat.update: only the bot's own messages."""
    channel = call.channel(for_writing=True)
    message = call.message(channel)
    if message.body.get("bot_id") != call.sim.workspace.bot_id or message.body.get("subtype") == "tombstone":
        raise SlackRefusal("cant_update_message")
    given = call.args.keys() & {"text", "blocks", "attachments", "metadata"}
    text, blocks, attachments = content(call)
    changes: Json = {"text": text}
    # As in Slack, text alone removes the blocks, and attachments stay unless they are given.
    if "blocks" in given or "text" in given:
        changes["blocks"] = blocks or None
    if "attachments" in given:
        changes["attachments"] = attachments or None
    metadata = _metadata(call)
    if metadata is not None:
        message.metadata = metadata
    message_events.edit(call.sim, channel, message, changes, call.sim.workspace.bot_user_id)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": _as_sent(message)}


def delete(call: Call) -> Json:
    """chat.delete: only the bot's own messages."""
    channel = call.channel()
    message = call.message(channel)
    if message.body.get("bot_id") != call.sim.workspace.bot_id:
        raise SlackRefusal("cant_delete_message")
    message_events.delete(call.sim, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    link = f"{call.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write", tier=None),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", tier=4),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.getPermalink": Method(get_permalink, None, tier=None),
}
