"""Reading and writing messages as a person."""

from __future__ import annotations

from typing import Any

from sandbox import message_events
from sandbox.blocks import fill_ids
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.limits import MESSAGE_TEXT
from sandbox.user_api.request import Asked
from sandbox.webapi.users import user_object
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


async def workspace(asked: Asked) -> Json:
    """`GET /sandbox/workspace`."""
    sim = asked.sim
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


async def conversations(asked: Asked) -> Json:
    """`GET /sandbox/conversations`: channels first, then the person's DMs."""
    person = asked.person()
    place = asked.sim.workspace
    place.dm(person.id, place.bot_user_id)
    listed = []
    for channel in place.channels.values():
        if not channel.sees(person.id):
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
                "is_member": person.id in channel.members,
                "unread": place.unread(channel, person.id) if person.id in channel.members else 0,
                "latest": latest,
            }
        )
    return {"conversations": sorted(listed, key=lambda each: (each["kind"] != "channel", each["name"]))}


async def messages(asked: Asked) -> Json:
    """`GET /sandbox/messages`: a conversation or one thread, oldest first. Reading sets the reading mark."""
    person = asked.person()
    channel = asked.channel(person)
    thread_ts = asked.maybe("thread_ts")
    if thread_ts is None:
        kept = [each for each in channel.messages.values() if each.in_channel]
        if kept:
            channel.last_read[person.id] = kept[-1].ts
    else:
        ids = (thread_ts, *channel.threads.get(thread_ts, ()))
        kept = [channel.messages[ts] for ts in ids if ts in channel.messages]
    whispers = [
        each for each in channel.ephemerals.values() if each.ephemeral_to == person.id and each.thread_ts == thread_ts
    ]
    shown = sorted([*kept, *whispers], key=lambda each: float(each.ts))
    return {"messages": [message_events.shown_message(each) for each in shown]}


async def send(asked: Asked) -> Json:
    """`POST /sandbox/messages`."""
    person = asked.person()
    channel = asked.channel(person)
    _may_write(person, channel)
    text = asked.args.get("text", "")
    if not isinstance(text, str) or len(text) > MESSAGE_TEXT:
        raise BadInputError("text is a text of at most 40,000 characters.")
    if not text and not any(asked.args.get(name) for name in ("blocks", "attachments", "files")):
        raise BadInputError("There is nothing to send.")
    for name, kind in (("blocks", list), ("attachments", list), ("files", list), ("bot_profile", dict)):
        if asked.args.get(name) is not None and not isinstance(asked.args[name], kind):
            raise BadInputError(f"{name} has the wrong shape.")
    _check_blocks(asked)
    for name in ("thread_ts", "subtype", "username"):
        asked.maybe(name)
    message = message_events.person_says(asked.sim, person, channel, asked.args)
    return {"message": message_events.shown_message(message)}


def _check_blocks(asked: Asked) -> None:
    """What another app posts through a person is checked too: the bot must be able to rely on its shape."""
    attachments = asked.args.get("attachments") or []
    if not all(isinstance(each, dict) for each in attachments):
        raise BadInputError("attachments has the wrong shape.")
    for blocks in (asked.args.get("blocks"), *(each.get("blocks") for each in attachments)):
        problems = asked.sim.block_kit.message_problems(blocks) if blocks is not None else []
        if problems:
            where, what = problems[0]
            raise BadInputError(f"Slack would refuse these blocks: {what} (at {where or '/'}).")
        fill_ids(blocks or [])


def _may_write(person: Person, channel: Channel) -> None:
    if person.id not in channel.members:
        raise BadInputError(f"{person.real_name} is not in #{channel.name}.")
    if channel.is_archived:
        raise BadInputError(f"#{channel.name} is archived.")


def _own(asked: Asked) -> tuple[Channel, Message]:
    person = asked.person()
    channel = asked.channel(person)
    message = asked.message(person, channel)
    if message.body.get("user") != person.id or message.ts not in channel.messages:
        raise BadInputError("Only one's own messages can be changed.")
    return channel, message


async def edit(asked: Asked) -> Json:
    """`POST /sandbox/messages/edit`."""
    channel, message = _own(asked)
    message_events.edit_by_person(asked.sim, channel, message, asked.text("text"))
    return {"message": message_events.shown_message(message)}


async def delete(asked: Asked) -> Json:
    """`POST /sandbox/messages/delete`; a whisper is dismissed by the one who sees it."""
    person = asked.person()
    channel = asked.channel(person)
    message = asked.message(person, channel)
    if message.ephemeral_to is None:
        channel, message = _own(asked)
    message_events.delete(asked.sim, channel, message)
    return {}


async def react(asked: Asked) -> Json:
    """`POST /sandbox/reactions`."""
    person = asked.person()
    channel = asked.channel(person)
    message = asked.message(person, channel)
    name = asked.text("name").strip(":")
    try:
        message_events.react(asked.sim, channel, message, person.id, name, remove=bool(asked.args.get("remove")))
    except SlackRefusal as refusal:
        raise BadInputError(f"That does not work: {refusal.error}.") from refusal
    return {}


async def join(asked: Asked) -> Json:
    """`POST /sandbox/join`: a person enters a public channel."""
    person = asked.person()
    channel = asked.channel(person)
    message_events.join(asked.sim, channel, person.id)
    return {}


async def invite(asked: Asked) -> Json:
    """`POST /sandbox/invite`: a person brings somebody (or the bot, when nobody is named) into a channel."""
    person = asked.person()
    channel = asked.channel(person)
    invited = asked.maybe("user") or asked.sim.workspace.bot_user_id
    if channel.kind == "im" or person.id not in channel.members or invited not in asked.sim.workspace.people:
        raise BadInputError("That invitation is not possible.")
    message_events.join(asked.sim, channel, invited, inviter=person.id)
    return {}
