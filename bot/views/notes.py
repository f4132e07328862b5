"""Short messages: the week's wins, a notice, and the form that tells of a deal."""

from __future__ import annotations

from datetime import timedelta

from bot.pieces import Heading, Message, Paragraph, PersonField, Piece, Sheet, Small, TextField
from bot.routes import Form, Place
from bot.words import Words
from handlers.detection import Detection
from handlers.screens import FixScreen, HandedOver, Win, WinSummary
from prompts.wording import Ready

WINS_SHOWN = 20
DAY = timedelta(days=1)
"""A week ends with its last day, not with the first of the next one."""


def summary(screen: WinSummary, words: Words) -> Message:
    """The team's wins of the week, for the team channel."""
    headline = words.rich("summary.headline", count=len(screen.wins), totals=" + ".join(screen.totals))
    shown = [_win(win, words) for win in screen.wins[:WINS_SHOWN]]
    hidden = len(screen.wins) - len(shown)
    pieces: tuple[Piece, ...] = (
        Heading(words.plain("summary.title")),
        Paragraph(words.markup.bold(headline)),
        *(Paragraph(line) for line in shown),
        *([Small((words.rich("summary.more", count=hidden),))] if hidden > 0 else []),
        Small((words.rich("summary.range", start=f"{screen.start:%d %b}", end=f"{screen.end - DAY:%d %b}"),)),
    )
    return Message(words.rich("summary.fallback", headline=Ready(headline)), pieces)


def notice(sentence: str, words: Words) -> Sheet:
    """One sentence on a small sheet, for when there is no better place to say it. `sentence` is marked-up text."""
    return Sheet(
        Form.NOTICE, words.plain("notice.title"), (Paragraph(sentence),), place=None, close=words.plain("notice.close")
    )


def handed_over(screen: HandedOver, words: Words) -> Message:
    """The line that a card becomes when its deal went to somebody else."""
    customer = screen.deal.customer or words.plain("card.nameless")
    return Message.saying(words.rich("handed.line", customer=customer, to=words.markup.mention(screen.to)))


def fix_form(screen: FixScreen, words: Words) -> Sheet:
    """Customer, amount and rep of a deal, to be put right."""
    deal = screen.deal
    return Sheet(
        Form.FIX,
        words.plain("fix.title"),
        (
            TextField("customer", words.plain("fix.customer"), value=deal.customer, most=200),
            TextField(
                "amount",
                words.plain("fix.amount"),
                value=screen.amount,
                hint=words.plain("fix.amount_hint"),
                optional=True,
                most=60,
            ),
            PersonField("owner", words.plain("fix.owner"), chosen=deal.owner, hint=words.plain("fix.owner_hint")),
        ),
        place=Place(deal.id),
        submit=words.plain("fix.submit"),
        close=words.plain("fix.close"),
    )


def won_form(words: Words, found: Detection | None = None) -> Sheet:
    """The form that tells of a deal, filled with what was found in the message that it was opened on."""
    customer = "" if found is None else found.customer or ""
    amount = "" if found is None or found.amount is None else f"{found.amount.normalize():f} {found.currency or ''}"
    return Sheet(
        Form.WON,
        words.plain("won.title"),
        (
            TextField(
                "customer",
                words.plain("won.customer"),
                value=customer,
                example=words.plain("won.customer_example"),
                most=200,
            ),
            TextField(
                "amount",
                words.plain("won.amount"),
                value=amount.strip(),
                hint=words.plain("won.amount_hint"),
                optional=True,
                most=60,
            ),
        ),
        place=Place(),
        submit=words.plain("won.submit"),
        close=words.plain("won.close"),
    )


def _win(win: Win, words: Words) -> str:
    line = words.rich(
        "summary.win",
        customer=win.deal.customer or words.plain("card.nameless"),
        amount=win.deal.amount,
        rep=words.markup.mention(win.deal.owner),
    )
    if not win.aligned:
        return line
    aligned = words.rich("summary.win_aligned", expectations=win.counts.expectations, priorities=win.counts.priorities)
    return words.rich("summary.win_line", win=Ready(line), aligned=Ready(aligned))
