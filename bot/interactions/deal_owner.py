"""Whose deal a message tells of: who is named, or who posted it; else who is asked about that."""

from __future__ import annotations

from typing import Protocol

from bot.ports.context import Desk, Directory
from handlers.detection import Detection
from handlers.requests import Profile
from handlers.team.channels import keeper_of


class Surroundings(Directory, Protocol):
    """What a platform knows around a message, by its ids. A look-up that fails gives None or False."""

    async def named(self, written: str) -> str | None:
        """The id of whom a message names, by id or by name; None when nobody or several are called so."""

    async def creator_of(self, channel: str) -> str | None:
        """The id of who made the channel."""

    async def sees(self, person: str, channel: str) -> bool:
        """Whether somebody may see what is said in the channel now."""

    async def link_to(self, channel: str, message: str) -> str | None:
        """Where the platform shows a message of the channel."""

    async def met(self, person: str) -> Profile | None:
        """Somebody has a deal: from now on they can be written to. Gives their name and zone."""


async def owner(around: Surroundings, detection: Detection, poster: str | None) -> str | None:
    """The id of who is named as having closed the deal, else of the `poster`; None when nobody can tell.

    `poster` is None for a message that no person posted.
    """
    for name in detection.closed_by:
        found = await around.named(name)
        if found is None:
            continue
        member = await around.member(found)
        if member is None or member.at_work:
            return found
    return poster


async def whom_to_ask(desk: Desk, around: Surroundings, platform: str, workspace: str, channel: str) -> str | None:
    """The id of who keeps the channel, else of who made it; None when neither is there any more."""
    keeper = await desk.database.read(keeper_of, platform, workspace, channel)
    if keeper is not None and await _can_be_asked(around, keeper, channel):
        return keeper
    creator = await around.creator_of(channel)
    return creator if creator is not None and await _can_be_asked(around, creator, channel) else None


async def _can_be_asked(around: Surroundings, person: str, channel: str) -> bool:
    """They work here, and may see what is said in the channel."""
    member = await around.member(person)
    return member is not None and member.at_work and await around.sees(person, channel)
