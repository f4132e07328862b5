"""What can be typed to the coach, and what answers each of the commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from functools import partial

from sqlalchemy.orm import Session

from bot.interactions import report_deal
from bot.interactions.interaction import Typed
from bot.ports.context import Desk
from bot.ui.components import Message, Sheet
from bot.views import call_schedule as schedule_view
from bot.views import channel as channel_view
from bot.views import deal_lists
from bot.views import reminders as reminders_view
from bot.views import settings as settings_view
from bot.views import wins as wins_view
from bot.views.notices import won_form
from bot.views.render import sheet
from handlers.call import deal_search
from handlers.call.deal_search import DealsAsked
from handlers.errors import NotNowError
from handlers.intake import manual_report
from handlers.reminders import my_reminders, my_settings, snoozing
from handlers.reminders.my_reminders import RemindersAsked
from handlers.reminders.my_settings import SettingsAsked
from handlers.reminders.snoozing import SnoozeAsked
from handlers.screens.call import CallScreen
from handlers.screens.deals import DealCard, DealChoice
from handlers.screens.reminders import ReminderPutOff
from handlers.team import channels, summaries, wins
from handlers.team.channels import ChannelAsked
from handlers.team.summaries import SummaryPlace
from handlers.team.wins import TeamAsked

Answer = Message | Sheet
"""What a command answers: a message only the person sees, or a sheet to open."""


Finds = Callable[[Session, DealsAsked, datetime], CallScreen | DealChoice]
"""Finds the deal that is meant, and what to show of it."""


async def commanded(desk: Desk, typed: Typed) -> Answer:
    """Do what the first word says; anything else gets the help. Raises `Refusal`."""
    verb, _, rest = typed.text.strip().partition(" ")
    does = _DOES.get(verb.casefold())
    if does is None:
        return _unknown(desk, verb, rest.strip())
    return await does(desk, typed, rest.strip())


async def _help(desk: Desk, _typed: Typed, _rest: str) -> Answer:
    return deal_lists.help_message(desk.words)


def _unknown(desk: Desk, verb: str, rest: str) -> Message:
    """The word that was probably meant, to be typed by the person; the help when none is near."""
    near = get_close_matches(verb.casefold(), [known for known in _DOES if known], n=1)
    if not near:
        return deal_lists.help_message(desk.words, unknown=verb)
    return Message.saying(
        desk.words.rich("help.meant", typed=verb, command=desk.words.command, instead=f"{near[0]} {rest}".strip())
    )


async def _won(desk: Desk, typed: Typed, rest: str) -> Answer:
    if not rest:
        return won_form(desk.words)
    return await report_deal.told(desk, manual_report.read(typed.acting, rest))


async def _list(desk: Desk, typed: Typed, rest: str) -> Answer:
    found = await desk.apply(deal_search.my_deals, DealsAsked(typed.looking, rest))
    return deal_lists.deal_list(found, desk.words)


async def _next(desk: Desk, typed: Typed, rest: str) -> Answer:
    """Open the step that is next, or show the card that waits for an answer."""
    found = await desk.apply(deal_search.next_up, DealsAsked(typed.looking, rest))
    match found:
        case None:
            return Message.saying(desk.words.rich("next.nothing"))
        case DealCard():
            return deal_lists.comes_first(found, desk.words)
        case DealChoice():
            return deal_lists.deal_choice(found, desk.words)
    return sheet(found, desk.words)


async def _lead_to(find: Finds, desk: Desk, typed: Typed, rest: str) -> Answer:
    """The screen of the deal that is meant, or the choice between several that fit."""
    found = await desk.apply(find, DealsAsked(typed.looking, rest))
    if isinstance(found, DealChoice):
        return deal_lists.deal_choice(found, desk.words)
    return sheet(found, desk.words)


async def _channel(desk: Desk, typed: Typed, _rest: str) -> Answer:
    place = await _heard_here(desk, typed)
    request = ChannelAsked(typed.looking, place, await desk.directory.channel_name(place))
    screen = await desk.apply(channels.ask, request)
    return channel_view.question(screen, desk.words, place, invited=False)


async def _heard_here(desk: Desk, typed: Typed) -> str:
    """The channel that the command was typed in. Raises `NotNowError` where we cannot hear or write."""
    if typed.in_person:
        raise NotNowError("refusal.no_channel")
    if not await desk.directory.hears(typed.channel):
        raise NotNowError("refusal.not_in_channel", bot=desk.words.markup.mention(desk.bot))
    return typed.channel


async def _snooze(desk: Desk, typed: Typed, rest: str) -> Answer:
    """Put the reminder off, or ask what was left open: until when, or of which deal."""
    found = await desk.apply(snoozing.snooze_asked, SnoozeAsked(typed.acting, rest))
    match found:
        case ReminderPutOff():
            return schedule_view.put_off(found, desk.words)
        case DealChoice():
            return deal_lists.deal_choice(found, desk.words)
    return sheet(found, desk.words)


async def _reminders(desk: Desk, typed: Typed, _rest: str) -> Answer:
    return reminders_view.mine(await desk.apply(my_reminders.show, RemindersAsked(typed.looking)), desk.words)


async def _team(desk: Desk, typed: Typed, _rest: str) -> Answer:
    await desk.for_colleagues(typed.looking.person)
    return wins_view.team(await desk.apply(wins.team, TeamAsked(typed.looking)), desk.words)


async def _settings(desk: Desk, typed: Typed, _rest: str) -> Answer:
    return settings_view.mine(await desk.apply(my_settings.show, SettingsAsked(typed.looking)), desk.words)


async def _summary(desk: Desk, typed: Typed, rest: str) -> Answer:
    match rest.casefold():
        case "here":
            await desk.for_colleagues(typed.looking.person)
            channel = await _heard_here(desk, typed)
            who = replace(typed.looking, profile=await desk.directory.profile(typed.looking.person))
            zone = await desk.apply(summaries.post_here, SummaryPlace(who, channel))
            return Message.saying(desk.words.rich("settled.summary_here", zone=zone))
        case "off":
            await desk.apply(summaries.stop_here, SummaryPlace(typed.looking, typed.channel))
            return Message.saying(desk.words.rich("settled.summary_off", command=desk.words.command))
        case _:
            return deal_lists.help_message(desk.words, unknown=f"summary {rest}".strip())


_DOES: dict[str, Callable[[Desk, Typed, str], Awaitable[Answer]]] = {
    "": _help,
    "help": _help,
    "won": _won,
    "next": _next,
    "list": _list,
    "show": partial(_lead_to, deal_search.show),
    "call": partial(_lead_to, deal_search.call),
    "snooze": _snooze,
    "reminders": _reminders,
    "team": _team,
    "channel": _channel,
    "summary": _summary,
    "settings": _settings,
}

VERBS = frozenset(_DOES)
"""The first words that are commands; the empty one asks for help."""
