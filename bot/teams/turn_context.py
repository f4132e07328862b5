"""Who reads what we show at a turn: the desk that serves them, and how cards are drawn for them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from bot.interactions.interaction import FormValues
from bot.ports.context import Context
from bot.teams import adaptive_cards
from bot.teams.adaptive_cards import Card, CardOptions, Refresh, Surface
from bot.teams.connector import outbound_activity as said
from bot.teams.context import TeamsContext
from bot.teams.desk import people_options
from bot.teams.modal_cache import ModalCache
from bot.ui.components import Message, Modal
from handlers.workspace.names import Names


@dataclass(frozen=True, slots=True)
class TurnContext:
    """One person at one turn. `user` is Teams' own id of them; `drawn` has the sheets for when an entry is refused."""

    teams: TeamsContext
    context: Context
    names: Names
    user: str
    modals: ModalCache

    def card(self, message: Message, shows: str = "", nonce: str = "") -> Card:
        """A message. `shows` says what Teams may ask for anew when they look at it later (`bot.teams.card_refresh`)."""
        refresh = self.teams.refresh(self.user, shows)
        return adaptive_cards.message_card(message, self._setting(nonce or secrets.token_hex(8), refresh=refresh))

    def modal(
        self, modal: Modal, where: Surface, typed: FormValues | None = None, errors: Mapping[str, str] | None = None
    ) -> Card:
        """A sheet; again with what was typed and what is wrong with it, by field, when that was refused."""
        nonce = secrets.token_hex(8)
        self.modals.keep(nonce, modal)
        return adaptive_cards.modal_card(modal, where, self._setting(nonce, typed, errors))

    def message(self, card: Card) -> said.OutboundActivity:
        """A card of theirs as something to post."""
        return said.OutboundActivity(str(card["fallbackText"]), card)

    def introduction(self) -> said.OutboundActivity:
        """What we are, for who meets us."""
        return self.message(self.card(Message.saying(self.context.texts.rich("teams.introduction"))))

    def _setting(
        self,
        nonce: str,
        typed: FormValues | None = None,
        errors: Mapping[str, str] | None = None,
        refresh: Refresh | None = None,
    ) -> CardOptions:
        return CardOptions(
            nonce,
            needed=self.context.texts.plain("teams.needed"),
            pick=self.context.texts.plain("teams.pick"),
            people=people_options(self.names),
            dialogs=self.teams.dialog_actions,
            values=typed,
            errors=errors or {},
            refresh=refresh,
        )
