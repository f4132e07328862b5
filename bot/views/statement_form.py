"""The modal to edit or add one statement: its wording, kind, rank, and what makes it measurable."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, Modal, Option, Paragraph, RadioGroup, TextField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.statements import edit_list_button, version_value
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH
from handlers.method.statements import Kind
from handlers.screens.call import StatementForm


def render(screen: StatementForm, texts: Texts) -> Modal:
    """The form, empty for a new statement."""
    statement = None if screen.listed is None else screen.listed.statement
    wording = "" if statement is None else statement.wording
    measure = "" if screen.listed is None else screen.listed.measure
    if screen.typed is not None:
        wording, measure = screen.typed
    components: list[Component] = []
    if screen.changed and statement is not None:
        components.append(Paragraph(texts.rich("statement.changed", wording=statement.wording)))
    components += [
        TextField(
            "wording",
            texts.plain("statement.wording"),
            value=wording,
            multiline=True,
            max_length=MAX_STATEMENT_LENGTH,
        ),
        RadioGroup(
            "kind",
            texts.plain("statement.kind"),
            tuple(Option(kind, texts.plain(f"statement.kind_{kind}")) for kind in Kind),
            chosen=None if statement is None else statement.kind,
        ),
    ]
    if statement is not None and statement.kind is Kind.PRIORITY and screen.priorities > 1:
        components.append(
            TextField(
                "rank",
                texts.plain("statement.rank"),
                value=str(statement.position),
                hint=texts.plain("statement.rank_hint", most=screen.priorities),
                max_length=3,
            )
        )
    components.append(
        TextField(
            "target",
            texts.plain("statement.target"),
            value=measure,
            hint=texts.plain("statement.target_hint"),
            placeholder=texts.plain("statement.target_example"),
            optional=True,
            max_length=MAX_STATEMENT_LENGTH,
        )
    )
    row = [edit_list_button(screen.deal.id, texts)]
    if statement is not None:
        label = texts.plain("statement.label_take_off", wording=statement.wording)
        value = version_value(statement)
        row.append(
            Button(
                texts.plain("statement.take_off"), ActionId.LIST_TAKE_OFF, value, accessible_name=label, style="danger"
            )
        )
    components.append(ActionRow("statement", tuple(row)))
    return Modal(
        ViewId.ADD if statement is None else ViewId.EDIT,
        texts.plain("statement.title_add") if statement is None else texts.plain("statement.title_edit"),
        tuple(components),
        state=ModalState(screen.deal.id)
        if statement is None
        else ModalState(screen.deal.id, statement.id, statement.version),
        submit=texts.plain("statement.submit"),
        close=texts.plain("statement.close"),
    )
