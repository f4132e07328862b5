"""The sheet of what the rep notes beside a statement: category, who keeps it, where it comes from (M1.2, M3.4)."""

from __future__ import annotations

from bot.ui.components import Choice, Menu, Option, Paragraph, Row, Sheet, Small, TextField
from bot.ui.ids import Form, Place
from bot.ui.texts import Words
from bot.views.statement_list import back_button, kind_of
from handlers.call.statement_editing import LONGEST_CATEGORY, ORIGINS, origin_of
from handlers.method.details import Owner
from handlers.screens.call import DetailsForm


def render(screen: DetailsForm, words: Words) -> Sheet:
    """The form. Whatever is noted in it changes no agreement."""
    statement, details = screen.listed.statement, screen.listed.details
    known = details.category in screen.categories
    return Sheet(
        Form.DETAILS,
        words.plain("details.title"),
        (
            Small((kind_of(statement, words),)),
            Paragraph(words.rich("details.statement", wording=statement.wording)),
            Menu(
                "category",
                words.plain("details.category"),
                tuple(Option(name, name[:1].upper() + name[1:]) for name in screen.categories),
                chosen=details.category if known else None,
                placeholder=words.plain("details.category_choose"),
            ),
            TextField(
                "own_category",
                words.plain("details.own_category"),
                value="" if known else details.category or "",
                optional=True,
                most=LONGEST_CATEGORY,
            ),
            Choice(
                "owner",
                words.plain("details.owner"),
                tuple(Option(owner, words.plain(f"details.owner_{owner}")) for owner in Owner),
                chosen=details.owner,
                optional=True,
            ),
            Choice(
                "origin",
                words.plain("details.origin"),
                tuple(Option(origin, words.plain(f"details.origin_{origin}")) for origin in ORIGINS),
                chosen=origin_of(details),
                optional=True,
            ),
            Row("statement", (back_button(screen.deal.id, words),)),
        ),
        place=Place(screen.deal.id, statement.id, statement.version),
        submit=words.plain("details.submit"),
        close=words.plain("details.close"),
    )
