"""A button of a card was pressed: what comes of it, and how that is shown in the chat and in a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.interactions import actions, submissions
from bot.interactions.actions import Changed, Opened, Replaced
from bot.interactions.interaction import Entries
from bot.teams.adaptive_cards import Card, Where
from bot.teams.card_actions import CardAct
from bot.teams.card_text import unmarked
from bot.teams.connector.contract import Answer
from bot.teams.turn_context import Reader
from bot.ui.components import Message, Sheet
from handlers.errors import InvalidEntryError

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True)
class Left:
    """The sheet is done with; `line` stands in its place in a chat."""

    line: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry cannot be taken: the sheet again, with what was typed and what is wrong with it, by field."""

    sheet: Sheet
    typed: Entries
    errors: Mapping[str, str]


Done = Opened | Replaced | Changed | Left | Refused


async def done(at: Reader, pressed: CardAct) -> Done:
    """Do what the button says. Raises `Refusal`, but for an entry that can be put right."""
    if pressed.leaves:
        return Left(at.desk.words.rich("teams.left"))
    try:
        if pressed.saves:
            following = await submissions.submitted(at.desk, pressed.act)
            return Opened(following) if following is not None else Left(at.desk.words.rich("teams.saved"))
        return await actions.tapped(at.desk, pressed.act)
    except InvalidEntryError as error:
        sheet = at.drawn.find(pressed.nonce)
        if sheet is None:
            sheet = await actions.where_they_are(at.desk, pressed.act)
        return refused(at, pressed, sheet, error)


def refused(at: Reader, pressed: CardAct, sheet: Sheet, error: InvalidEntryError) -> Refused:
    """The sheet again. Its field may go by another name each time that it is drawn."""
    wrong = error.sentence(at.desk.words.plain)
    return Refused(sheet, pressed.act.entries, {error.field: wrong, f"{error.field}{pressed.act.place.suffix}": wrong})


def in_chat(at: Reader, outcome: Done) -> Card:
    """The card that takes the place of the one that was pressed."""
    match outcome:
        case Opened(sheet):
            return at.sheet(sheet, Where.CHAT)
        case Refused(sheet, typed, errors):
            return at.sheet(sheet, Where.CHAT, typed, errors)
        case Replaced(message):
            return at.card(message)
        case Changed():
            return at.card(Message.saying(told(at, outcome)))
        case Left(line):
            return at.card(Message.saying(line))


def in_dialog(at: Reader, outcome: Done) -> Answer:
    """The dialog that follows, a sentence in its place, or its end."""
    match outcome:
        case Opened(sheet):
            return _dialog(sheet.title, at.sheet(sheet, Where.DIALOG))
        case Refused(sheet, typed, errors):
            return _dialog(sheet.title, at.sheet(sheet, Where.DIALOG, typed, errors))
        case Replaced(message):
            return _dialog(message.text, at.card(message))
        case Changed():
            return closing(told(at, outcome))
        case Left():
            return Answer({})


def told(at: Reader, outcome: Changed) -> str:
    """What has become of the deal, as plain text."""
    return unmarked(outcome.line) or at.desk.words.plain("teams.saved")


def shown(card: Card) -> Answer:
    """A card in the place of the one that was pressed."""
    return Answer({"statusCode": 200, "type": ADAPTIVE, "value": card})


def sentence(text: str) -> Answer:
    """A sentence above the card that was pressed, which stays."""
    return Answer({"statusCode": 200, "type": SENTENCE, "value": text})


def closing(text: str) -> Answer:
    """A sentence in the place of a dialog."""
    return Answer({"task": {"type": "message", "value": text}})


def _dialog(title: str, card: Card) -> Answer:
    content = {"contentType": ADAPTIVE, "content": card}
    value = {"title": title, "height": "large", "width": "medium", "card": content}
    return Answer({"task": {"type": "continue", "value": value}})
