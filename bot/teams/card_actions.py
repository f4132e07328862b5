"""What Teams sends back from a card: which button it was, in which drawing of it, with what in the fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.interactions.interaction import Act
from bot.teams.activity import Json, Turn
from bot.teams.adaptive_cards import CARRIED, Where, entries
from bot.ui.ids import Place
from handlers.errors import NotNowError


@dataclass(frozen=True, slots=True)
class CardAct:
    """A button of a card of ours. `saves` and `leaves` are the buttons below a sheet."""

    act: Act
    nonce: str
    """The drawing of the card that it stood in."""
    where: Where | None
    """The surface of the sheet; None when it stood in a message."""
    saves: bool
    leaves: bool
    shows: str
    """Nothing was pressed: Teams asks for the card as it is now (`bot.teams.card_refresh`). Empty for a button."""


def is_one(turn: Turn) -> bool:
    """Whether this is a button of a card of ours, and no plain message."""
    return CARRIED in _data(turn)


def read(turn: Turn) -> CardAct:
    """The button that an invoke, or a message that a card sent, is about.

    Raises `NotNowError` for a card that is not ours, or of a version that we do not know any more.
    """
    data = _data(turn)
    carried = data.get(CARRIED)
    if not isinstance(carried, dict):
        raise NotNowError("refusal.old_button")
    nonce, tap, value = (_text(carried, name) for name in ("nonce", "tap", "value"))
    saves = carried.get("save") is True
    form = _text(carried, "form")
    key = f"form:{nonce}" if saves else f"tap:{nonce}:{tap}:{value}"
    try:
        place = Place.unpacked(_text(carried, "place"))
        where = Where(_text(carried, "where")) if carried.get("where") else None
    except ValueError as error:
        raise NotNowError("refusal.old_button") from error
    act = Act(
        looking=turn.caller(),
        acting=turn.caller(key),
        tap=tap,
        form=form,
        value=value,
        picked=_text(data, _text(carried, "picks")),
        place=place,
        entries=entries(data),
        channel=turn.place,
        message=f"{turn.conversation}:{turn.activity.get('replyToId') or nonce}",
    )
    return CardAct(act, nonce, where, saves, carried.get("leave") is True, _text(carried, "shows"))


def _data(turn: Turn) -> Json:
    """Where Teams puts the data of a button: each kind of invoke has a place of its own."""
    value = turn.activity.get("value")
    if isinstance(value, dict) and turn.kind == "invoke":
        value = value.get("action") if turn.name == "adaptiveCard/action" else value
        value = value.get("data") if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _text(holder: dict[str, Any], name: str) -> str:
    found = holder.get(name)
    return found if isinstance(found, str) else ""
