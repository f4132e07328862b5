"""Lists of a rep's deals: the reply to a command, and a choice between several deals."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot.ui.clipping import clip
from bot.ui.components import (
    BUTTON_SHOWN,
    ActionRow,
    Button,
    Component,
    ContextText,
    Heading,
    Message,
    Modal,
    Paragraph,
)
from bot.ui.ids import ActionId, ViewId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import notices
from bot.views.deal_name import deal_name
from handlers.screens.deals import DealCard, DealChoice, DealFacts, DealList, LostQuestion

_ACTION_AFTER = {
    "call": ActionId.CARD_GO_ON,
    "show": ActionId.CARD_RECORD,
    "snooze": ActionId.SNOOZE_OTHER,
    "brief": ActionId.CARD_BRIEF,
    "recap": ActionId.CARD_GO_ON,
    "log": ActionId.CARD_CORRECTED,
    "undo": ActionId.CALL_EDIT_LIST,
    "restore": ActionId.CARD_STAND_BY,
    "lost": ActionId.CARD_LOST,
    "promises": ActionId.PROMISES_OPEN,
    "cancelled": ActionId.CARD_CANCELLED,
    "refunded": ActionId.CARD_REFUNDED,
    "amount": ActionId.CARD_ORDER,
    "reopen": ActionId.CARD_STAND_BY,
    "step": ActionId.CARD_STEP,
    "referrals": ActionId.REFERRALS_OPEN,
    "review": ActionId.REVIEW_OPEN,
    "handoff": ActionId.HANDOFF_SHOW,
    "with": ActionId.TEAM_SHOW,
    "announce": ActionId.ANNOUNCE_OPEN,
}
"""The action on the chosen deal, by the command that asked for the choice."""
_OPENS = {
    ViewId.RECORD: ActionId.CARD_RECORD,
    ViewId.SCHEDULE: ActionId.CARD_SCHEDULE,
    ViewId.SNOOZE: ActionId.SNOOZE_OTHER,
    ViewId.REOPEN: ActionId.CARD_CORRECTED,
    ViewId.LIST: ActionId.CALL_EDIT_LIST,
    ViewId.PROMISES: ActionId.PROMISES_OPEN,
    ViewId.ORDER: ActionId.CARD_ORDER,
    ViewId.STEP: ActionId.CARD_STEP,
    ViewId.BRIEF: ActionId.CARD_BRIEF,
    ViewId.BRIEF_WHO: ActionId.CARD_BRIEF,
    ViewId.REFERRALS: ActionId.REFERRALS_OPEN,
    ViewId.REVIEW: ActionId.REVIEW_OPEN,
    ViewId.DEAL_TEAM: ActionId.TEAM_SHOW,
    ViewId.ANNOUNCE: ActionId.ANNOUNCE_OPEN,
    **dict.fromkeys(
        (ViewId.CHECKLIST, ViewId.COACHING, ViewId.READ_BACK, ViewId.READ_ALL, ViewId.WRAP_UP, ViewId.RECAP),
        ActionId.CARD_GO_ON,
    ),
}
"""The action that opens a deal's modal."""
_OPENED_BY_COMMAND = frozenset({ViewId.CHALLENGE_LOG, ViewId.PRAISE})
COMMANDS = {
    "call": ("won", "next", "list", "show", "call", "brief", "recap", "log", "undo", "snooze", "reminders"),
    "after": (
        *("promises", "step", "challenge", "challenges", "praise", "with", "handoff", "referrals"),
        *("amount", "cancelled", "refunded", "lost", "reopen", "review", "selfcheck"),
    ),
    "team": (
        *("announce", "team", "cover", "handover", "channel", "summary", "tiers", "delivery"),
        *("calendar", "export", "settings"),
    ),
}
"""The commands in the order of the help, by what they are about."""
FIRST_COMMANDS = ("won", "next", "list")
"""The three that matter most."""
MAX_SUGGESTED = 500
"""Characters of a command that a button carries."""
MOST_GREETED = 3
"""Deals in the answer to a greeting."""


