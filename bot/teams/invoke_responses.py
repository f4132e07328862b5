"""A button of a card was pressed: what comes of it, and how that is shown in the chat and in a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.interactions import actions, submissions
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import FormValues
from bot.teams.adaptive_cards import Card, Surface
from bot.teams.card_actions import CardAction
from bot.teams.card_text import unmarked
from bot.teams.connector.contract import InvokeResult
from bot.teams.turn_context import TurnContext
from bot.ui.components import Message, Modal
from handlers.errors import InvalidEntryError

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True)
class ModalClosed:
    """The sheet is done with; `line` stands in its place in a chat."""

    text: str


@dataclass(frozen=True, slots=True)
class EntryRefused:
    """An entry cannot be taken: the sheet again, with what was typed and what is wrong with it, by field."""

    modal: Modal
    typed: FormValues
    errors: Mapping[str, str]


CardResult = OpenModal | ReplaceMessage | DealChanged | ModalClosed | EntryRefused


async def run_card_action(turn: TurnContext, action: CardAction) -> CardResult:
    """Do what the button says. Raises `Refusal`, but for an entry that can be put right."""
    if action.cancels:
        return ModalClosed(turn.context.texts.rich("teams.left"))
    try:
        if action.submits:
            following = await submissions.save_submission(turn.context, action.interaction)
            return (
                OpenModal(following) if following is not None else ModalClosed(turn.context.texts.rich("teams.saved"))
            )
        return await actions.run_action(turn.context, action.interaction)
    except InvalidEntryError as error:
        sheet = turn.modals.find(action.nonce)
        if sheet is None:
            sheet = await actions.current_modal(turn.context, action.interaction)
        return entry_refused(turn, action, sheet, error)


def entry_refused(turn: TurnContext, action: CardAction, modal: Modal, error: InvalidEntryError) -> EntryRefused:
    """The sheet again. Its field may go by another name each time that it is drawn."""
    wrong = error.sentence(turn.context.texts.plain)
    return EntryRefused(
        modal,
        action.interaction.values,
        {error.field: wrong, f"{error.field}{action.interaction.state.suffix}": wrong},
    )


def result_card(turn: TurnContext, outcome: CardResult) -> Card:
    """The card that takes the place of the one that was pressed."""
    match outcome:
        case OpenModal(sheet):
            return turn.modal(sheet, Surface.CHAT)
        case EntryRefused(sheet, typed, errors):
            return turn.modal(sheet, Surface.CHAT, typed, errors)
        case ReplaceMessage(message):
            return turn.card(message)
        case DealChanged():
            return turn.card(Message.saying(change_text(turn, outcome)))
        case ModalClosed(line):
            return turn.card(Message.saying(line))


def task_response(turn: TurnContext, outcome: CardResult) -> InvokeResult:
    """The dialog that follows, a sentence in its place, or its end."""
    match outcome:
        case OpenModal(sheet):
            return _task_module(sheet.title, turn.modal(sheet, Surface.DIALOG))
        case EntryRefused(sheet, typed, errors):
            return _task_module(sheet.title, turn.modal(sheet, Surface.DIALOG, typed, errors))
        case ReplaceMessage(message):
            return _task_module(message.text, turn.card(message))
        case DealChanged():
            return closing_response(change_text(turn, outcome))
        case ModalClosed():
            return InvokeResult({})


def change_text(turn: TurnContext, outcome: DealChanged) -> str:
    """What has become of the deal, as plain text."""
    return unmarked(outcome.summary) or turn.context.texts.plain("teams.saved")


def card_response(card: Card) -> InvokeResult:
    """A card in the place of the one that was pressed."""
    return InvokeResult({"statusCode": 200, "type": ADAPTIVE, "value": card})


def message_response(text: str) -> InvokeResult:
    """A sentence above the card that was pressed, which stays."""
    return InvokeResult({"statusCode": 200, "type": SENTENCE, "value": text})


def closing_response(text: str) -> InvokeResult:
    """A sentence in the place of a dialog."""
    return InvokeResult({"task": {"type": "message", "value": text}})


def _task_module(title: str, card: Card) -> InvokeResult:
    content = {"contentType": ADAPTIVE, "content": card}
    value = {"title": title, "height": "large", "width": "medium", "card": content}
    return InvokeResult({"task": {"type": "continue", "value": value}})
