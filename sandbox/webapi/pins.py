"""pins.*: add. A channel holds a hundred pins."""

from __future__ import annotations

from typing import Any

from sandbox.errors import SlackRefusal
from sandbox.webapi.call import Call, Method

MOST = 100


def add(call: Call) -> dict[str, Any]:
    """pins.add."""
    channel = call.channel()
    message = call.message(channel, "timestamp")
    if call.sim.workspace.bot_user_id not in channel.members:
        raise SlackRefusal("not_in_channel")
    pinned = [each for each in channel.messages.values() if channel.id in each.body.get("pinned_to", ())]
    if message in pinned:
        raise SlackRefusal("already_pinned")
    if len(pinned) >= MOST:
        raise SlackRefusal("too_many_pins")
    message.body["pinned_to"] = [channel.id]
    return {}


METHODS = {"pins.add": Method(add, "pins:write", tier=2)}
