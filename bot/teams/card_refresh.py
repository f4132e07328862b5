"""Refreshes the card of an overview or of a deal, as Teams requests it when its reader looks at it."""

from __future__ import annotations

from bot.interactions.interaction import Command, Interaction
from bot.ports.context import Context
from bot.teams.commands import HOME, run_command
from bot.ui.components import Message
from bot.ui.numbers import read_number
from bot.views import card
from handlers.call import card_actions
from handlers.errors import NotNowError
from handlers.requests import DealRequest
from handlers.screens.deals import DealCard
from handlers.screens.outgoing import OutgoingScreen

OVERVIEWS = frozenset({HOME, "list", "reminders", "team", "settings"})
"""Commands whose answer changes with time, and which change nothing themselves."""
_DEAL = "deal:"


def command_refresh(text: str) -> str:
    """What to show when the answer to this command is refreshed; empty if it is never refreshed."""
    return text if text.partition(" ")[0].casefold() in OVERVIEWS else ""


def message_refresh(screen: OutgoingScreen) -> str:
    """What to show when this message is refreshed: a deal's card changes every hour until the call is made (M1.4)."""
    return f"{_DEAL}{screen.deal.id}" if isinstance(screen, DealCard) else ""


async def refreshed_message(context: Context, interaction: Interaction, shows: str) -> Message:
    """The message as of now. Raises `Refusal` if the person may no longer see it, or `shows` is unknown."""
    await context.require_member(interaction.viewer)
    if shows.startswith(_DEAL):
        deal = DealRequest(interaction.viewer, read_number(shows.removeprefix(_DEAL)) or 0)
        return card.render(await context.apply(card_actions.show_card, deal), context.texts)
    if not command_refresh(shows):
        raise NotNowError("refusal.old_button")
    command = Command(interaction.viewer, interaction.viewer, shows, interaction.channel, is_direct=True)
    answer = await run_command(context, command)
    if not isinstance(answer, Message):
        raise TypeError(f"{shows.partition(' ')[0]} opens a modal")
    return answer
