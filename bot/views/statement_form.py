"""The sheets to change one statement, or to add one: its words, its list, its rank, what makes it measurable."""

from __future__ import annotations

from bot.ui.components import Button, Choice, Option, Paragraph, Piece, Row, Sheet, TextField
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
from bot.views.statement_list import back_button
from handlers.method.statement_capture import LONGEST_STATEMENT
from handlers.method.statements import Kind
from handlers.screens.call import StatementForm


def render(screen: StatementForm, words: Words) -> Sheet:
    """The form of a statement, or the empty one."""
    statement = None if screen.listed is None else screen.listed.statement
    pieces: list[Piece] = []
    if screen.changed and statement is not None:
        pieces.append(Paragraph(words.rich("statement.changed", wording=statement.wording)))
    pieces += [
        TextField(
            "wording",
            words.plain("statement.wording"),
            value="" if statement is None else statement.wording,
            lines=True,
            most=LONGEST_STATEMENT,
        ),
        Choice(
            "kind",
            words.plain("statement.kind"),
            tuple(Option(kind, words.plain(f"statement.kind_{kind}")) for kind in Kind),
            chosen=None if statement is None else statement.kind,
        ),
    ]
    if statement is not None and statement.kind is Kind.PRIORITY and screen.priorities > 1:
        pieces.append(
            TextField(
                "rank",
                words.plain("statement.rank"),
                value=str(statement.position),
                hint=words.plain("statement.rank_hint", most=screen.priorities),
                most=3,
            )
        )
    pieces.append(
        TextField(
            "target",
            words.plain("statement.target"),
            value="" if screen.listed is None else screen.listed.measure,
            hint=words.plain("statement.target_hint"),
            example=words.plain("statement.target_example"),
            optional=True,
            most=LONGEST_STATEMENT,
        )
    )
    row = [back_button(screen.deal.id, words)]
    if statement is not None:
        label = words.plain("statement.label_take_off", wording=statement.wording)
        value = f"{statement.id}:{statement.version}"
        row.append(Button(words.plain("statement.take_off"), Tap.LIST_TAKE_OFF, value, label=label, style="danger"))
    pieces.append(Row("statement", tuple(row)))
    return Sheet(
        Form.ADD if statement is None else Form.EDIT,
        words.plain("statement.title_add") if statement is None else words.plain("statement.title_edit"),
        tuple(pieces),
        place=Place(screen.deal.id) if statement is None else Place(screen.deal.id, statement.id, statement.version),
        submit=words.plain("statement.submit"),
        close=words.plain("statement.close"),
    )
