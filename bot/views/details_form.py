"""The modal of what the rep notes beside a statement: category, who keeps it, where it comes from (M1.2, M3.4)."""

from __future__ import annotations

from bot.routes import Form, Place
from bot.slack.blocks import Block, actions, choice, context, menu, modal, sections, text_field
from bot.slack.words import SlackWords
from bot.views.list_view import back_button, kind_of
from handlers.method.details import Owner
from handlers.screens import DetailsForm
from handlers.statement_editing import LONGEST_CATEGORY, ORIGINS, origin_of


def render(screen: DetailsForm, words: SlackWords) -> Block:
    """The form. Whatever is noted in it changes no agreement."""
    statement, details = screen.listed.statement, screen.listed.details
    known = details.category in screen.categories
    return modal(
        Form.DETAILS,
        words.plain("details.title"),
        [
            context(kind_of(statement, words)),
            *sections(words.rich("details.statement", wording=statement.wording)),
            menu(
                "category",
                words.plain("details.category"),
                [(name, name[:1].upper() + name[1:]) for name in screen.categories],
                chosen=details.category if known else None,
                placeholder=words.plain("details.category_choose"),
            ),
            text_field(
                "own_category",
                words.plain("details.own_category"),
                value="" if known else details.category or "",
                optional=True,
                most=LONGEST_CATEGORY,
            ),
            choice(
                "owner",
                words.plain("details.owner"),
                [(owner, words.plain(f"details.owner_{owner}")) for owner in Owner],
                chosen=details.owner,
                optional=True,
            ),
            choice(
                "origin",
                words.plain("details.origin"),
                [(origin, words.plain(f"details.origin_{origin}")) for origin in ORIGINS],
                chosen=origin_of(details),
                optional=True,
            ),
            actions("statement", [back_button(screen.deal.id, words)]),
        ],
        metadata=Place(screen.deal.id, statement.id, statement.version).packed(),
        submit=words.plain("details.submit"),
        close=words.plain("details.close"),
    )
