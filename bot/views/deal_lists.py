"""A rep's deals: as the answer to a command, as a choice between several, and as the overview (the Home tab)."""

from __future__ import annotations

from bot.ui.components import BUTTON_SHOWN, Button, Heading, Line, Message, Paragraph, Piece, Row, Small, clip
from bot.ui.ids import Tap
from bot.ui.texts import Words
from bot.views import card as card_view
from bot.views import undelivered as undelivered_view
from handlers.screens.deals import DealCard, DealChoice, DealList
from handlers.screens.team import UndeliveredScreen

_GOES_ON = {"call": Tap.CARD_GO_ON, "show": Tap.CARD_RECORD, "snooze": Tap.SNOOZE_OTHER}
"""What a command that needs a deal does with the one that is picked."""


def deal_list(screen: DealList, words: Words) -> Message:
    """The deals in hand, each with its next step."""
    if not screen.deals:
        return Message.saying(words.rich("list.empty", command=words.command))
    pieces = (Heading(words.plain("list.title", typed=screen.typed)), *_rows(screen, words))
    titles = (card_view.title(card, words.rich) for card in screen.deals)
    text = "\n".join([words.rich("list.title", typed=screen.typed), *titles])
    return Message(text, pieces)


def comes_first(card: DealCard, words: Words) -> Message:
    """The deal that waits for the rep's answer, as it stands on the list."""
    intro = words.rich("next.answer_first")
    return Message(f"{intro} {card_view.title(card, words.rich)}", (Paragraph(intro), *_row(card, words)))


def home(screen: DealList, words: Words, undelivered: UndeliveredScreen | None = None) -> Message:
    """The overview: what is in hand, and what can be asked for. `undelivered` is for admins alone."""
    listed = deal_list(screen, words)
    rows = _rows(screen, words) if screen.deals else listed.pieces
    title = Heading(words.plain("list.title", typed=""))
    trouble = undelivered_view.pieces(undelivered, words) if undelivered is not None else ()
    return Message(listed.text, (title, *rows, *trouble, Line(), help_lines(words)))


def deal_choice(screen: DealChoice, words: Words) -> Message:
    """Which deal is meant? Each is a button that goes on with what was asked; a long name stands above it in full."""
    intro = words.rich("choice.typed", typed=screen.typed) if screen.typed else words.rich("choice.none_typed")
    tap = _GOES_ON[screen.then]
    rows: list[Piece] = []
    for deal in screen.deals:
        customer = deal.customer or words.plain("card.nameless")
        text = clip(customer, BUTTON_SHOWN)
        rows += [Paragraph(words.markup.escape(customer))] if text != customer else []
        rows.append(Row(f"choice:{deal.id}", (Button(text, tap, str(deal.id), label=customer),)))
    question = f"{intro} {words.rich('choice.title')}"
    return Message(question, (Paragraph(question), *rows))


def help_message(words: Words, unknown: str = "") -> Message:
    """What the command can do. `unknown` is what was typed and not understood."""
    pieces: tuple[Piece, ...] = (
        *([Paragraph(words.rich("help.unknown", typed=unknown))] if unknown else []),
        Heading(words.plain("help.title")),
        Paragraph(words.rich("help.intro")),
        help_lines(words),
    )
    return Message(words.rich("help.unknown", typed=unknown) if unknown else words.rich("help.title"), pieces)


def help_lines(words: Words) -> Paragraph:
    """One line a command."""
    names = ("won", "next", "list", "show", "call", "snooze", "reminders", "team", "channel", "summary", "settings")
    return Paragraph("\n".join(words.rich(f"help.{name}", command=words.command) for name in names))


def _rows(screen: DealList, words: Words) -> list[Piece]:
    pieces = [piece for card in screen.deals for piece in _row(card, words)]
    hidden = screen.total - len(screen.deals)
    return [*pieces, *([Small((words.rich("list.more", count=hidden),))] if hidden > 0 else [])]


def _row(card: DealCard, words: Words) -> list[Piece]:
    customer = card.deal.customer or words.plain("card.nameless")
    item = words.markup.bold(words.rich("list.item", customer=customer, amount=card.deal.amount))
    status = card_view.status_lines(card, words)[0]
    line = f"{item} · {card_view.stage_line(card, words.rich)}\n{status}"
    return [Paragraph(line), *card_view.rows(card, words.plain, f"deal:{card.deal.id}")]
