"""Renders outbound messages as cards for their readers on Teams."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import urlencode

from bot.teams import adaptive_cards, card_refresh
from bot.teams.connector.connector import OutboundActivity
from bot.teams.context import TeamsContext
from bot.teams.turn_context import card_activity, card_options, read_names, reader_texts
from bot.ui.components import Message, Paragraph
from bot.ui.texts import Texts
from bot.views import render
from bot.views.call_schedule import CALL_LASTS
from bot.views.deal_name import deal_name
from handlers.reminders.compose import OutboundMessage
from handlers.screens.reminders import CallInvite
from handlers.workspace.conversation_references import Address

CALENDAR = "https://outlook.office.com/calendar/deeplink/compose"


class CardRenderer:
    """A `bot.teams.messenger.Render`."""

    def __init__(self, teams: TeamsContext) -> None:
        self._teams = teams

    async def __call__(self, message: OutboundMessage, address: Address) -> OutboundActivity:
        """The message as a card. The nonce depends on its row, so a click counts once on both of two renderings."""
        names = await read_names(self._teams, message.workspace, message.person)
        texts = reader_texts(names)
        screen = message.screen
        rendered = calendar_message(screen, texts) if isinstance(screen, CallInvite) else render.message(screen, texts)
        if not isinstance(rendered, Message):
            raise TypeError(f"{type(screen).__name__} cannot be rendered as a card")
        refresh = self._teams.refresh(address.user, card_refresh.message_refresh(screen))
        options = card_options(self._teams, names, texts, f"letter:{message.row_id}", refresh=refresh)
        return card_activity(adaptive_cards.message_card(rendered, options))


def calendar_message(screen: CallInvite, texts: Texts) -> Message:
    """The scheduled call for the rep's calendar. A Teams bot cannot send a file, so a link opens Outlook, filled in."""
    customer = deal_name(screen.deal, texts.plain)
    starts = screen.at.astimezone(UTC)
    event = {
        "subject": texts.plain("invite.summary", customer=customer),
        "startdt": starts.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "enddt": (starts + CALL_LASTS).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "body": texts.plain("invite.description", line=screen.opening),
    }
    link = texts.markup.link(f"{CALENDAR}?{urlencode(event)}", texts.plain("teams.to_calendar"))
    line = texts.rich("teams.invite", customer=customer, when=texts.markup.moment(screen.at))
    return Message(line, (Paragraph(f"{line} {link}"),))
