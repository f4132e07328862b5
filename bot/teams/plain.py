"""A screen as one line of text: what a letter says in Teams as long as its card is not drawn."""

from __future__ import annotations

from bot.teams.message import Message
from handlers.screens import (
    BriefScreen,
    CallInvite,
    CallOver,
    CallReminder,
    CallSoon,
    DealCard,
    Digest,
    HandedOver,
    Nudge,
    OutgoingScreen,
    WinSummary,
)
from prompts.wording import Wording


class Plain:
    """A `Render`: names the customers that the screen is about."""

    def __init__(self, words: Wording) -> None:
        self._words = words

    def __call__(self, screen: OutgoingScreen) -> Message:
        """The line."""
        return Message(self._words("teams.about", customers=", ".join(_customers(screen))))


def _customers(screen: OutgoingScreen) -> list[str]:
    match screen:
        case DealCard() | HandedOver() | CallInvite():
            return [screen.deal.customer]
        case BriefScreen() | CallReminder() | CallSoon() | CallOver() | Nudge():
            return [screen.card.deal.customer]
        case Digest():
            return [item.card.deal.customer for item in screen.items]
        case WinSummary():
            return [win.deal.customer for win in screen.wins]
