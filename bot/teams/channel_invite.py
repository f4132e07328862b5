"""Somebody installs us in a team or a group chat: they keep it, and are asked in person what it is for."""

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
"""An upgrade changes nothing, so nobody is asked again."""


def channel_asked_about(activity: IncomingActivity) -> str | None:
    """The channel or group chat that is asked about; None when the turn is no installation in one by a person.

    In a team that is the channel that was picked for us when we were installed.
    """
    installed = activity.kind == "installationUpdate" and activity.json.get("action") == ADDED
    return (
        (_picked(activity) or activity.conversation_root)
        if installed and not activity.is_personal and activity.person
        else None
    )


async def purpose_question(context: Context, activity: IncomingActivity) -> Message | None:
    """The question for who installed us, to be posted in the chat with them (they can be written to now).

    None when the turn is no such installation. `desk.words` names the `place` as it is called.
    """
    asked_about = channel_asked_about(activity)
    if asked_about is None:
        return None
    await context.apply(conversation_references.remember, installation.author_reference(activity))
    if asked_about != activity.conversation_root:
        here = installation.conversation_reference(activity, f"{activity.event_key}:picked")
        picked = replace(here, external_id=asked_about, conversation=asked_about, name=None)
        await context.apply(conversation_references.remember, picked)
    who = activity.caller(f"{activity.event_key}:invited")
    name = installation.conversation_reference(activity).name if asked_about == activity.conversation_root else None
    return await channel_invite.ask_purpose(context, ChannelRequest(who, asked_about, name))


def _picked(activity: IncomingActivity) -> str | None:
    held: object = activity.json
    for name in ("channelData", "settings", "selectedChannel", "id"):
        held = held.get(name) if isinstance(held, dict) else None
    return held if isinstance(held, str) and 0 < len(held) <= 255 else None
