"""Keeps names, time zones and departures of known people up to date, whenever a platform shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from bot.interactions.interaction import Command, Interaction
from bot.ports.affiliation import Affiliation
from bot.ports.context import Context, HandlerContext, refuse_outsider
from handlers.requests import Caller
from handlers.team import departures
from handlers.team.departures import PresenceSeen
from handlers.workspace.profile_changes import ProfileSeen, has_zone, is_news, profile_seen

A = TypeVar("A", Interaction, Command)


async def note_profile(context: HandlerContext, seen: ProfileSeen) -> None:
    """Store what is new about a known person. Nothing is written if nothing is."""
    if await context.database.read(is_news, seen):
        await context.apply(profile_seen, seen)


async def note_presence(context: HandlerContext, seen: PresenceSeen) -> None:
    """Store that a known person's account was deactivated, or is active again. Nothing is written if that is known."""
    if await context.database.read(departures.is_news, seen):
        await context.apply(departures.presence_seen, seen)


async def with_standing(context: Context, asked: A) -> A:
    """What a person did, marked if they are a guest of the workspace.

    Raises `NotNowError` for somebody of another company, and for somebody who may be one.
    """
    viewer = await caller_with_standing(context, asked.viewer)
    return replace(asked, viewer=viewer, actor=replace(asked.actor, is_guest=True)) if viewer.is_guest else asked


async def caller_with_standing(context: Context, caller: Caller) -> Caller:
    """The caller, marked if they are a guest of the workspace. Raises as `with_standing`."""
    affiliation = await context.affiliation(caller)
    refuse_outsider(affiliation)
    return replace(caller, is_guest=True) if affiliation is Affiliation.GUEST else caller


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
