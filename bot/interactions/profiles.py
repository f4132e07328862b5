"""Keeps names and time zones of known people up to date, whenever a platform shows them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.ports.context import Context, HandlerContext
from handlers.requests import Caller
from handlers.workspace.profile_changes import ProfileSeen, has_zone, is_news, profile_seen

LOOK_UP_TIMEOUT = timedelta(seconds=1)
"""The person waits for an answer, and the zone that is stored is nearly always right."""

log = structlog.stdlib.get_logger(__name__)


async def note_profile(context: HandlerContext, seen: ProfileSeen) -> None:
    """Store what is new about a known person. Nothing is written if nothing is."""
    if await context.database.read(is_news, seen):
        await context.apply(profile_seen, seen)


async def with_zone(context: Context, caller: Caller) -> Caller:
    """The caller of a request about times of day, whose zone must be known: looked up if it was not for an hour."""
    try:
        async with asyncio.timeout(LOOK_UP_TIMEOUT.total_seconds()):
            profile = await context.directory.profile(caller.person)
    except TimeoutError:
        log.warning("a profile was not looked up in time", person=caller.person)
        return caller
    if profile is None or await context.database.read(has_zone, caller.platform, caller.workspace, caller.person):
        return caller
    return replace(caller, profile=profile)
