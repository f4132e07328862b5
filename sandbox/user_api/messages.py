"""Reading and writing messages as a person."""

from __future__ import annotations

from typing import Any

from sandbox import message_events
from sandbox.blocks import fill_ids
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.limits import MESSAGE_TEXT
from sandbox.user_api.request import UserRequest
from sandbox.webapi.users import user_object
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


async def workspace(request: UserRequest) -> Json:
    """`GET /sandbox/workspace`."""
    sim = request.sim
    place = sim.workspace
    return {
        "team": {"id": place.team_id, "name": place.team_name},
        "bot": {
            "user_id": place.bot_user_id,
            "bot_id": place.bot_id,
            "app_id": place.app_id,
            "name": place.app_name,
        },
        "people": [
            user_object(place, each, with_email=True, with_locale=True)
            for each in place.people.values()
            if not each.is_bot
        ],
        "channels": [
            {
                "id": each.id,
                "name": each.name,
                "kind": each.kind,
                "purpose": each.purpose,
                "is_ext_shared": bool(each.shared_with),
                "members": sorted(each.members),
            }
            for each in place.channels.values()
            if each.kind != "im"
        ],
        "commands": [
            {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
            for each in sim.config.commands
        ],
        "shortcuts": [
            {"type": each.type, "name": each.name, "callback_id": each.callback_id, "description": each.description}
            for each in sim.config.shortcuts
        ],
        "now": sim.clock.iso(),
        "offset_seconds": sim.clock.offset,
    }


async def conversations(request: UserRequest) -> Json:
    """`GET /sandbox/conversations`: channels first, then the person's DMs."""
    person = request.person()
    place = request.sim.workspace
    place.dm(person.id, place.bot_user_id)
    listed = []
    for channel in place.channels.values():
        if not place.sees(person.id, channel):
            continue
        other = channel.other_than(person.id) if channel.kind == "im" else None
        latest = next((each.ts for each in reversed(channel.messages.values()) if each.in_channel), None)
        listed.append(
            {
                "id": channel.id,
                "kind": "dm" if channel.kind == "im" else "channel",
                "name": channel.name if other is None else place.people[other].real_name,
                "with": other,
                "is_private": channel.kind == "group",
                "is_ext_shared": bool(channel.shared_with),
                "is_member": person.id in channel.members,
                "unread": place.unread(channel, person.id) if person.id in channel.members else 0,
                "latest": latest,
            }
        )
    return {"conversations": sorted(listed, key=lambda each: (each["kind"] != "channel", each["name"]))}


async def messages(request: UserRequest) -> Json:
    """`GET /sandbox/messages`: a conversation or one thread, oldest first. Marks the conversation as read."""
    person = request.person()
    channel = request.channel(person)
    thread_ts = request.maybe("thread_ts")
    if thread_ts is None:
        kept = [each for each in channel.messages.values() if each.in_channel]
        if kept:
            channel.last_read[person.id] = kept[-1].ts
    else:
        ids = (thread_ts, *channel.threads.get(thread_ts, ()))
        kept = [channel.messages[ts] for ts in ids if ts in channel.messages]
    ephemerals = [
        each for each in channel.ephemerals.values() if each.ephemeral_to == person.id and each.thread_ts == thread_ts
    ]
    shown = sorted([*kept, *ephemerals], key=lambda each: float(each.ts))
    return {"messages": [message_events.shown_message(each) for each in shown]}


async def send(request: UserRequest) -> Json:
    """`POST /sandbox/messages`."""
    person = request.person()
    channel = request.channel(person)
    _may_write(person, channel)
    text = request.args.get("text", "")
    if not isinstance(text, str) or len(text) > MESSAGE_TEXT:
        raise BadInputError("text is a text of at most 40,000 characters.")
    if not text and not any(request.args.get(name) for name in ("blocks", "attachments", "files")):
        raise BadInputError("There is nothing to send.")
    for name, kind in (("blocks", list), ("attachments", list), ("files", list), ("bot_profile", dict)):
        if request.args.get(name) is not None and not isinstance(request.args[name], kind):
            raise BadInputError(f"{name} has the wrong shape.")
    _check_blocks(request)
    for name in ("thread_ts", "subtype", "username"):
        request.maybe(name)
    message = message_events.post_as_person(request.sim, person, channel, request.args)
    return {"message": message_events.shown_message(message)}


def _check_blocks(request: UserRequest) -> None:
    """Validate the blocks that another app posts through a person: the bot must be able to rely on their format."""
    attachments = request.args.get("attachments") or []
    if not all(isinstance(each, dict) for each in attachments):
        raise BadInputError("attachments has the wrong shape.")
    for blocks in (request.args.get("blocks"), *(each.get("blocks") for each in attachments)):
        problems = request.sim.block_kit.message_problems(blocks) if blocks is not None else []
        if problems:
            where, what = problems[0]
            raise BadInputError(f"Slack would refuse these blocks: {what} (at {where or '/'}).")
        fill_ids(blocks or [])


def _may_write(person: Person, channel: Channel) -> None:
    if person.id not in channel.members:
        raise BadInputError(f"{person.real_name} is not in #{channel.name}.")
    if channel.is_archived:
        raise BadInputError(f"#{channel.name} is archived.")


def _own(request: UserRequest) -> tuple[Channel, Message]:
    person = request.person()
    channel = request.channel(person)
    message = request.message(person, channel)
    if message.body.get("user") != person.id or message.ts not in channel.messages:
        raise BadInputError("Only one's own messages can be changed.")
    return channel, message


async def edit(request: UserRequest) -> Json:
    """`POST /sandbox/messages/edit`."""
    channel, message = _own(request)
    message_events.edit_by_person(request.sim, channel, message, request.text("text"))
    return {"message": message_events.shown_message(message)}


async def delete(request: UserRequest) -> Json:
    """`POST /sandbox/messages/delete`; an ephemeral message is dismissed by the person who sees it."""
    person = request.person()
    channel = request.channel(person)
    message = request.message(person, channel)
    if message.ephemeral_to is None:
        channel, message = _own(request)
    message_events.delete(request.sim, channel, message)
    return {}


async def react(request: UserRequest) -> Json:
    """`POST /sandbox/reactions`."""
    person = request.person()
    channel = request.channel(person)
    message = request.message(person, channel)
    name = request.text("name").strip(":")
    try:
        message_events.react(request.sim, channel, message, person.id, name, remove=bool(request.args.get("remove")))
    except SlackRefusal as refusal:
        raise BadInputError(f"That does not work: {refusal.error}.") from refusal
    return {}


async def join(request: UserRequest) -> Json:
    """`POST /sandbox/join`: a person joins a public channel."""
    person = request.person()
    channel = request.channel(person)
    message_events.join(request.sim, channel, person.id)
    return {}


async def invite(request: UserRequest) -> Json:
    """`POST /sandbox/invite`: a person invites somebody (by default the bot) to a channel."""
    person = request.person()
    channel = request.channel(person)
    invited = request.maybe("user") or request.sim.workspace.bot_user_id
    if channel.kind == "im" or person.id not in channel.members or invited not in request.sim.workspace.people:
        raise BadInputError("That invitation is not possible.")
    message_events.join(request.sim, channel, invited, inviter=person.id)
    return {}


async def share(request: UserRequest) -> Json:
    """`POST /sandbox/share`: share a channel with another company (`team`), or no more (`undo`)."""
    channel = request.channel(request.person())
    team_id = request.text("team")
    if channel.kind == "im" or team_id == request.sim.workspace.team_id:
        raise BadInputError("That cannot be shared.")
    change = message_events.unshare if request.args.get("undo") else message_events.share
    change(request.sim, channel, team_id)
    return {}
