"""Buttons of the bot's cards: which one was clicked, in which drawing, with which values; and running it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.interactions import actions, drafts, submissions
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import FormValues, Interaction, digest_of
from bot.teams.activity import IncomingActivity
from bot.teams.adaptive_cards import Surface
from bot.teams.card_inputs import CARD_DATA, form_values
from bot.teams.json_fields import Json, object_field, text_field
from bot.teams.turn_context import TurnContext
from bot.ui.components import Modal
from bot.ui.ids import ModalState, ViewId
from bot.views import draft_notes
from handlers.errors import InvalidEntryError, NotNowError


@dataclass(frozen=True, slots=True)
class CardAction:
    """A click on a button of one of the bot's cards. `submits`, `saves_draft` and `cancels` are those below a modal."""

    interaction: Interaction
    nonce: str
    """Identifies the drawing of the card."""
    surface: Surface | None
    """Where the modal is shown; None if the button belongs to a message."""
    submits: bool
    saves_draft: bool
    cancels: bool
    refreshes: str
    """Set if nothing was clicked and Teams refreshes the card (`bot.teams.card_refresh`); empty for a click."""

    @property
    def submits_report(self) -> bool:
        """Whether it submits the form "Closed deal", or a form that is not known."""
        return not self.interaction.action_id and self.interaction.view in (ViewId.WON, "")


@dataclass(frozen=True, slots=True)
class ModalClosed:
    """The modal is done; in a chat `text` takes its place."""

    text: str


@dataclass(frozen=True, slots=True)
class InvalidEntry:
    """Show the modal again with the values that were entered, and the errors by field."""

    modal: Modal
    values: FormValues
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """Show the modal again with what was saved; it can be filled in further, or closed."""

    modal: Modal
    values: FormValues


CardResult = OpenModal | ReplaceMessage | DealChanged | ModalClosed | InvalidEntry | DraftSaved


def is_card_action(activity: IncomingActivity) -> bool:
    """Whether the activity comes from a card of the bot."""
    return CARD_DATA in _action_data(activity)


def read_card_action(activity: IncomingActivity) -> CardAction:
    """The click that an invoke, or a message sent by a card, reports.

    Raises `NotNowError` if the card is not the bot's, or of an unknown version.
    """
    data = _action_data(activity)
    if not isinstance(data.get(CARD_DATA), dict):
        raise NotNowError("refusal.old_button")
    card_data = object_field(data, CARD_DATA)
    nonce, action_id, value = (text_field(card_data, name) for name in ("nonce", "tap", "value"))
    submits = card_data.get("save") is True
    try:
        state = ModalState.from_text(text_field(card_data, "place"))
        surface = Surface(text_field(card_data, "where")) if card_data.get("where") else None
    except ValueError as error:
        raise NotNowError("refusal.old_button") from error
    values, selected = form_values(data), text_field(data, text_field(card_data, "picks"))
    saves_draft = card_data.get("keep") is True
    key = f"form:{nonce}" if submits or saves_draft else f"tap:{nonce}:{action_id}:{value}"
    interaction = Interaction(
        viewer=activity.caller(),
        actor=replace(activity.caller(key), content=values.digest if submits else digest_of(selected)),
        action_id=action_id,
        view=text_field(card_data, "form"),
        value=value,
        selected_user=selected,
        state=state,
        values=values,
        channel=activity.conversation_root,
        message=f"{activity.conversation}:{activity.reply_to_id or nonce}",
        is_direct=activity.is_personal,
    )
    cancels, refreshes = card_data.get("leave") is True, text_field(card_data, "shows")
    return CardAction(interaction, nonce, surface, submits, saves_draft, cancels, refreshes)


async def run_card_action(turn: TurnContext, action: CardAction) -> CardResult:
    """Do what the button is for. Raises `Refusal`, except for an invalid entry in a modal."""
    if action.cancels:
        return ModalClosed(turn.context.texts.rich("teams.left"))
    try:
        if action.saves_draft:
            return await _save_draft(turn, action)
        if action.submits:
            modal = await submissions.save_submission(turn.context, action.interaction)
            return ModalClosed(turn.context.texts.rich("teams.saved")) if modal is None else OpenModal(modal)
        return await actions.run_action(turn.context, action.interaction)
    except InvalidEntryError as error:
        if action.surface is None:
            raise  # nobody was picked in a message, which has no form to show again
        modal = turn.modals.find(action.nonce)
        if modal is None:
            modal = await actions.current_modal(turn.context, action.interaction)
        return invalid_entry(turn, action, modal, error)


async def _save_draft(turn: TurnContext, action: CardAction) -> CardResult:
    """Keep what the form contains. Raises `NotNowError` for a form that can no longer be submitted."""
    now = turn.context.clock.now()
    if not await drafts.keep(turn.context, action.interaction, now):
        raise NotNowError("refusal.old_button")
    modal = turn.modals.find(action.nonce) or await actions.current_modal(turn.context, action.interaction)
    return DraftSaved(replace(modal, notes=draft_notes.saved(now, turn.context.texts)), action.interaction.values)


def invalid_entry(turn: TurnContext, action: CardAction, modal: Modal, error: InvalidEntryError) -> InvalidEntry:
    """The modal with its error. The field may have the suffix of the modal's state in its name."""
    sentence = error.sentence(turn.context.texts.plain)
    names = (error.field, f"{error.field}{action.interaction.state.suffix}")
    return InvalidEntry(modal, action.interaction.values, dict.fromkeys(names, sentence))


def _action_data(activity: IncomingActivity) -> Json:
    """The data of the button: in `value` of a message, `value.action.data` or `value.data` of an invoke."""
    value = object_field(activity.json, "value")
    if activity.type != "invoke":
        return value
    return object_field(object_field(value, "action") if activity.name == "adaptiveCard/action" else value, "data")
