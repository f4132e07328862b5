"""What Teams sends back from a card: which button it was, in which drawing of it, with what in the fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.interactions.interaction import Interaction
from bot.teams.activity import IncomingActivity, Json
from bot.teams.adaptive_cards import CARRIED, Surface, form_values
from bot.ui.ids import ModalState
from handlers.errors import NotNowError


@dataclass(frozen=True, slots=True)
class CardAction:
    """A button of a card of ours. `saves` and `leaves` are the buttons below a sheet."""

    interaction: Interaction
    nonce: str
    """The drawing of the card that it stood in."""
    surface: Surface | None
    """The surface of the sheet; None when it stood in a message."""
    submits: bool
    cancels: bool
    refreshes: str
    """Nothing was pressed: Teams asks for the card as it is now (`bot.teams.card_refresh`). Empty for a button."""


def is_card_action(activity: IncomingActivity) -> bool:
    """Whether this is a button of a card of ours, and no plain message."""
    return CARRIED in _data(activity)


def read_card_action(activity: IncomingActivity) -> CardAction:
    """The button that an invoke, or a message that a card sent, is about.

    Raises `NotNowError` for a card that is not ours, or of a version that we do not know any more.
    """
    data = _data(activity)
    carried = data.get(CARRIED)
    if not isinstance(carried, dict):
        raise NotNowError("refusal.old_button")
    nonce, tap, value = (_text(carried, name) for name in ("nonce", "tap", "value"))
    saves = carried.get("save") is True
    form = _text(carried, "form")
    key = f"form:{nonce}" if saves else f"tap:{nonce}:{tap}:{value}"
    try:
        place = ModalState.from_text(_text(carried, "place"))
        where = Surface(_text(carried, "where")) if carried.get("where") else None
    except ValueError as error:
        raise NotNowError("refusal.old_button") from error
    act = Interaction(
        viewer=activity.caller(),
        actor=activity.caller(key),
        action_id=tap,
        view=form,
        value=value,
        selected_user=_text(data, _text(carried, "picks")),
        state=place,
        values=form_values(data),
        channel=activity.conversation_root,
        message=f"{activity.conversation}:{activity.json.get('replyToId') or nonce}",
    )
    return CardAction(act, nonce, where, saves, carried.get("leave") is True, _text(carried, "shows"))


def _data(activity: IncomingActivity) -> Json:
    """Where Teams puts the data of a button: each kind of invoke has a place of its own."""
    value = activity.json.get("value")
    if isinstance(value, dict) and activity.kind == "invoke":
        value = value.get("action") if activity.name == "adaptiveCard/action" else value
        value = value.get("data") if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _text(holder: dict[str, Any], name: str) -> str:
    found = holder.get(name)
    return found if isinstance(found, str) else ""
