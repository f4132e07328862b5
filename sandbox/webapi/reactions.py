"""reactions.*: add, remove, get."""

from __future__ import annotations

import re
from typing import Any

from sandbox import message_events
from sandbox.errors import SlackRefusal
from sandbox.webapi.call import Call, Method

Json = dict[str, Any]
EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def _change(call: Call, *, remove: bool) -> Json:
    channel = call.channel()
    name = call.required("name", "no_reaction" if remove else "invalid_name").strip(":")
    if not EMOJI.fullmatch(name):
        raise SlackRefusal("invalid_name")
    message = call.message(channel, "timestamp")
    if call.sim.workspace.bot_user_id not in channel.members:
        raise SlackRefusal("not_in_channel")
    message_events.react(call.sim, channel, message, call.sim.workspace.bot_user_id, name, remove=remove)
    return {}


def add(call: Call) -> Json:
    """reactions.add."""
    return _change(call, remove=False)


def remove(call: Call) -> Json:
    """reactions.remove."""
    return _change(call, remove=True)


def get(call: Call) -> Json:
    """reactions.get: a message with its reactions."""
    channel = call.channel()
    message = call.message(channel, "timestamp")
    return {"type": "message", "channel": channel.id, "message": dict(message.body)}


METHODS = {
    "reactions.add": Method(add, "reactions:write"),
    "reactions.remove": Method(remove, "reactions:write", tier=2),
    "reactions.get": Method(get, "reactions:read"),
}
