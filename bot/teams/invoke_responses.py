"""The responses to invokes: cards and messages in a chat, dialogs (task modules), and sentences for refusals."""

from __future__ import annotations

from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.teams.adaptive_cards import Card, Surface
from bot.teams.card_actions import CardResult, DraftSaved, InvalidEntry, ModalClosed
from bot.teams.card_text import unmarked
from bot.teams.connector.adapter import InvokeResult
from bot.teams.connector.connector import ADAPTIVE_CARD
from bot.teams.turn_context import TurnContext
from bot.ui.components import Message

ACTIVITY_MESSAGE = "application/vnd.microsoft.activity.message"


def result_card(turn: TurnContext, result: CardResult) -> Card:
    """The card that replaces the one that was clicked."""
    match result:
        case OpenModal(modal):
            return turn.modal(modal, Surface.CHAT)
        case InvalidEntry(modal, values, errors):
            return turn.modal(modal, Surface.CHAT, values, errors)
        case DraftSaved(modal, values):
            return turn.modal(modal, Surface.CHAT, values)
        case ReplaceMessage(message):
            return turn.card(message)
        case DealChanged():
            return turn.card(Message.saying(change_text(turn, result)))
        case ModalClosed(text):
            return turn.card(Message.saying(text))


def change_text(turn: TurnContext, result: DealChanged) -> str:
    """What has changed about the deal, as plain text."""
    return unmarked(result.summary) or turn.context.texts.plain("teams.saved")


def card_response(card: Card) -> InvokeResult:
    """Replace the card that was clicked."""
    return InvokeResult({"statusCode": 200, "type": ADAPTIVE_CARD, "value": card})


def message_response(text: str) -> InvokeResult:
    """Show a sentence above the card that was clicked, which stays."""
    return InvokeResult({"statusCode": 200, "type": ACTIVITY_MESSAGE, "value": text})


def dialog_response(turn: TurnContext, result: CardResult) -> InvokeResult:
    """Show the next dialog, replace it with a sentence, or close it."""
    match result:
        case OpenModal(modal):
            return _dialog(modal.title, turn.modal(modal, Surface.DIALOG))
        case InvalidEntry(modal, values, errors):
            return _dialog(modal.title, turn.modal(modal, Surface.DIALOG, values, errors))
        case DraftSaved(modal, values):
            return _dialog(modal.title, turn.modal(modal, Surface.DIALOG, values))
        case ReplaceMessage(message):
            return _dialog(message.text, turn.card(message))
        case DealChanged():
            return dialog_message_response(change_text(turn, result))
        case ModalClosed():
            return InvokeResult({})


def dialog_message_response(text: str) -> InvokeResult:
    """Replace the dialog with a sentence."""
    return InvokeResult({"task": {"type": "message", "value": text}})


def sentence_response(invoke_name: str, text: str) -> InvokeResult | None:
    """A sentence in the form that the invoke needs; None for an invoke that cannot show one."""
    if invoke_name == "adaptiveCard/action":
        return message_response(text)
    if invoke_name.partition("/")[0] in {"task", "composeExtension"}:
        return dialog_message_response(text)
    return None


def _dialog(title: str, card: Card) -> InvokeResult:
    content = {"contentType": ADAPTIVE_CARD, "content": card}
    value = {"title": title, "height": "large", "width": "medium", "card": content}
    return InvokeResult({"task": {"type": "continue", "value": value}})
