"""The modal with the list of statements: each with its details and the buttons to edit it."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Modal, Paragraph
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.feasibility import ask_button
from bot.views.handoff_status import delivery_line
from bot.views.statements import kind_of, version_value
from handlers.call.statement_editing import origin_of
from handlers.screens.call import ListedStatement, ListScreen


def render(screen: ListScreen, texts: Texts) -> Modal:
    """A page of the list. Submitting it continues with the read-back."""
    deal = screen.deal
    components: list[Component] = [
        ContextText((texts.rich("statements.head", customer=deal_name(deal, texts.plain), total=screen.total),))
    ]
    for each in screen.listed:
        components += _statement(each, texts)
    components.append(Divider())
    if screen.pages > 1:
        components += _pages(screen, texts)
    offered = [("add", ActionId.LIST_ADD, str(deal.id)), ("text", ActionId.LIST_TEXT, str(deal.id))]
    if screen.undo is not None:
        offered.append(("undo", ActionId.LIST_UNDO, str(screen.undo)))
        components.append(
            ContextText((texts.rich("statements.last", what=texts.plain(f"timeline.{screen.undo_action}")),))
        )
    components.append(
        ActionRow(
            "list",
            tuple(
                Button(
                    texts.plain(f"statements.{action}"),
                    action_id,
                    value,
                    accessible_name=texts.plain(f"statements.label_{action}"),
                )
                for action, action_id, value in offered
            ),
        )
    )
    return Modal(
        ViewId.LIST,
        texts.plain("statements.title"),
        tuple(components),
        state=ModalState(deal.id),
        submit=texts.plain("statements.submit"),
        close=texts.plain("statements.close"),
    )


def _statement(each: ListedStatement, texts: Texts) -> list[Component]:
    statement, details = each.statement, each.details
    origin = origin_of(details)
    notes = [
        texts.rich(f"record.said_{statement.said or 'open'}"),
        texts.rich("statements.measure", measure=each.measure) if each.measure else "",
        texts.rich("statements.category", category=details.category) if details.category else "",
        texts.rich(f"details.owner_{details.owner}") if details.owner else "",
        texts.rich(f"details.origin_{origin}") if origin else "",
        delivery_line(each.delivery, texts),
    ]
    value = version_value(statement)
    return [
        Paragraph(
            texts.rich("statements.item", kind=texts.markup.bold(kind_of(statement, texts)), wording=statement.wording)
        ),
        ContextText((" · ".join(filter(None, notes)),)),
        ActionRow(
            f"statement:{value}",
            (
                *(
                    Button(
                        texts.plain(f"statements.{name}"),
                        action_id,
                        value,
                        accessible_name=texts.plain(f"statements.label_{name}", wording=statement.wording),
                    )
                    for name, action_id in (("edit", ActionId.LIST_EDIT), ("details", ActionId.LIST_DETAILS))
                ),
                *ask_button(statement, each.delivery, texts),
            ),
        ),
    ]


def _pages(screen: ListScreen, texts: Texts) -> list[Component]:
    buttons = [
        (direction, action_id, page)
        for direction, action_id, page in (
            ("earlier", ActionId.LIST_EARLIER, screen.page - 1),
            ("further", ActionId.LIST_FURTHER, screen.page + 1),
        )
        if 1 <= page <= screen.pages
    ]
    return [
        ContextText((texts.rich("statements.page", page=screen.page, pages=screen.pages),)),
        ActionRow(
            "pages",
            tuple(
                Button(
                    texts.plain(f"statements.{direction}"),
                    action_id,
                    str(page),
                    accessible_name=texts.plain(f"statements.label_{direction}"),
                )
                for direction, action_id, page in buttons
            ),
        ),
    ]
