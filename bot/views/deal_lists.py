"""Lists of a rep's deals: the reply to a command, a choice between several deals, and App Home."""

from __future__ import annotations

from collections import Counter

from bot.ui.clipping import clip
from bot.ui.components import (
    BUTTON_SHOWN,
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Heading,
    Message,
    Paragraph,
)
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import notices
from bot.views import undelivered as undelivered_view
from bot.views.deal_name import deal_name
from handlers.screens.deals import DealCard, DealChoice, DealList
from handlers.screens.team import UndeliveredScreen

_ACTION_AFTER = {"call": ActionId.CARD_GO_ON, "show": ActionId.CARD_RECORD, "snooze": ActionId.SNOOZE_OTHER}
"""The action on the chosen deal, by the command that asked for the choice."""


def deal_list(screen: DealList, texts: Texts) -> Message:
    """The open deals, each with its next step."""
    if not screen.deals:
        return Message.saying(texts.rich("list.empty", command=texts.command))
    components = (Heading(texts.plain("list.title", typed=screen.typed)), *_rows(screen, texts))
    titles = (card_view.title(card, texts.rich) for card in screen.deals)
    text = "\n".join([texts.rich("list.title", typed=screen.typed), *titles])
    return Message(text, components, notices.left_out(texts))


def answer_first(card: DealCard, texts: Texts) -> Message:
    """The deal that needs the rep's answer first, as in the list."""
    intro = texts.rich("next.answer_first")
    return Message(f"{intro} {card_view.title(card, texts.rich)}", (Paragraph(intro), *_row(card, texts)))


def app_home(screen: DealList, texts: Texts, undelivered: UndeliveredScreen | None = None) -> Message:
    """App Home: the open deals and the commands. `undelivered` is for admins only."""
    listed = deal_list(screen, texts)
    rows = _rows(screen, texts) if screen.deals else listed.components
    title = Heading(texts.plain("list.title", typed=""))
    problems = undelivered_view.components(undelivered, texts) if undelivered is not None else ()
    shown = (title, *rows, *problems, Divider(), help_lines(texts))
    return Message(listed.text, shown, notices.left_out(texts))


def deal_choice(screen: DealChoice, texts: Texts) -> Message:
    """A button per deal, which continues the command. A name too long for a button is shown in full above it.

    Deals of one customer are told apart by their amounts.
    """
    intro = texts.rich("choice.typed", typed=screen.typed) if screen.typed else texts.rich("choice.none_typed")
    action_id = _ACTION_AFTER[screen.then]
    rows: list[Component] = []
    names = Counter(deal_name(deal, texts.plain) for deal in screen.deals)
    for deal in screen.deals:
        name = deal_name(deal, texts.plain)
        if names[name] > 1:
            name = texts.plain("list.item", customer=name, amount=deal.amount)
        text = clip(name, BUTTON_SHOWN)
        rows += [Paragraph(texts.markup.escape(name))] if text != name else []
        rows.append(ActionRow(f"choice:{deal.id}", (Button(text, action_id, str(deal.id), accessible_name=name),)))
    question = f"{intro} {texts.rich('choice.title')}"
    return Message(question, (Paragraph(question), *rows), notices.left_out(texts))


def help_message(texts: Texts, unknown: str = "") -> Message:
    """The list of commands. `unknown` is what was typed but not recognized."""
    components: tuple[Component, ...] = (
        *([Paragraph(texts.rich("help.unknown", typed=unknown))] if unknown else []),
        Heading(texts.plain("help.title")),
        Paragraph(texts.rich("help.intro")),
        help_lines(texts),
    )
    return Message(texts.rich("help.unknown", typed=unknown) if unknown else texts.rich("help.title"), components)


def help_lines(texts: Texts) -> Paragraph:
    """One line per command."""
    names = ("won", "next", "list", "show", "call", "snooze", "reminders", "team", "channel", "summary", "settings")
    return Paragraph("\n".join(texts.rich(f"help.{name}", command=texts.command) for name in names))


def _rows(screen: DealList, texts: Texts) -> list[Component]:
    components = [piece for card in screen.deals for piece in _row(card, texts)]
    hidden = screen.total - len(screen.deals)
    return [*components, *([ContextText((texts.rich("list.more", count=hidden),))] if hidden > 0 else [])]


def _row(card: DealCard, texts: Texts) -> list[Component]:
    customer = deal_name(card.deal, texts.plain)
    item = texts.markup.bold(texts.rich("list.item", customer=customer, amount=card.deal.amount))
    status = card_view.status_lines(card, texts)[0]
    kind = card_view.kind_text(card.deal, texts)
    line = " · ".join([item, *([kind] if kind else []), card_view.stage_line(card, texts.rich)]) + f"\n{status}"
    return [Paragraph(line), card_view.action_row_of(card, texts.plain, f"deal:{card.deal.id}")]
