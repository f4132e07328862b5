"""What every view of a statement shares: the name of its kind, its button value, and the button back to the list."""

from __future__ import annotations

from bot.ui.components import Button
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from handlers.method.statements import Kind, Statement


def kind_of(statement: Statement, texts: Texts) -> str:
    """Expectation, or priority with its rank."""
    if statement.kind is Kind.PRIORITY:
        return texts.rich("readback.priority_kind", rank=statement.position)
    return texts.rich("readback.expectation_kind")


def version_value(statement: Statement) -> str:
    """The value of a button or a checkbox that concerns exactly this version of the statement."""
    return f"{statement.id}:{statement.version}"


def edit_list_button(deal_id: int, texts: Texts) -> Button:
    """Back to the list of statements. What was typed in the modal is discarded."""
    text = texts.plain("readback.edit_list")
    return Button(text, ActionId.CALL_EDIT_LIST, str(deal_id), accessible_name=text)
