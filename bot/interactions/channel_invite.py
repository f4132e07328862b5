"""When someone adds the bot to a channel, they become its owner and are asked privately what it is for."""

from __future__ import annotations

from bot.ports.context import Context
from bot.ui.components import Message
from bot.views import channel as channel_view
from handlers.team import channels
from handlers.team.channels import ChannelRequest


async def ask_purpose(context: Context, request: ChannelRequest) -> Message:
    """Record who invited the bot; returns the question to ask them."""
    screen = await context.apply(channels.channel_joined, request)
    return channel_view.purpose_question(screen, context.texts, request.channel, invited=True)
