"""Somebody lets us into a channel: they keep it from now on, and are asked in private what it is for."""

from __future__ import annotations

from bot.ports.context import Context
from bot.ui.components import Message
from bot.views import channel as channel_view
from handlers.team import channels
from handlers.team.channels import ChannelRequest


async def ask_purpose(context: Context, request: ChannelRequest) -> Message:
    """Remember who invited us; gives the question for them."""
    screen = await context.apply(channels.channel_joined, request)
    return channel_view.purpose_question(screen, context.texts, request.channel, invited=True)
