"""What a card of an overview, or of a deal, shows now: when Teams asks for it anew because its reader looks at it."""

from __future__ import annotations

from bot.interactions.interaction import Command, Interaction, parse_number
from bot.ports.context import Context
from bot.teams.commands import HOME, run
from bot.ui.components import Message
from bot.views import card
from handlers.call import card_actions
from handlers.errors import NotNowError
from handlers.requests import DealRequest
from handlers.screens.deals import DealCard
from handlers.screens.outgoing import OutgoingScreen

OVERVIEWS = frozenset({HOME, "list", "reminders", "team", "settings"})
"""The commands whose answer is another one tomorrow. They change nothing."""
_OF_A_DEAL = "deal:"


def command_refresh(text: str) -> str:
    """What the answer to this command shows; empty for one that stays as it is."""
    return text if text.partition(" ")[0].casefold() in OVERVIEWS else ""


def message_refresh(screen: OutgoingScreen) -> str:
    """What a letter shows: a deal's card changes with every hour that the call is not made (M1.4)."""
    return f"{_OF_A_DEAL}{screen.deal.id}" if isinstance(screen, DealCard) else ""


async def refreshed_message(context: Context, interaction: Interaction, shows: str) -> Message:
    """It as it is now. Raises `Refusal` when it is not theirs to see any more, or was never shown."""
    if shows.startswith(_OF_A_DEAL):
        deal = DealRequest(interaction.viewer, parse_number(shows.removeprefix(_OF_A_DEAL)))
        return card.render(await context.apply(card_actions.show_card, deal), context.texts)
    if not command_refresh(shows):
        raise NotNowError("refusal.old_button")
    found = await run(
        context, Command(interaction.viewer, interaction.viewer, shows, interaction.channel, is_direct=True)
    )
    if not isinstance(found, Message):
        raise TypeError(f"{shows.partition(' ')[0]} opens a sheet")
    return found
