"""conversations.*: open, info, list, history, replies, members, join."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox import message_events
from sandbox.errors import SlackRefusal
from sandbox.webapi.call import Call, Method
from sandbox.webapi.paging import decode, encode, page
from sandbox.workspace import Channel, Message

Json = dict[str, Any]
KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
RIGHTS = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}


def channel_object(call: Call, channel: Channel) -> Json:
    """Slack's conversation object, as the bot sees it."""
    bot = call.sim.workspace.bot_user_id
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": channel.is_org_shared,
        "context_team_id": call.sim.workspace.team_id,
        "updated": channel.created * 1_000,
    }
    if channel.kind == "im":
        return common | {"user": channel.other_than(bot), "is_user_deleted": False, "priority": 0}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_mpim": False,
        "is_private": channel.kind == "group",
        "is_general": channel.is_general,
        "is_shared": bool(channel.shared_with) or channel.is_org_shared,
        "is_ext_shared": bool(channel.shared_with),
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "connected_team_ids": sorted(channel.shared_with),
        "is_member": bot in channel.members,
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(channel.members),
    }


def message_object(call: Call, message: Message) -> Json:
    """Slack's message object; with metadata only on request."""
    body = dict(message.body)
    if message.metadata is not None and call.flag("include_all_metadata"):
        body["metadata"] = message.metadata
    return body


def open_(call: Call) -> Json:
    """conversations.open: the DM with one person (`users`), or an existing one (`channel`)."""
    workspace = call.sim.workspace
    if call.text("channel"):
        channel = call.channel()
        return {"no_op": True, "already_open": True, "channel": channel_object(call, channel)}
    users = [each.strip() for each in str(_joined(call.args.get("users"))).split(",") if each.strip()]
    if not users:
        raise SlackRefusal("users_list_not_supplied")
    if len(users) > 1:
        raise SlackRefusal("method_not_supported_for_channel_type")
    person = workspace.people.get(users[0])
    if person is None:
        raise SlackRefusal("user_not_found")
    if person.deleted:
        raise SlackRefusal("user_disabled")
    if person.id == workspace.bot_user_id:
        raise SlackRefusal("cannot_dm_bot")
    _, known = workspace.dm(workspace.bot_user_id, person.id)
    channel = call.open_dm(person.id)
    if not known:
        call.sim.live.publish({"type": "conversations", "channel": channel.id}, channel.members)
    shown = channel_object(call, channel) if call.flag("return_im") else {"id": channel.id}
    return {"no_op": known, "already_open": known, "channel": shown}


def _joined(value: Any) -> str:
    return ",".join(str(each) for each in value) if isinstance(value, list) else str(value or "")


def info(call: Call) -> Json:
    """conversations.info."""
    channel = call.channel()
    call.need_kind(channel, "read")
    shown = channel_object(call, channel)
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def list_(call: Call) -> Json:
    """conversations.list."""
    bot = call.sim.workspace.bot_user_id
    return listed(call, [each for each in call.sim.workspace.channels.values() if each.sees(bot)])


def listed(call: Call, channels: Sequence[Channel]) -> Json:
    """A page of conversations of the requested `types`; each type needs its own scope."""
    wanted = set()
    for each in (call.text("types") or "public_channel").split(","):
        kind = KINDS.get(each.strip())
        if kind is None:
            raise SlackRefusal("invalid_types")
        if kind in RIGHTS:
            call.need(RIGHTS[kind])
        wanted.add(kind)
    kept = [
        each for each in channels if each.kind in wanted and not (each.is_archived and call.flag("exclude_archived"))
    ]
    shown, cursor = page(call, kept, default=100)
    return {
        "channels": [channel_object(call, each) for each in shown],
        "response_metadata": {"next_cursor": cursor},
    }


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need_kind(channel, "history")
    if call.sim.workspace.bot_user_id not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """The messages between `oldest` and `latest`; with the ends only if `inclusive`."""
    oldest, latest, inclusive = _moment(call, "oldest"), _moment(call, "latest"), call.flag("inclusive")
    if oldest is None and latest is None:
        return messages

    def inside(message: Message) -> bool:
        ts = float(message.ts)
        if oldest is not None and (ts < oldest or (ts == oldest and not inclusive)):
            return False
        return latest is None or ts < latest or (ts == latest and inclusive)

    return [each for each in messages if inside(each)]


def _moment(call: Call, name: str) -> float | None:
    value = call.text(name)
    if value is None or value == "0":
        return None
    try:
        return float(value)
    except ValueError:
        raise SlackRefusal(f"invalid_ts_{name}") from None


def history(call: Call) -> Json:
    """conversations.history: newest first."""
    channel = _readable(call)
    messages = _between(call, [each for each in reversed(channel.messages.values()) if each.in_channel])
    limit = call.number("limit", 100, 999)
    start = decode(call.text("cursor"))
    shown = messages[start : start + limit]
    more = start + limit < len(messages)
    return {
        "messages": [message_object(call, each) for each in shown],
        "has_more": more,
        "pin_count": 0,
        **({"response_metadata": {"next_cursor": encode(start + limit)}} if more else {}),
    }


def replies(call: Call) -> Json:
    """conversations.replies: the first message and its replies, oldest first."""
    channel = _readable(call)
    parent = channel.messages.get(call.required("ts"))
    if parent is None:
        raise SlackRefusal("thread_not_found")
    parent_ts = parent.thread_ts or parent.ts
    thread = [channel.messages[ts] for ts in (parent_ts, *channel.threads.get(parent_ts, ())) if ts in channel.messages]
    shown, cursor = page(call, _between(call, thread), default=1_000)
    return {
        "messages": [message_object(call, each) for each in shown],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def members(call: Call) -> Json:
    """conversations.members."""
    channel = call.channel()
    call.need_kind(channel, "read")
    shown, cursor = page(call, sorted(channel.members), default=100)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> Json:
    """conversations.join."""
    channel = call.channel(for_writing=True)
    if channel.kind != "channel":
        raise SlackRefusal("method_not_supported_for_channel_type")
    joined = message_events.join(call.sim, channel, call.sim.workspace.bot_user_id)
    answer: Json = {"channel": channel_object(call, channel)}
    if not joined:
        answer |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return answer


METHODS = {
    "conversations.open": Method(open_, "im:write"),
    "conversations.info": Method(info),
    "conversations.list": Method(list_, tier=2),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
    "conversations.members": Method(members, tier=4),
    "conversations.join": Method(join, "channels:join"),
}
