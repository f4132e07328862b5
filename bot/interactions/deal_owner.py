"""Whose deal a message tells of: who is named, or who posted it; else who is asked about that."""

from __future__ import annotations

from typing import Protocol

from bot.ports.context import Context, Directory
from handlers.detection import Detection
from handlers.requests import Profile
from handlers.team.channels import manager_of


class MessageDirectory(Directory, Protocol):
    """What a platform knows around a message, by its ids. A look-up that fails gives None or False."""

    async def find_person(self, written: str) -> str | None:
        """The id of whom a message names, by id or by name; None when nobody or several are called so."""

    async def channel_creator(self, channel: str) -> str | None:
        """The id of who made the channel."""

    async def can_see(self, person: str, channel: str) -> bool:
        """Whether somebody may see what is said in the channel now."""

    async def permalink(self, channel: str, message: str) -> str | None:
        """Where the platform shows a message of the channel."""

    async def make_reachable(self, person: str) -> Profile | None:
        """Somebody has a deal: from now on they can be written to. Gives their name and zone."""


async def deal_owner(directory: MessageDirectory, detection: Detection, poster: str | None) -> str | None:
    """The id of who is named as having closed the deal, else of the `poster`; None when nobody can tell.

    `poster` is None for a message that no person posted.
    """
    for name in detection.closed_by:
        found = await directory.find_person(name)
        if found is None:
            continue
        member = await directory.member(found)
        if member is None or member.active:
            return found
    return poster


async def person_to_ask(
    context: Context, directory: MessageDirectory, platform: str, workspace: str, channel: str
) -> str | None:
    """The id of who keeps the channel, else of who made it; None when neither is there any more."""
    keeper = await context.database.read(manager_of, platform, workspace, channel)
    if keeper is not None and await _can_be_asked(directory, keeper, channel):
        return keeper
    creator = await directory.channel_creator(channel)
    return creator if creator is not None and await _can_be_asked(directory, creator, channel) else None


async def _can_be_asked(directory: MessageDirectory, person: str, channel: str) -> bool:
    """They work here, and may see what is said in the channel."""
    member = await directory.member(person)
    return member is not None and member.active and await directory.can_see(person, channel)
