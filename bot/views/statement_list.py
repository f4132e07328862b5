"""The sheet with the list of statements: what is noted beside each, and the buttons to change it."""

from __future__ import annotations

from bot.ui.components import Button, Line, Paragraph, Piece, Row, Sheet, Small
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
from handlers.call.statement_editing import origin_of
from handlers.method.statements import Kind, Statement
from handlers.screens.call import ListedStatement, ListScreen


def render(screen: ListScreen, words: Words) -> Sheet:
    """A page of the list. Saving it leads on to the read-back."""
    deal = screen.deal
    pieces: list[Piece] = [
        Small(
            (words.rich("statements.head", customer=deal.customer or words.plain("card.nameless"), total=screen.total),)
        )
    ]
    for each in screen.listed:
        pieces += _statement(each, words)
    pieces.append(Line())
    if screen.pages > 1:
        pieces += _pages(screen, words)
    offered = [("add", Tap.LIST_ADD, str(deal.id)), ("text", Tap.LIST_TEXT, str(deal.id))]
    if screen.undo is not None:
        offered.append(("undo", Tap.LIST_UNDO, str(screen.undo)))
        pieces.append(Small((words.rich("statements.last", what=words.plain(f"timeline.{screen.undo_action}")),)))
    pieces.append(
        Row(
            "list",
            tuple(
                Button(words.plain(f"statements.{act}"), tap, value, label=words.plain(f"statements.label_{act}"))
                for act, tap, value in offered
            ),
        )
    )
    return Sheet(
        Form.LIST,
        words.plain("statements.title"),
        tuple(pieces),
        place=Place(deal.id),
        submit=words.plain("statements.submit"),
        close=words.plain("statements.close"),
    )


def kind_of(statement: Statement, words: Words) -> str:
    """Expectation, or priority with its rank."""
    if statement.kind is Kind.PRIORITY:
        return words.rich("readback.priority_kind", rank=statement.position)
    return words.rich("readback.expectation_kind")


def back_button(deal_id: int, words: Words) -> Button:
    """From a form back to the list; what was typed in the form is not kept."""
    text = words.plain("readback.edit_list")
    return Button(text, Tap.CALL_EDIT_LIST, str(deal_id), label=text)


def _statement(each: ListedStatement, words: Words) -> list[Piece]:
    statement, details = each.statement, each.details
    origin = origin_of(details)
    notes = [
        words.rich(f"record.said_{statement.said or 'open'}"),
        words.rich("statements.measure", measure=each.measure) if each.measure else "",
        words.rich("statements.category", category=details.category) if details.category else "",
        words.rich(f"details.owner_{details.owner}") if details.owner else "",
        words.rich(f"details.origin_{origin}") if origin else "",
    ]
    value = f"{statement.id}:{statement.version}"
    return [
        Paragraph(
            words.rich("statements.item", kind=words.markup.bold(kind_of(statement, words)), wording=statement.wording)
        ),
        Small((" · ".join(filter(None, notes)),)),
        Row(
            f"statement:{value}",
            tuple(
                Button(
                    words.plain(f"statements.{name}"),
                    tap,
                    value,
                    label=words.plain(f"statements.label_{name}", wording=statement.wording),
                )
                for name, tap in (("edit", Tap.LIST_EDIT), ("details", Tap.LIST_DETAILS))
            ),
        ),
    ]


def _pages(screen: ListScreen, words: Words) -> list[Piece]:
    there = [
        (way, tap, page)
        for way, tap, page in (
            ("earlier", Tap.LIST_EARLIER, screen.page - 1),
            ("further", Tap.LIST_FURTHER, screen.page + 1),
        )
        if 1 <= page <= screen.pages
    ]
    return [
        Small((words.rich("statements.page", page=screen.page, pages=screen.pages),)),
        Row(
            "pages",
            tuple(
                Button(words.plain(f"statements.{way}"), tap, str(page), label=words.plain(f"statements.label_{way}"))
                for way, tap, page in there
            ),
        ),
    ]
