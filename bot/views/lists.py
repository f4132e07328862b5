"""A rep's deals: as the answer to a command, as a choice between several, and as the Home tab."""

from __future__ import annotations

from bot.routes import Tap
from bot.slack.blocks import BUTTON_SHOWN, Block, actions, button, context, divider, header, sections
from bot.slack.text import bold, clip, escape
from bot.slack.words import SlackWords
from bot.views import card as card_view
from bot.views.card import Message
from handlers.screens import DealCard, DealChoice, DealList


def deal_list(screen: DealList, words: SlackWords, command: str) -> Message:
    """The deals in hand, each with its next step."""
    if not screen.deals:
        text = words.rich("list.empty", command=command)
        return Message(text, sections(text))
    blocks = [header(words.plain("list.title", typed=screen.typed)), *_rows(screen, words)]
    titles = (card_view.title(card, words.rich) for card in screen.deals)
    text = "\n".join([words.rich("list.title", typed=screen.typed), *titles])
    return Message(text, blocks)


def comes_first(card: DealCard, words: SlackWords) -> Message:
    """The deal that waits for the rep's answer, as it stands on the list."""
    intro = words.rich("next.answer_first")
    return Message(f"{intro} {card_view.title(card, words.rich)}", [*sections(intro), *_row(card, words)])


def home(screen: DealList, words: SlackWords, command: str) -> Block:
    """The Home tab."""
    rows = _rows(screen, words) if screen.deals else sections(words.rich("list.empty", command=command))
    return {
        "type": "home",
        "blocks": [header(words.plain("list.title", typed="")), *rows, divider(), *help_lines(words, command)],
    }


def deal_choice(screen: DealChoice, words: SlackWords) -> Message:
    """Which deal is meant? Each is a button that goes on with what was asked; a long name stands above it in full."""
    intro = words.rich("choice.typed", typed=screen.typed) if screen.typed else words.rich("choice.none_typed")
    tap = Tap.CARD_GO_ON if screen.then == "call" else Tap.CARD_RECORD
    rows: list[Block] = []
    for deal in screen.deals:
        customer = deal.customer or words.plain("card.nameless")
        text = clip(customer, BUTTON_SHOWN)
        rows += sections(escape(customer)) if text != customer else []
        rows.append(actions(f"choice:{deal.id}", [button(text, tap, str(deal.id), label=customer)]))
    question = f"{intro} {words.rich('choice.title')}"
    return Message(question, [*sections(question), *rows])


def help_message(words: SlackWords, command: str, unknown: str = "") -> Message:
    """What the command can do. `unknown` is what was typed and not understood."""
    blocks = [
        *(sections(words.rich("help.unknown", typed=unknown)) if unknown else []),
        header(words.plain("help.title")),
        *sections(words.rich("help.intro")),
        *help_lines(words, command),
    ]
    return Message(words.rich("help.unknown", typed=unknown) if unknown else words.rich("help.title"), blocks)


def help_lines(words: SlackWords, command: str) -> list[Block]:
    """One line a command."""
    names = ("won", "next", "list", "show", "call", "channel", "reminders", "summary")
    return sections("\n".join(words.rich(f"help.{name}", command=command) for name in names))


def _rows(screen: DealList, words: SlackWords) -> list[Block]:
    blocks = [block for card in screen.deals for block in _row(card, words)]
    hidden = screen.total - len(screen.deals)
    return [*blocks, *([context(words.rich("list.more", count=hidden))] if hidden > 0 else [])]


def _row(card: DealCard, words: SlackWords) -> list[Block]:
    customer = card.deal.customer or words.plain("card.nameless")
    item = bold(words.rich("list.item", customer=customer, amount=card.deal.amount))
    status = card_view.status_lines(card, words.rich)[0]
    line = f"{item} · {card_view.stage_line(card, words.rich)}\n{status}"
    return [*sections(line), *card_view.rows(card, words.plain, f"deal:{card.deal.id}")]
