"""The modal for a statement's details: its category, who keeps it, where it comes from (M1.2, M3.4)."""

from __future__ import annotations

from bot.ui.components import ActionRow, ContextText, Modal, Option, Paragraph, RadioGroup, Select, TextField
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.feasibility import ask_button
from bot.views.handoff_status import delivery_line
from bot.views.statements import edit_list_button, kind_of
from handlers.call.statement_editing import LONGEST_CATEGORY, ORIGINS, origin_of
from handlers.method.details import Owner
from handlers.screens.call import DetailsForm


def render(screen: DetailsForm, texts: Texts) -> Modal:
    """The form. Details do not affect what the customer agreed to."""
    statement, details = screen.listed.statement, screen.listed.details
    known = details.category in screen.categories
    word = screen.listed.delivery
    return Modal(
        ViewId.DETAILS,
        texts.plain("details.title"),
        (
            ContextText((kind_of(statement, texts),)),
            Paragraph(texts.rich("details.statement", wording=statement.wording)),
            *([ContextText((delivery_line(word, texts),))] if word else []),
            Select(
                "category",
                texts.plain("details.category"),
                tuple(Option(name, name[:1].upper() + name[1:]) for name in screen.categories),
                chosen=details.category if known else None,
                placeholder=texts.plain("details.category_choose"),
            ),
            TextField(
                "own_category",
                texts.plain("details.own_category"),
                value="" if known else details.category or "",
                optional=True,
                max_length=LONGEST_CATEGORY,
            ),
            RadioGroup(
                "owner",
                texts.plain("details.owner"),
                tuple(Option(owner, texts.plain(f"details.owner_{owner}")) for owner in Owner),
                chosen=details.owner,
                optional=True,
            ),
            RadioGroup(
                "origin",
                texts.plain("details.origin"),
                tuple(Option(origin, texts.plain(f"details.origin_{origin}")) for origin in ORIGINS),
                chosen=origin_of(details),
                optional=True,
            ),
            ActionRow("statement", (edit_list_button(screen.deal.id, texts), *ask_button(statement, word, texts))),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        submit=texts.plain("details.submit"),
        close=texts.plain("details.close"),
    )
