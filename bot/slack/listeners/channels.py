"""What a channel is for: asked when somebody invites us there, and set by a tap on the answer."""

from __future__ import annotations

from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.messenger import DeliveryError
from bot.slack.front import Front
from bot.slack.payload import PLATFORM, Payload, caller, tap_key
from bot.slack.web import asked
from bot.views import channel as channel_view
from bot.views.card import Message
from handlers import channels
from handlers.arrival import Caller
from handlers.channels import ChannelAsked, PurposeChosen
from handlers.purposes import Purpose

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, front: Front) -> None:
    """Listen to people who join a channel: we may be the one."""
    app.event("member_joined_channel")(partial(joined, front=front))


async def joined(event: Payload, body: Payload, client: AsyncWebClient, front: Front) -> None:
    """Remember who invited us, and ask them what the channel is for. Nobody did when an admin or a tool added us."""
    inviter = event.get("inviter")
    if event.get("user") != front.bot_user or not inviter:
        return
    channel = str(event.get("channel"))
    who = Caller(PLATFORM, str(body.get("team_id")), str(inviter), f"event:{body.get('event_id')}")
    request = ChannelAsked(who, channel, await front.directory.channel_name(channel))
    screen = await front.apply(channels.invited, request)
    question = channel_view.question(screen, front.words, front.command, channel, invited=True)
    front.follow_ups.later(_whisper(client, channel, who.person, question))


async def _whisper(client: AsyncWebClient, channel: str, person: str, message: Message) -> None:
    try:
        await asked(client.chat_postEphemeral(channel=channel, user=person, text=message.text, blocks=message.blocks))
    except DeliveryError as error:  # the command asks the same at any time
        log.warning("what a channel is for was not asked", channel=channel, reason=str(error))


async def choose(purpose: Purpose, front: Front, body: Payload, action: Payload, respond: AsyncRespond) -> None:
    """Set what the channel is for; the question becomes the answer."""
    channel = str((body.get("container") or {}).get("channel_id") or "")
    profile = await front.directory.profile(str(body["user"]["id"]))
    request = PurposeChosen(caller(body, tap_key(body, action), profile), channel, purpose)
    screen = await front.apply(channels.choose, request)
    front.follow_ups.later(_replace(respond, channel_view.chosen(screen, front.words, front.command)))


async def _replace(respond: AsyncRespond, message: Message) -> None:
    await respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=True)
