"""Post, edit, delete and react: changes the workspace, notifies the pages, and sends the events to the bot."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from sandbox.errors import SlackRefusal
from sandbox.mrkdwn import typed
from sandbox.simulation import Simulation
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


def viewers(channel: Channel) -> set[str] | None:
    """The people whose pages are notified of a change in the channel; None means all."""
    return None if channel.kind == "channel" else channel.members


def bot_is_member(sim: Simulation, channel: Channel) -> bool:
    """Whether the bot is in the conversation, and so gets its events."""
    return sim.workspace.bot_user_id in channel.members


# --- posting ----------------------------------------------------------------------------------------------------


def post(sim: Simulation, message: Message) -> Message:
    """Add a complete message to its conversation, and notify the pages and the bot."""
    workspace = sim.workspace
    channel = workspace.channels[message.channel]
    workspace.add_message(message)
    channel.last_read[str(message.body.get("user"))] = message.ts
    sim.live.publish(
        {"type": "message", "channel": channel.id, "ts": message.ts, "thread_ts": message.thread_ts},
        viewers(channel),
    )
    if bot_is_member(sim, channel):
        event = {**message.body, "channel": channel.id, "event_ts": message.ts}
        if message.metadata is not None:
            event["metadata"] = message.metadata
        sim.events.publish({**event, "channel_type": channel.kind}, channel.kind)
        own = message.body.get("user") == workspace.bot_user_id
        if not own and channel.kind != "im" and f"<@{workspace.bot_user_id}>" in message.body.get("text", ""):
            sim.events.publish({**event, "type": "app_mention"})
    return message


def thread_fields(channel: Channel, thread_ts: str | None, *, broadcast: bool = False) -> Json:
    """The fields of a reply besides its text; an unknown `thread_ts` starts a thread, as in Slack."""
    if not thread_ts:
        return {}
    parent = channel.messages.get(thread_ts)
    fields: Json = {"thread_ts": thread_ts}
    if parent is not None:
        fields["parent_user_id"] = parent.body.get("user")
    if broadcast:
        fields["subtype"] = "thread_broadcast"
        if parent is not None:
            fields["root"] = dict(parent.body)
    return fields


def post_as_person(sim: Simulation, person: Person, channel: Channel, body: Json) -> Message:
    """Post a message from a person's client. `body`: `text`, `raw`, `thread_ts`, `broadcast` and Slack's own fields."""
    text = str(body.get("text") or "")
    written, elements = (text, []) if body.get("raw") else typed(sim.workspace, text)
    message: Json = {
        "client_msg_id": str(uuid.uuid4()),
        "type": "message",
        "user": person.id,
        "text": written,
        "ts": sim.clock.ts(),
        "team": sim.workspace.team_of(person.id),
    }
    if person.team_id is not None:
        message |= {"user_team": person.team_id, "source_team": person.team_id}
    if elements:
        message["blocks"] = [
            {
                "type": "rich_text",
                "block_id": secrets.token_urlsafe(4),
                "elements": [{"type": "rich_text_section", "elements": elements}],
            }
        ]
    for name in ("blocks", "attachments", "subtype", "files", "username"):
        if body.get(name):
            message[name] = body[name]
    if body.get("bot_profile") or body.get("subtype") == "bot_message":
        del message["client_msg_id"]
        profile = {"id": "B0OTHERAPP", "app_id": "A0OTHERAPP", "name": "Another app", "team_id": message["team"]}
        profile |= body.get("bot_profile") or {}
        message |= {"bot_id": profile["id"], "app_id": profile["app_id"], "bot_profile": profile}
        if body.get("subtype") == "bot_message":
            del message["user"]
            message.setdefault("username", profile["name"])
    message |= thread_fields(channel, body.get("thread_ts"), broadcast=bool(body.get("reply_broadcast")))
    return post(sim, Message(channel.id, message))


def bot_profile(sim: Simulation) -> Json:
    """The `bot_profile` of the bot's messages."""
    workspace = sim.workspace
    return {
        "id": workspace.bot_id,
        "app_id": workspace.app_id,
        "user_id": workspace.bot_user_id,
        "name": workspace.app_name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": workspace.team_id,
    }


def bot_body(sim: Simulation, text: str, blocks: list[Json] | None, attachments: list[Json] | None) -> Json:
    """A message object of the bot with a new timestamp."""
    workspace = sim.workspace
    body: Json = {
        "user": workspace.bot_user_id,
        "type": "message",
        "ts": sim.clock.ts(),
        "bot_id": workspace.bot_id,
        "app_id": workspace.app_id,
        "text": text,
        "team": workspace.team_id,
        "bot_profile": bot_profile(sim),
    }
    if blocks:
        body["blocks"] = blocks
    if attachments:
        body["attachments"] = attachments
    return body


def post_ephemeral(sim: Simulation, channel: Channel, user_id: str, body: Json) -> Message:
    """Show a message to one person only."""
    message = sim.workspace.add_message(Message(channel.id, {**body, "is_ephemeral": True}, None, user_id))
    sim.live.publish({"type": "ephemeral", "channel": channel.id, "ts": message.ts}, {user_id})
    return message


# --- changing ---------------------------------------------------------------------------------------------------


