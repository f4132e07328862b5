"""Keeps names, time zones and departures of known people up to date, whenever a platform shows them."""

from __future__ import annotations

from dataclasses import replace

from bot.ports.context import Context, HandlerContext
from handlers.requests import Caller
from handlers.team import departures
from handlers.team.departures import PresenceSeen
from handlers.workspace.profile_changes import ProfileSeen, has_zone, is_news, profile_seen


async def note_profile(context: HandlerContext, seen: ProfileSeen) -> None:
    """Store what is new about a known person. Nothing is written if nothing is."""
    if await context.database.read(is_news, seen):
        await context.apply(profile_seen, seen)


async def note_presence(context: HandlerContext, seen: PresenceSeen) -> None:
    """Store that a known person's account was deactivated, or is active again. Nothing is written if that is known."""
    if await context.database.read(departures.is_news, seen):
        await context.apply(departures.presence_seen, seen)


async def with_zone(context: Context, caller: Caller) -> Caller:
    """The caller of a request about times of day, whose zone must be known: looked up if it was not for an hour.

    On Teams each request has brought it.
    """
    if caller.profile is not None:
        return caller
    member = await context.directory.member(caller.person)
    if member is None or await context.database.read(has_zone, caller.platform, caller.workspace, caller.person):
        return caller
    return replace(caller, profile=member.profile)
