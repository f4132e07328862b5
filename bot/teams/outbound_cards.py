"""What the outbox sends, drawn for its reader on Teams."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import urlencode

from bot.teams import adaptive_cards, card_refresh
from bot.teams.adaptive_cards import Setting
from bot.teams.connector import outbound_activity as said
from bot.teams.context import TeamsFront
from bot.teams.desk import known, people, words
from bot.ui.components import Message, Paragraph
from bot.ui.texts import Words
from bot.views import render
from bot.views.call_schedule import CALL_LASTS
from handlers.reminders.compose import Letter
from handlers.screens.reminders import CallInvite
from handlers.workspace.conversation_references import Address

CALENDAR = "https://outlook.office.com/calendar/deeplink/compose"


class Letters:
    """A `bot.teams.messenger.Render`."""

    def __init__(self, front: TeamsFront) -> None:
        self._front = front

    async def __call__(self, letter: Letter, address: Address) -> said.Message:
        """The letter as a card. Drawn twice it is the same card, so that a tap on either counts once."""
        found = await known(self._front, letter.workspace, letter.person)
        at = words(found)
        screen = letter.screen
        drawn = invitation(screen, at) if isinstance(screen, CallInvite) else render.letter(screen, at)
        if not isinstance(drawn, Message):
            raise TypeError(f"no card is drawn of {type(screen).__name__}")
        setting = Setting(
            nonce=f"letter:{letter.row_id}",
            needed=at.plain("teams.needed"),
            pick=at.plain("teams.pick"),
            people=people(found),
            dialogs=self._front.dialogs,
            refresh=self._front.refresh(address.user, card_refresh.of_letter(screen)),
        )
        card = adaptive_cards.message(drawn, setting)
        return said.Message(str(card["fallbackText"]), card)


def invitation(screen: CallInvite, words: Words) -> Message:
    """The planned call for the rep's calendar. A bot on Teams cannot hand over a file: Outlook opens, filled in."""
    customer = screen.deal.customer or words.plain("card.nameless")
    starts = screen.at.astimezone(UTC)
    event = {
        "subject": words.plain("invite.summary", customer=customer),
        "startdt": starts.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "enddt": (starts + CALL_LASTS).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "body": words.plain("invite.description", line=screen.opening),
    }
    link = words.markup.link(f"{CALENDAR}?{urlencode(event)}", words.plain("teams.to_calendar"))
    line = words.rich("teams.invite", customer=customer, when=words.markup.moment(screen.at))
    return Message(line, (Paragraph(f"{line} {link}"),))
