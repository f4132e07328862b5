"""The context for handling one activity: texts in the reader's zone, and cards drawn for that reader."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cachetools import LRUCache

from bot.interactions.interaction import FormValues
from bot.ports.context import Context
from bot.teams import adaptive_cards
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.adaptive_cards import Card, CardOptions, Refresh, Surface
from bot.teams.card_text import TeamsMarkup
from bot.teams.commands import COMMAND
from bot.teams.connector.connector import OutboundActivity
from bot.teams.context import TeamsContext
from bot.teams.directory import TeamsDirectory
from bot.ui.components import Message, Modal, Option
from bot.ui.texts import Texts
from handlers.method.time_zones import zone
from handlers.workspace.names import Names, NamesRequest, look_up_names

MODALS_CACHED = 2_000


class ModalCache:
    """The last modals that were drawn, by nonce: an invalid entry shows its modal again, with what was entered.

    Teams does not send the card back with the button. A modal that was evicted is drawn from the database.
    """

    def __init__(self) -> None:
        self._modals: LRUCache[str, Modal] = LRUCache(MODALS_CACHED)

    def keep(self, nonce: str, modal: Modal) -> None:
        """Cache a modal."""
        self._modals[nonce] = modal

    def find(self, nonce: str) -> Modal | None:
        """The modal that was drawn with that nonce."""
        return self._modals.get(nonce)


@dataclass(frozen=True, slots=True)
class TurnContext:
    """The context for handling one activity. `user` is the Teams id of its sender."""

    teams: TeamsContext
    context: Context
    names: Names
    user: str
    modals: ModalCache

    def card(self, message: Message, shows: str = "", nonce: str = "") -> Card:
        """The card of a message. `shows` says how Teams refreshes it later (`bot.teams.card_refresh`)."""
        refresh = self.teams.refresh(self.user, shows)
        return adaptive_cards.message_card(message, self._card_options(nonce or secrets.token_hex(8), refresh=refresh))

    def modal(
        self, modal: Modal, surface: Surface, values: FormValues | None = None, errors: Mapping[str, str] | None = None
    ) -> Card:
        """The card of a modal; after invalid entries with the values that were entered, and the errors by field."""
        nonce = secrets.token_hex(8)
        self.modals.keep(nonce, modal)
        return adaptive_cards.modal_card(modal, surface, self._card_options(nonce, values, errors))

    def introduction(self) -> OutboundActivity:
        """What the bot does, for a person's first contact with it."""
        return card_activity(self.card(Message.saying(self.context.texts.rich("teams.introduction"))))

    def _card_options(
        self,
        nonce: str,
        values: FormValues | None = None,
        errors: Mapping[str, str] | None = None,
        refresh: Refresh | None = None,
    ) -> CardOptions:
        return card_options(
            self.teams, self.names, self.context.texts, nonce, values=values, errors=errors, refresh=refresh
        )


async def read_names(teams: TeamsContext, tenant: str, reader: str | None) -> Names:
    """The names of a tenant's people and channels, and the reader's zone."""
    return await teams.database.read(look_up_names, NamesRequest(PLATFORM, tenant, reader))


def interaction_context(
    teams: TeamsContext, activity: IncomingActivity, directory: TeamsDirectory, known: Names
) -> Context:
    """The platform-neutral context for the interaction handlers."""
    return Context(
        database=teams.database,
        clock=teams.clock,
        wake=teams.wake,
        directory=directory,
        texts=reader_texts(known),
        bot_user=activity.bot,
        public_url=teams.public_url,
    )


def reader_texts(known: Names) -> Texts:
    """The texts for a reader: with names in place of ids, and times in their zone."""
    return Texts(TeamsMarkup({**known.people, **known.channels}, zone(known.zone)), COMMAND)


def card_options(
    teams: TeamsContext,
    known: Names,
    texts: Texts,
    nonce: str,
    *,
    values: FormValues | None = None,
    errors: Mapping[str, str] | None = None,
    refresh: Refresh | None = None,
) -> CardOptions:
    """The options that every card of the bot is drawn with, and those of this one."""
    return CardOptions(
        nonce,
        needed=texts.plain("teams.needed"),
        pick=texts.plain("teams.pick"),
        people=choices(known),
        search=texts.plain("teams.search", count=len(known.people)),
        searches=not teams.playground,
        left_out=texts.rich("notice.left_out"),
        save=texts.plain("draft.save"),
        forgets=texts.rich("draft.forgets"),
        dialogs=teams.dialog_actions,
        values=values,
        errors=errors or {},
        refresh=refresh,
    )


def choices(known: Names) -> tuple[Option, ...]:
    """The people who can be selected, by name."""
    by_name = sorted(known.labels.items(), key=lambda each: each[1].casefold())
    return tuple(Option(person, label) for person, label in by_name)


def card_activity(card: Card) -> OutboundActivity:
    """The activity that posts a card."""
    return OutboundActivity(str(card["fallbackText"]), card)
