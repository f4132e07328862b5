"""When someone adds the bot to a channel, they become its owner and are asked privately what it is for."""

from __future__ import annotations

from dataclasses import replace

from bot.ports.affiliation import Affiliation
from bot.ports.context import Context, refuse_outsider
from bot.ui.components import Message
from bot.views import channel as channel_view
from handlers.errors import Refusal
from handlers.screens.team import SharedChannel
from handlers.team import channels
from handlers.team.channels import ChannelRequest


async def ask_purpose(context: Context, request: ChannelRequest) -> Message:
    """Record who invited the bot; returns the question to ask them.

    Where people of another company read, only an admin is asked, and about that. Raises `NotNowError` if it cannot be
    found out where the inviter belongs.
    """
    affiliation = await context.affiliation(request.caller)
    try:
        refuse_outsider(affiliation)
    except Refusal as refusal:
        if affiliation is not Affiliation.EXTERNAL:
            raise
        return Message.saying(refusal.sentence(context.texts.rich))
    shared = request.shared_externally or await context.directory.shared_externally(request.channel)
    screen = await context.apply(channels.channel_joined, replace(request, shared_externally=shared))
    if shared and await context.is_admin(request.caller):
        return channel_view.shared_question(SharedChannel(request.channel, became=False), context.texts)
    if shared is not False:
        return channel_view.shared_note(request.channel, context.texts, known=bool(shared))
    return channel_view.purpose_question(screen, context.texts, request.channel, invited=True)
