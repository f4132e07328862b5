"""What the handling of every activity shares: the database, the clock, the wordings, the Bot Connector."""

from __future__ import annotations

from dataclasses import dataclass

from bot.interactions.actions import ACTIONS_OPENING_MODALS
from bot.ports.background import BackgroundTasks
from bot.ports.context import HandlerContext
from bot.teams.adaptive_cards import Refresh
from bot.teams.connector.connector import Connector
from prompts.wording import Wording


@dataclass(frozen=True, slots=True)
class TeamsContext(HandlerContext):
    """Shared by all activities; created once by `bot.teams.platform`."""

    wording: Wording
    background: BackgroundTasks
    connector: Connector
    admins: frozenset[str] = frozenset()
    """Entra object ids and user principal names, in lower case."""
    playground: bool = False
    """Whether the client is Microsoft's playground, which has no dialogs and never refreshes a card."""

    @property
    def dialog_actions(self) -> frozenset[str]:
        """The actions in messages that open a dialog; without dialogs they post a card below the message."""
        return frozenset() if self.playground else ACTIONS_OPENING_MODALS

    def refresh(self, reader: str | None, shows: str) -> Refresh | None:
        """How Teams refreshes a card (`card_refresh`). `reader` is a Teams id; without one there is no refresh."""
        return Refresh(reader, shows) if reader and shows and not self.playground else None
