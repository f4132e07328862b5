"""What admins do to channels and to the app: archive, delete, rename, remove the bot, uninstall and install again."""

from __future__ import annotations

from typing import Any

from sandbox.errors import BadInputError
from sandbox.user_api.request import UserRequest
from sandbox.workspace import Channel

Json = dict[str, Any]


def _channel(request: UserRequest) -> Channel:
    channel = request.channel(request.person())
    if channel.kind == "im":
        raise BadInputError("That is no channel.")
    return channel


def _remove_bot(request: UserRequest, channel: Channel) -> None:
    """Slack tells a removed bot with an event of its own, and with the one that everybody gets."""
    workspace = request.sim.workspace
    if workspace.bot_user_id not in channel.members:
        return
    channel.members.discard(workspace.bot_user_id)
    event = {"channel": channel.id, "actor_id": request.person().id}
    request.sim.events.publish({"type": f"{channel.kind}_left", **event})
    request.sim.events.publish(
        {
            "type": "member_left_channel",
            "user": workspace.bot_user_id,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": workspace.team_id,
        }
    )


async def archive(request: UserRequest) -> Json:
    """`POST /sandbox/channels/archive`: Slack also removes the bot from the channel."""
    channel = _channel(request)
    channel.is_archived = True
    request.sim.events.publish(
        {"type": f"{channel.kind}_archive", "channel": channel.id, "user": request.person().id, "is_moved": 0}
    )
    channel.members.discard(request.sim.workspace.bot_user_id)
    return {}


async def unarchive(request: UserRequest) -> Json:
    """`POST /sandbox/channels/unarchive`: the bot is not a member until somebody invites it again."""
    channel = _channel(request)
    channel.is_archived = False
    request.sim.events.publish(
        {"type": f"{channel.kind}_unarchive", "channel": channel.id, "user": request.person().id}
    )
    return {}


async def rename(request: UserRequest) -> Json:
    """`POST /sandbox/channels/rename`."""
    channel = _channel(request)
    channel.name = request.text("name")
    renamed = {"id": channel.id, "name": channel.name, "created": channel.created}
    request.sim.events.publish({"type": f"{channel.kind}_rename", "channel": renamed})
    return {}


async def delete(request: UserRequest) -> Json:
    """`POST /sandbox/channels/delete`."""
    channel = _channel(request)
    del request.sim.workspace.channels[channel.id]
    request.sim.events.publish(
        {"type": f"{channel.kind}_deleted", "channel": channel.id, "actor_id": request.person().id}
    )
    return {}


async def remove(request: UserRequest) -> Json:
    """`POST /sandbox/channels/remove`: the bot is removed from the channel."""
    _remove_bot(request, _channel(request))
    return {}


async def uninstall(request: UserRequest) -> Json:
    """`POST /sandbox/app/uninstall`: the token is refused with `error` from now on; two events go out, in any order."""
    sim = request.sim
    sim.token_refused = request.maybe("error") or "account_inactive"
    sim.events.publish({"type": "app_uninstalled"})
    sim.events.publish({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [sim.workspace.bot_user_id]}})
    return {}


async def install(request: UserRequest) -> Json:
    """`POST /sandbox/app/install`: the token works again."""
    request.sim.token_refused = None
    return {}
