"""A button for one promise of a list: the answer knows the statement, its version, and the page to show again."""

from __future__ import annotations

from bot.ui.components import Button
from bot.ui.ids import ActionId, PromiseValue
from bot.ui.texts import Texts
from handlers.method.statements import Statement
from handlers.screens.deals import DealFacts


def promise_button(
    deal: DealFacts, statement: Statement, page: int, action_id: ActionId, key: str, texts: Texts
) -> Button:
    """`key` names the label in the wording; `label_` before its last part names what a screen reader says.

    For a screen reader the buttons of a list differ only by the promise, so its wording is part of the name.
    """
    room, _, name = key.rpartition(".")
    return Button(
        texts.plain(key),
        action_id,
        PromiseValue(deal.id, statement.id, statement.version, page).to_text(),
        accessible_name=texts.plain(f"{room}.label_{name}", wording=statement.wording),
    )
