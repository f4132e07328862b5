"""Somebody installs us in a team or a group chat: they keep it, and are asked in person what it is for."""

from __future__ import annotations

from dataclasses import replace

from bot.interactions import channel_invite
from bot.ports.context import Desk
from bot.teams import installation
from bot.teams.activity import Turn
from bot.ui.components import Message
from handlers.team.channels import ChannelAsked
from handlers.workspace import conversation_references

LET_IN = "add"
"""An upgrade changes nothing, so nobody is asked again."""


def place(turn: Turn) -> str | None:
    """The channel or group chat that is asked about; None when the turn is no installation in one by a person.

    In a team that is the channel that was picked for us when we were installed.
    """
    installed = turn.kind == "installationUpdate" and turn.activity.get("action") == LET_IN
    return (_picked(turn) or turn.place) if installed and not turn.is_personal and turn.person else None


async def question(desk: Desk, turn: Turn) -> Message | None:
    """The question for who installed us, to be posted in the chat with them (they can be written to now).

    None when the turn is no such installation. `desk.words` names the `place` as it is called.
    """
    asked_about = place(turn)
    if asked_about is None:
        return None
    await desk.apply(conversation_references.remember, installation.author(turn))
    if asked_about != turn.place:
        here = installation.here(turn, f"{turn.event_key}:picked")
        picked = replace(here, external_id=asked_about, conversation=asked_about, name=None)
        await desk.apply(conversation_references.remember, picked)
    who = turn.caller(f"{turn.event_key}:invited")
    name = installation.here(turn).name if asked_about == turn.place else None
    return await channel_invite.invited(desk, ChannelAsked(who, asked_about, name))


def _picked(turn: Turn) -> str | None:
    held: object = turn.activity
    for name in ("channelData", "settings", "selectedChannel", "id"):
        held = held.get(name) if isinstance(held, dict) else None
    return held if isinstance(held, str) and 0 < len(held) <= 255 else None