def edit(sim: Simulation, channel: Channel, message: Message, changes: Json, editor: str | None) -> None:
    """Change a message in place; None removes a field. Sends `message_changed`."""
    previous = dict(message.body)
    for name, value in changes.items():
        if value is None:
            message.body.pop(name, None)
        else:
            message.body[name] = value
    if editor is not None:
        message.body["edited"] = {"user": editor, "ts": sim.clock.ts()}
    if message.ephemeral_to is not None:
        sim.live.publish({"type": "ephemeral", "channel": channel.id, "ts": message.ts}, {message.ephemeral_to})
        return
    sim.live.publish({"type": "message_changed", "channel": channel.id, "ts": message.ts}, viewers(channel))
    _subtype_event(sim, channel, "message_changed", {"message": dict(message.body), "previous_message": previous})


def edit_by_person(sim: Simulation, channel: Channel, message: Message, text: str) -> None:
    """A person edits their own message."""
    written, elements = typed(sim.workspace, text)
    block = {
        "type": "rich_text",
        "block_id": secrets.token_urlsafe(4),
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }
    edit(sim, channel, message, {"text": written, "blocks": [block]}, str(message.body.get("user")))


def delete(sim: Simulation, channel: Channel, message: Message) -> None:
    """Delete a message. Sends `message_deleted`."""
    if message.ephemeral_to is not None:
        channel.ephemerals.pop(message.ts, None)
        sim.live.publish({"type": "message_deleted", "channel": channel.id, "ts": message.ts}, {message.ephemeral_to})
        return
    previous = dict(message.body)
    sim.workspace.remove_message(channel, message.ts)
    sim.live.publish({"type": "message_deleted", "channel": channel.id, "ts": message.ts}, viewers(channel))
    _subtype_event(sim, channel, "message_deleted", {"deleted_ts": previous["ts"], "previous_message": previous})


def _subtype_event(sim: Simulation, channel: Channel, subtype: str, fields: Json) -> None:
    if not bot_is_member(sim, channel):
        return
    ts = sim.clock.ts()
    sim.events.publish(
        {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel.id,
            "channel_type": channel.kind,
            "ts": ts,
            "event_ts": ts,
            **fields,
        },
        channel.kind,
    )


# --- reactions and membership -----------------------------------------------------------------------------------


def react(sim: Simulation, channel: Channel, message: Message, user_id: str, name: str, *, remove: bool) -> None:
    """Add or remove a reaction. Refuses `already_reacted` and `no_reaction`."""
    reactions = [dict(each) for each in message.body.get("reactions", [])]
    known = next((each for each in reactions if each["name"] == name), None)
    mine = known is not None and user_id in known["users"]
    if remove and not mine:
        raise SlackRefusal("no_reaction")
    if not remove and mine:
        raise SlackRefusal("already_reacted")
    if known is None:
        known = {"name": name, "users": [], "count": 0}
        reactions.append(known)
    users = [each for each in known["users"] if each != user_id] if remove else [*known["users"], user_id]
    known |= {"users": users, "count": len(users)}
    message.body["reactions"] = [each for each in reactions if each["count"]]
    if not message.body["reactions"]:
        del message.body["reactions"]
    sim.live.publish({"type": "reaction", "channel": channel.id, "ts": message.ts, "name": name}, viewers(channel))
    if bot_is_member(sim, channel):
        sim.events.publish(
            {
                "type": "reaction_removed" if remove else "reaction_added",
                "user": user_id,
                "reaction": name,
                "item": {"type": "message", "channel": channel.id, "ts": message.ts},
                "item_user": message.body.get("user"),
                "event_ts": sim.clock.ts(),
            }
        )


def join(sim: Simulation, channel: Channel, user_id: str, inviter: str | None = None) -> bool:
    """Add a person to a channel; False if they were already in it. Without an `inviter`, they joined by themselves."""
    if user_id in channel.members:
        return False
    channel.members.add(user_id)
    sim.live.publish({"type": "conversations", "channel": channel.id})
    if bot_is_member(sim, channel):
        sim.events.publish(
            {
                "type": "member_joined_channel",
                "user": user_id,
                "channel": channel.id,
                "channel_type": "C" if channel.kind == "channel" else "G",
                "team": sim.workspace.team_of(user_id),
                **({"inviter": inviter} if inviter else {}),
                "event_ts": sim.clock.ts(),
            }
        )
    return True


def share(sim: Simulation, channel: Channel, team_id: str) -> None:
    """Share a channel with the workspace of another company. Sends `channel_shared`."""
    channel.shared_with.add(team_id)
    channel.is_pending_ext_shared = False
    sim.live.publish({"type": "conversations", "channel": channel.id})
    if bot_is_member(sim, channel):
        sim.events.publish(
            {
                "type": "channel_shared",
                "connected_team_id": team_id,
                "channel": channel.id,
                "event_ts": sim.clock.ts(),
            }
        )


def unshare(sim: Simulation, channel: Channel, team_id: str) -> None:
    """Share a channel no more with that workspace; its people leave. Sends `channel_unshared`."""
    channel.shared_with.discard(team_id)
    channel.members -= {each for each in channel.members if sim.workspace.team_of(each) == team_id}
    sim.live.publish({"type": "conversations", "channel": channel.id})
    if bot_is_member(sim, channel):
        sim.events.publish(
            {
                "type": "channel_unshared",
                "previously_connected_team_id": team_id,
                "channel": channel.id,
                "is_ext_shared": bool(channel.shared_with),
                "event_ts": sim.clock.ts(),
            }
        )


def shown_message(message: Message) -> Json:
    """A message as the user API returns it."""
    body = {**message.body, "channel": message.channel}
    if message.ephemeral_to is not None:
        body["ephemeral_to"] = message.ephemeral_to
    return body
