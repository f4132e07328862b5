"""Who reads what we show at a turn: the desk that serves them, and how cards are drawn for them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from bot.interactions.interaction import Entries
from bot.ports.context import Desk
from bot.teams import adaptive_cards
from bot.teams.adaptive_cards import Card, Refresh, Setting, Where
from bot.teams.connector import outbound_activity as said
from bot.teams.context import TeamsFront
from bot.teams.desk import people
from bot.teams.modal_cache import DrawnSheets
from bot.ui.components import Message, Sheet
from handlers.workspace.names import Names


@dataclass(frozen=True, slots=True)
class Reader:
    """One person at one turn. `user` is Teams' own id of them; `drawn` has the sheets for when an entry is refused."""

    front: TeamsFront
    desk: Desk
    names: Names
    user: str
    drawn: DrawnSheets

    def card(self, message: Message, shows: str = "", nonce: str = "") -> Card:
        """A message. `shows` says what Teams may ask for anew when they look at it later (`bot.teams.card_refresh`)."""
        refresh = self.front.refresh(self.user, shows)
        return adaptive_cards.message(message, self._setting(nonce or secrets.token_hex(8), refresh=refresh))

    def sheet(
        self, sheet: Sheet, where: Where, typed: Entries | None = None, errors: Mapping[str, str] | None = None
    ) -> Card:
        """A sheet; again with what was typed and what is wrong with it, by field, when that was refused."""
        nonce = secrets.token_hex(8)
        self.drawn.keep(nonce, sheet)
        return adaptive_cards.sheet(sheet, where, self._setting(nonce, typed, errors))

    def message(self, card: Card) -> said.Message:
        """A card of theirs as something to post."""
        return said.Message(str(card["fallbackText"]), card)

    def introduction(self) -> said.Message:
        """What we are, for who meets us."""
        return self.message(self.card(Message.saying(self.desk.words.rich("teams.introduction"))))

    def _setting(
        self,
        nonce: str,
        typed: Entries | None = None,
        errors: Mapping[str, str] | None = None,
        refresh: Refresh | None = None,
    ) -> Setting:
        return Setting(
            nonce,
            needed=self.desk.words.plain("teams.needed"),
            pick=self.desk.words.plain("teams.pick"),
            people=people(self.names),
            dialogs=self.front.dialogs,
            typed=typed,
            errors=errors or {},
            refresh=refresh,
        )
