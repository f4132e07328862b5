"""A button for one promise of a list: the answer knows the statement, its version, and the page to show again."""

from __future__ import annotations

from bot.ui.components import Button
from bot.ui.ids import ActionId, PromiseValue
from handlers.method.statements import Statement
from handlers.screens.deals import DealFacts


def promise_button(
    deal: DealFacts, statement: Statement, page: int, action_id: ActionId, label: str, name: str
) -> Button:
    """`name` is what a screen reader says: the buttons of a list differ only by the promise, so it has its wording."""
    return Button(
        label,
        action_id,
        PromiseValue(deal.id, statement.id, statement.version, page).to_text(),
        accessible_name=name,
    )
