"""What everything that handles a turn has at hand: the database with the clock, the words, the way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.interactions.actions import ACTIONS_OPENING_MODALS
from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.teams.adaptive_cards import Refresh
from bot.teams.connector.connector import Connector
from prompts.wording import Wording
from storage.database import Database

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TeamsContext:
    """The pieces that all turns share; made once by `bot.teams.platform`."""

    database: Database
    clock: Clock
    wording: Wording
    background: BackgroundTasks
    connector: Connector
    wake: Callable[[], None]
    admins: frozenset[str] = frozenset()
    """Object ids and user principal names in lower case."""
    playground: bool = False
    """The other side is Microsoft's playground. It has no dialogs, and does not ask for a card anew."""

    @property
    def dialog_actions(self) -> frozenset[str]:
        """The taps of a message that open a dialog; without dialogs they open a card below."""
        return frozenset() if self.playground else ACTIONS_OPENING_MODALS

    def refresh(self, reader: str | None, shows: str) -> Refresh | None:
        """How Teams asks for this card again (`card_refresh`). `reader` is Teams' id, if it is known."""
        return Refresh(reader, shows) if reader and shows and not self.playground else None

    async def apply(self, handler: Callable[[Any, R, datetime], T], request: R) -> T:
        """Run a handler in a transaction and give its outcome once that is committed; then look into the outbox."""
        outcome = await self.database.write(handler, request, self.clock.now())
        self.wake()
        return outcome