def deal_list(screen: DealList, texts: Texts) -> Message:
    """The open deals, each with its next step."""
    if not screen.deals:
        return Message.saying(texts.rich("list.empty", command=texts.command))
    components = (Heading(texts.plain("list.title", typed=screen.typed)), *_rows(screen, texts))
    titles = (card_view.title(card, texts.rich) for card in screen.deals)
    text = "\n".join([texts.rich("list.title", typed=screen.typed), *titles])
    return Message(text, components, notices.left_out(texts))


def hello(screen: DealList, tone: str, texts: Texts) -> Message:
    """The answer to a message that is no command: the deals that come first, and what to type.

    `tone` is what it answers: `greeting`, `thanks`, `help` or `other`.
    """
    first = screen.deals[:MOST_GREETED]
    text = f"{texts.rich(f'hello.{tone}')} {texts.rich('hello.next' if first else 'hello.nothing')}"
    rows = [piece for card in first for piece in _short_row(card, texts)]
    components = [Paragraph(text), *rows, Paragraph("\n".join(_help_line(name, texts) for name in FIRST_COMMANDS))]
    buttons = [_command_button("hello.all", "help", texts)]
    if screen.total > len(first):
        buttons.insert(0, _command_button("hello.list", "list", texts))
    more = [ActionRow(f"hello:{n}", (button,)) for n, button in enumerate(buttons)]  # an action id is unique in a row
    return Message(text, (*components, *more), notices.left_out(texts))


def _short_row(card: DealCard, texts: Texts) -> list[Component]:
    """A deal with the first row of its buttons."""
    line, *rows = row(card, texts)
    return [line, *rows[:1]]


def suggestions(typed: str, commands: list[str], texts: Texts) -> Message:
    """Asks which command was meant: a button runs it."""
    question = texts.rich("help.meant", typed=typed)
    rows = [
        ActionRow(
            f"meant:{n}",
            (Button(clip(text, BUTTON_SHOWN), ActionId.COMMAND_RUN, clip(text, MAX_SUGGESTED), accessible_name=text),),
        )
        for n, text in enumerate(commands)
    ]
    return Message(question, (Paragraph(question), *rows))


def opened_by_button(form: Modal, texts: Texts, typed: str = "") -> Message:
    """A modal that nothing can open now: a message with the button that opens it; one without a form is shown.

    `typed` is the command: a form that is filled with what was typed is opened by the same command.
    """
    action_id = _OPENS.get(form.view)
    if form.view in _OPENED_BY_COMMAND:
        text = texts.rich("hello.opens", title=form.title)
        label = texts.plain("hello.label_open", title=form.title)
        command = clip(typed, MAX_SUGGESTED)
        button = Button(texts.plain("hello.open"), ActionId.COMMAND_RUN, command, accessible_name=label)
        return Message(text, (Paragraph(text), ActionRow("open", (button,))))
    if form.submit is None and action_id is None:
        text = next((piece.text for piece in form.components if isinstance(piece, Paragraph)), form.title)
        return Message(text, form.components)
    if action_id is None or form.state is None:
        return Message.saying(texts.rich("hello.won", command=texts.command))
    text = texts.rich("hello.opens", title=form.title)
    label = texts.plain("hello.label_open", title=form.title)
    button = Button(texts.plain("hello.open"), action_id, str(form.state.deal_id), accessible_name=label)
    return Message(text, (Paragraph(text), ActionRow("open", (button,))))


def ask_lost(screen: LostQuestion, texts: Texts) -> Message:
    """Asks whether the deal fell through: a tap takes it off the list, and can be undone."""
    customer = deal_name(screen.deal, texts.plain)
    question = texts.rich("hello.ask_lost", customer=customer)
    label = texts.plain("hello.label_lost", customer=customer)
    button = Button(texts.plain("hello.lost_yes"), ActionId.CARD_LOST, str(screen.deal.id), accessible_name=label)
    return Message(question, (Paragraph(question), ActionRow(f"lost:{screen.deal.id}", (button,))))


