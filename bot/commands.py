"""The slash command `/firstcall`: help, won, next, list, show, call, channel, reminders, summary."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from difflib import get_close_matches
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.slack.blocks import Block
from bot.slack.front import Front
from bot.slack.payload import Payload, caller
from bot.slack.text import mention
from bot.slack.web import asked
from bot.views import call as call_views
from bot.views import channel as channel_view
from bot.views import lists
from bot.views import reminders as reminders_view
from bot.views.card import Message
from bot.views.notes import won_form
from handlers import channels, my_reminders, overview, reporting, summaries
from handlers.channels import ChannelAsked
from handlers.errors import NotNowError
from handlers.hearing import HeardAs, report
from handlers.my_reminders import RemindersAsked
from handlers.overview import DealsAsked
from handlers.screens import CallScreen, DealCard, DealChoice
from handlers.summaries import SummaryPlace

Answer = Message | Block
"""What a command answers: a message only the person sees, or a modal to open."""


Finds = Callable[[Session, DealsAsked, datetime], CallScreen | DealChoice]
"""Finds the deal that is meant, and what to show of it."""


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the command."""
    app.command(re.compile("^/"))(partial(commanded, front=front))


async def commanded(ack: AsyncAck, body: Payload, client: AsyncWebClient, front: Front) -> None:
    """Do what the first word says; anything else gets the help."""
    verb, _, rest = str(body.get("text") or "").strip().partition(" ")
    does = _DOES.get(verb.casefold())
    if does is None:
        answer: Answer = _unknown(front, verb, rest.strip())
    else:
        answer = await does(front, body, rest.strip())
    if isinstance(answer, Message):
        await ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")
    else:
        await asked(client.views_open(trigger_id=str(body.get("trigger_id")), view=answer))
        await ack()


async def _help(front: Front, _body: Payload, _typed: str) -> Answer:
    return lists.help_message(front.words, front.command)


def _unknown(front: Front, verb: str, rest: str) -> Message:
    """The word that was probably meant, to be typed by the person; the help when none is near."""
    near = get_close_matches(verb.casefold(), [known for known in _DOES if known], n=1)
    if not near:
        return lists.help_message(front.words, front.command, unknown=verb)
    return Message.saying(
        front.words.rich("help.meant", typed=verb, command=front.command, instead=f"{near[0]} {rest}".strip())
    )


async def _won(front: Front, body: Payload, typed: str) -> Answer:
    if not typed:
        return won_form(front.words)
    request = reporting.read(caller(body, f"command:{body.get('trigger_id')}"), typed)
    outcome = await front.apply(report, request)
    key = "won.heard" if outcome.heard_as is HeardAs.NEW else "won.known"
    return Message.saying(front.words.rich(key, customer=request.customer))


async def _list(front: Front, body: Payload, typed: str) -> Answer:
    found = await front.apply(overview.my_deals, DealsAsked(caller(body), typed))
    return lists.deal_list(found, front.words, front.command)


async def _next(front: Front, body: Payload, typed: str) -> Answer:
    """Open the step that is next, or show the card that waits for an answer."""
    found = await front.apply(overview.next_up, DealsAsked(caller(body), typed))
    match found:
        case None:
            return Message.saying(front.words.rich("next.nothing"))
        case DealCard():
            return lists.comes_first(found, front.words)
        case DealChoice():
            return lists.deal_choice(found, front.words)
    return call_views.render(found, front.words)


async def _lead_to(find: Finds, front: Front, body: Payload, typed: str) -> Answer:
    """The screen of the deal that is meant, or the choice between several that fit."""
    found = await front.apply(find, DealsAsked(caller(body), typed))
    if isinstance(found, DealChoice):
        return lists.deal_choice(found, front.words)
    return call_views.render(found, front.words)


async def _channel(front: Front, body: Payload, _typed: str) -> Answer:
    place = await _heard_here(front, body)
    request = ChannelAsked(caller(body), place, await front.directory.channel_name(place))
    screen = await front.apply(channels.ask, request)
    return channel_view.question(screen, front.words, front.command, place, invited=False)


async def _heard_here(front: Front, body: Payload) -> str:
    """The channel that the command was typed in. Raises `NotNowError` where we cannot hear or write."""
    channel = str(body.get("channel_id"))
    if channel.startswith("D"):
        raise NotNowError("refusal.no_channel")
    if not await front.directory.hears(channel):
        raise NotNowError("refusal.not_in_channel", bot=mention(front.bot_user))
    return channel


async def _reminders(front: Front, body: Payload, _typed: str) -> Answer:
    return reminders_view.mine(await front.apply(my_reminders.show, RemindersAsked(caller(body))), front.words)


async def _summary(front: Front, body: Payload, typed: str) -> Answer:
    match typed.casefold():
        case "here":
            channel = await _heard_here(front, body)
            profile = await front.directory.profile(str(body.get("user_id")))
            zone = await front.apply(summaries.post_here, SummaryPlace(caller(body, profile=profile), channel))
            return Message.saying(front.words.rich("settled.summary_here", zone=zone))
        case "off":
            await front.apply(summaries.stop_here, SummaryPlace(caller(body), str(body.get("channel_id"))))
            return Message.saying(front.words.rich("settled.summary_off", command=front.command))
        case _:
            return lists.help_message(front.words, front.command, unknown=f"summary {typed}".strip())


_DOES: dict[str, Callable[[Front, Payload, str], Awaitable[Answer]]] = {
    "": _help,
    "help": _help,
    "won": _won,
    "next": _next,
    "list": _list,
    "show": partial(_lead_to, overview.show),
    "call": partial(_lead_to, overview.call),
    "channel": _channel,
    "reminders": _reminders,
    "summary": _summary,
}
