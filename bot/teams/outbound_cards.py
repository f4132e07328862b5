"""What the outbox sends, drawn for its reader on Teams."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import urlencode

from bot.teams import adaptive_cards, card_refresh
from bot.teams.adaptive_cards import CardOptions
from bot.teams.connector import outbound_activity as said
from bot.teams.context import TeamsContext
from bot.teams.desk import known_names, people_options, turn_texts
from bot.ui.components import Message, Paragraph
from bot.ui.texts import Texts
from bot.views import render
from bot.views.call_schedule import CALL_LASTS
from bot.views.deal_name import deal_name
from handlers.reminders.compose import OutboundMessage
from handlers.screens.reminders import CallInvite
from handlers.workspace.conversation_references import Address

CALENDAR = "https://outlook.office.com/calendar/deeplink/compose"


class OutboundCards:
    """A `bot.teams.messenger.Render`."""

    def __init__(self, teams: TeamsContext) -> None:
        self._front = teams

    async def __call__(self, letter: OutboundMessage, address: Address) -> said.OutboundActivity:
        """The letter as a card. Drawn twice it is the same card, so that a tap on either counts once."""
        found = await known_names(self._front, letter.workspace, letter.person)
        at = turn_texts(found)
        screen = letter.screen
        drawn = calendar_message(screen, at) if isinstance(screen, CallInvite) else render.message(screen, at)
        if not isinstance(drawn, Message):
            raise TypeError(f"no card is drawn of {type(screen).__name__}")
        setting = CardOptions(
            nonce=f"letter:{letter.row_id}",
            needed=at.plain("teams.needed"),
            pick=at.plain("teams.pick"),
            people=people_options(found),
            dialogs=self._front.dialog_actions,
            refresh=self._front.refresh(address.user, card_refresh.message_refresh(screen)),
        )
        card = adaptive_cards.message_card(drawn, setting)
        return said.OutboundActivity(str(card["fallbackText"]), card)


def calendar_message(screen: CallInvite, texts: Texts) -> Message:
    """The planned call for the rep's calendar. A bot on Teams cannot hand over a file: Outlook opens, filled in."""
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
