"""Finds the owner of a deal from a message: the person named in it, else its author; else whom to ask."""

from __future__ import annotations

from typing import Protocol

from bot.ports.affiliation import Affiliation
from bot.ports.context import Context, Directory
from handlers.detection import Detection
from handlers.requests import Profile
from handlers.team.channels import manager_of

OUTSIDERS = frozenset({Affiliation.EXTERNAL, Affiliation.UNKNOWN})
"""Nobody of another company becomes a rep, or is asked about a deal; nor does somebody who may be of one."""


class MessageDirectory(Directory, Protocol):
    """The surroundings of a message, by the platform's ids. A failed look-up returns None or False."""

    async def ask_channel_name(self, channel: str) -> str | None:
        """Like `channel_name`, but raises `DeliveryError` if the platform could not be asked and may be asked later."""

    async def maybe_shared(self, channel: str) -> bool:
        """Whether people of another company may read the channel: they do, or it is unknown. Not asked every time."""

    async def channel_creator(self, channel: str) -> str | None:
        """The id of the person who created the channel."""

    async def can_see(self, person: str, channel: str) -> bool:
        """Whether the person can currently read the channel."""

    async def permalink(self, channel: str, message: str) -> str | None:
        """The address at which the platform shows the message."""

    async def make_reachable(self, person: str) -> Profile | None:
        """Make sure that the app can write to the person. Returns their name and zone."""


async def deal_owner(directory: MessageDirectory, detection: Detection, poster: str | None) -> str | None:
    """The id of the person named as having closed the deal, else `poster`: the author, or None for an app's message."""
    for name in detection.closed_by:
        found = await directory.find_person(name)
        if found is None:
            continue
        if await directory.affiliation(found) in OUTSIDERS:
            continue
        member = await directory.member(found)
        if member is None or member.active:
            return found
    return poster


async def person_to_ask(
    context: Context, directory: MessageDirectory, platform: str, workspace: str, channel: str
) -> str | None:
    """The id of the channel's owner, else of its creator; None if both have left."""
    owner = await context.database.read(manager_of, platform, workspace, channel)
    if owner is not None and await _can_be_asked(directory, owner, channel):
        return owner
    creator = await directory.channel_creator(channel)
    return creator if creator is not None and await _can_be_asked(directory, creator, channel) else None


async def _can_be_asked(directory: MessageDirectory, person: str, channel: str) -> bool:
    """Whether they work here and can read the channel."""
    if await directory.affiliation(person) in OUTSIDERS:
        return False
    member = await directory.member(person)
    return member is not None and member.active and await directory.can_see(person, channel)
