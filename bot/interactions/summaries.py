"""`summary last week` shows wins to the person who asks; `summary weekly on Friday` says when a channel gets them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.interactions.channel_manager import require_manager
from bot.interactions.interaction import Command
from bot.ports.context import Context
from bot.ui.components import Message
from bot.views import summaries as view
from handlers.errors import NotNowError
from handlers.method.summary_periods import TypedSchedule, read_period, read_schedule
from handlers.method.time_zones import known_zone
from handlers.team import summary_requests
from handlers.team.summary_requests import ScheduleChosen, SummaryAsked, SummaryWanted

_POST = re.compile(rf"(?P<period>.+?) {view.POST} (?P<channel>\S+)")
_CHANNEL = re.compile(r"(?:\A|\s)#(?P<name>\S+)\Z")
_ANY_DAY = date(2000, 1, 1)


def is_private(rest: str) -> bool:
    """Whether what follows `summary` asks for wins, which only the person sees who asks."""
    return _reads_as_period(_split(rest)[0]) or _POST.fullmatch(rest) is not None


async def run(context: Context, command: Command, rest: str) -> Message | None:
    """The answer to a period, a schedule, or the button that posts a period; None for anything else."""
    asked_to_post = _POST.fullmatch(rest)
    if asked_to_post is not None and _reads_as_period(asked_to_post["period"]):
        return await _post(context, command, asked_to_post["period"], asked_to_post["channel"])
    schedule = read_schedule(rest)
    if schedule is not None:
        return await _schedule(context, command, schedule)
    typed, named = _split(rest)
    return await _show(context, command, typed, named) if _reads_as_period(typed) else None


async def _show(context: Context, command: Command, typed: str, named: str) -> Message:
    await context.require_colleague(command.viewer)
    channel = None if command.is_direct else command.channel
    is_admin = await context.is_admin(command.viewer)
    request = SummaryAsked(command.viewer, typed, channel, named, is_admin=is_admin)
    screen = await context.apply(summary_requests.show, request)
    shared = [
        place for place in screen.places if await context.directory.shares_channel(command.viewer.person, place.channel)
    ]
    return view.asked(replace(screen, places=tuple(shared)), context.texts)


async def _post(context: Context, command: Command, typed: str, channel: str) -> Message:
    await _require_place(context, command, channel)
    return view.posted(
        await context.apply(summary_requests.post, SummaryWanted(command.actor, typed, channel)), context.texts
    )


async def _schedule(context: Context, command: Command, typed: TypedSchedule) -> Message:
    if command.is_direct:
        raise NotNowError("refusal.no_channel")
    zone = known_zone(typed.zone) if typed.zone else None
    if typed.zone and zone is None:
        raise NotNowError("refusal.no_such_zone", zone=typed.zone)
    await _require_place(context, command, command.channel)
    request = ScheduleChosen(command.actor, command.channel, typed.schedule, None if zone is None else zone.key)
    return view.schedule(await context.apply(summary_requests.choose_schedule, request), context.texts)


async def _require_place(context: Context, command: Command, channel: str) -> None:
    """Raises `NotNowError` unless the person is a colleague in the channel, and manages it or is an admin."""
    await context.require_colleague(command.viewer)
    await context.require_shared_channel(command.viewer.person, channel)
    await require_manager(context, command.viewer, channel)


def _split(rest: str) -> tuple[str, str]:
    """The period, and the name of a channel after it, without `#`; empty for none."""
    found = _CHANNEL.search(rest)
    return (rest, "") if found is None else (rest[: found.start()].strip(), found["name"])


def _reads_as_period(typed: str) -> bool:
    return read_period(typed, _ANY_DAY) is not None