def _command_button(key: str, command: str, texts: Texts) -> Button:
    text = texts.plain(key)
    return Button(text, ActionId.COMMAND_RUN, command, accessible_name=text)


def answer_first(card: DealCard, texts: Texts) -> Message:
    """The deal that needs the rep's answer first, as in the list."""
    intro = texts.rich("next.answer_first")
    return Message(f"{intro} {card_view.title(card, texts.rich)}", (Paragraph(intro), *row(card, texts)))


def one_deal(card: DealCard, texts: Texts) -> Message:
    """The deal as in the list, with its next step."""
    return Message(card_view.title(card, texts.rich), tuple(row(card, texts, listed=False)))


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
        button = Button(text, action_id, str(deal.id), accessible_name=name)
        if screen.when and deal.customer and names[deal.customer] == 1:  # the time is not asked for again
            command = f"{screen.then} {deal.customer} {screen.when}"
            button = replace(button, action_id=ActionId.COMMAND_RUN, value=command)
        rows.append(ActionRow(f"choice:{deal.id}", (button,)))
    question = f"{intro} {texts.rich('choice.title')}"
    return Message(question, (Paragraph(question), *rows), notices.left_out(texts))


def help_message(texts: Texts, unknown: str = "") -> Message:
    """The list of commands. `unknown` is what was typed but not recognized."""
    components: tuple[Component, ...] = (
        *([Paragraph(texts.rich("help.unknown", typed=unknown))] if unknown else []),
        Heading(texts.plain("help.title")),
        Paragraph(texts.rich("help.intro")),
        *help_lines(texts),
    )
    return Message(texts.rich("help.unknown", typed=unknown) if unknown else texts.rich("help.title"), components)


def help_lines(texts: Texts) -> tuple[Paragraph, ...]:
    """One line per command, in groups."""
    return tuple(
        Paragraph(
            "\n".join((texts.markup.bold(texts.rich(f"help.of_{group}")), *(_help_line(n, texts) for n in names)))
        )
        for group, names in COMMANDS.items()
    )


def _help_line(name: str, texts: Texts) -> str:
    return texts.rich(f"help.{name}", command=texts.command)


def _rows(screen: DealList, texts: Texts) -> list[Component]:
    components = [piece for card in screen.deals for piece in row(card, texts, listed=len(screen.deals) > 1)]
    return [*components, *page_rows(screen, texts, ActionId.DEALS_PAGE, f":{screen.typed}")]


def named_button(deal: DealFacts, texts: Texts) -> str:
    """The customer's name as the text of a button."""
    return clip(deal_name(deal, texts.plain), BUTTON_SHOWN)


def page_rows(screen: DealList, texts: Texts, action_id: ActionId, typed: str) -> list[Component]:
    """Where one is in a long list, and the way to the rest of it: the action, with the page and what was typed."""
    if screen.pages == 1:
        return []
    where = texts.rich("deals.page", page=screen.page, pages=screen.pages, total=screen.total)
    turns = [("earlier", screen.page - 1), ("further", screen.page + 1)]
    buttons = tuple(
        Button(
            texts.plain(f"deals.{name}"),
            action_id,
            f"{page}{typed}",
            accessible_name=texts.plain(f"deals.{name}"),
        )
        for name, page in turns
        if 1 <= page <= screen.pages
    )
    return [ContextText((where,)), *(ActionRow(f"deals:{n}", (each,)) for n, each in enumerate(buttons))]


def row(card: DealCard, texts: Texts, *, listed: bool = True) -> list[Component]:
    """The deal with its next steps; among others (`listed`) with few of them."""
    customer = deal_name(card.deal, texts.plain)
    item = texts.markup.bold(texts.rich("list.item", customer=customer, amount=card.deal.amount))
    status = card_view.list_status(card, texts)
    kind = card_view.kind_text(card.deal, texts)
    line = " · ".join([item, *([kind] if kind else []), card_view.stage_line(card, texts.rich)]) + f"\n{status}"
    return [Paragraph(line), card_view.action_row_of(card, texts.plain, f"deal:{card.deal.id}", listed=listed)]
