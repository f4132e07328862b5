"""Whose deal a message tells of: who is named, or who posted it; else who is asked about that."""

from __future__ import annotations

from bot.slack.front import Front
from bot.slack.payload import PLATFORM, Payload
from handlers.channels import keeper_of
from handlers.detection import Detection


async def owner(front: Front, message: Payload, detection: Detection) -> str | None:
    """The id of who is named as having closed the deal, else of the person who posted; None when nobody can tell."""
    for name in detection.closed_by:
        found = name if _is_id(name) else await front.directory.member_called(name)
        if found is None:
            continue
        member = await front.directory.member(found)
        if member is None or member.at_work:
            return found
    author = message.get("user")
    return None if author is None or author == front.desk.bot or "bot_id" in message else str(author)


async def whom_to_ask(front: Front, workspace: str, channel: str) -> str | None:
    """The id of who keeps the channel, else of who made it; None when neither is there any more."""
    keeper = await front.desk.database.read(keeper_of, PLATFORM, workspace, channel)
    if keeper is not None and await _can_be_asked(front, keeper, channel):
        return keeper
    place = await front.directory.channel(channel)
    creator = None if place is None else place.creator
    return creator if creator is not None and await _can_be_asked(front, creator, channel) else None


async def _can_be_asked(front: Front, person: str, channel: str) -> bool:
    """They work here, and may see what is said in the channel."""
    member = await front.directory.member(person)
    return member is not None and member.at_work and await front.directory.sees(person, channel)


def _is_id(name: str) -> bool:
    return name.startswith(("U", "W")) and name.isalnum() and name.isupper()
