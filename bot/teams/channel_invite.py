"""When someone installs the bot in a team or group chat, they become its owner and are asked what it is for."""

from __future__ import annotations

from dataclasses import replace

from bot.interactions import channel_invite
from bot.ports.context import Context
from bot.teams import installation
from bot.teams.activity import IncomingActivity
from bot.ui.components import Message
from handlers.team.channels import ChannelRequest
from handlers.workspace import conversation_references

ADDED = "add"
"""An upgrade ("add-upgrade") changes nothing, so it raises no question."""


def invited_channel(activity: IncomingActivity) -> str | None:
    """The channel or group chat to ask about; None unless a person has just installed the bot in one.

    In a team it is the channel that they selected for the bot.
    """
    installed = activity.type == "installationUpdate" and activity.action == ADDED
    if not installed or activity.is_personal or not activity.person:
        return None
    return activity.selected_channel or activity.conversation_root


async def purpose_question(context: Context, activity: IncomingActivity) -> Message | None:
    """The question for the person who installed the bot, to be sent to them in private; they are reachable from now on.

    None if the activity is no such installation.
    """
    channel = invited_channel(activity)
    if channel is None:
        return None
    await context.apply(conversation_references.remember, installation.author_reference(activity))
    if channel != activity.conversation_root:
        root = installation.conversation_reference(activity, f"{activity.event_key}:picked")
        selected = replace(root, external_id=channel, conversation=channel, name=None)
        await context.apply(conversation_references.remember, selected)
    inviter = activity.caller(f"{activity.event_key}:invited")
    name = activity.channel_name if channel == activity.conversation_root else None
    return await channel_invite.ask_purpose(context, ChannelRequest(inviter, channel, name))
