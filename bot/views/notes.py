"""Short messages: the week's wins, a notice, and the form that tells of a deal."""

from __future__ import annotations

from datetime import timedelta

from bot.routes import Form, Place
from bot.slack.blocks import Block, context, header, modal, person_field, sections, text_field
from bot.slack.text import bold, mention
from bot.slack.words import SlackWords
from bot.views.card import Message
from handlers.screens import FixScreen, HandedOver, Win, WinSummary
from prompts.wording import Ready

WINS_SHOWN = 20
DAY = timedelta(days=1)
"""A week ends with its last day, not with the first of the next one."""


def summary(screen: WinSummary, words: SlackWords) -> Message:
    """The team's wins of the week, for the team channel."""
    headline = words.rich("summary.headline", count=len(screen.wins), totals=" + ".join(screen.totals))
    shown = [_win(win, words) for win in screen.wins[:WINS_SHOWN]]
    hidden = len(screen.wins) - len(shown)
    blocks = [
        header(words.plain("summary.title")),
        *sections(bold(headline)),
        *[block for line in shown for block in sections(line)],
        *([context(words.rich("summary.more", count=hidden))] if hidden > 0 else []),
        context(words.rich("summary.range", start=f"{screen.start:%d %b}", end=f"{screen.end - DAY:%d %b}")),
    ]
    return Message(words.rich("summary.fallback", headline=Ready(headline)), blocks)


def notice(sentence: str, words: SlackWords) -> Block:
    """One sentence in a small modal, for when there is no better place to say it. `sentence` is marked-up text."""
    return modal(
        Form.NOTICE, words.plain("notice.title"), sections(sentence), metadata="", close=words.plain("notice.close")
    )


def handed_over(screen: HandedOver, words: SlackWords) -> Message:
    """The line that a card becomes when its deal went to somebody else."""
    customer = screen.deal.customer or words.plain("card.nameless")
    return Message.saying(words.rich("handed.line", customer=customer, to=mention(screen.to)))


def fix_form(screen: FixScreen, words: SlackWords) -> Block:
    """Customer, amount and rep of a deal, to be put right."""
    deal = screen.deal
    return modal(
        Form.FIX,
        words.plain("fix.title"),
        [
            text_field("customer", words.plain("fix.customer"), value=deal.customer, most=200),
            text_field(
                "amount",
                words.plain("fix.amount"),
                value=screen.amount,
                hint=words.plain("fix.amount_hint"),
                optional=True,
                most=60,
            ),
            person_field("owner", words.plain("fix.owner"), chosen=deal.owner, hint=words.plain("fix.owner_hint")),
        ],
        metadata=Place(deal.id).packed(),
        submit=words.plain("fix.submit"),
        close=words.plain("fix.close"),
    )


def won_form(words: SlackWords, *, customer: str = "", amount: str = "") -> Block:
    """The form of `/firstcall won` and of the message shortcut, filled with what could be read."""
    return modal(
        Form.WON,
        words.plain("won.title"),
        [
            text_field(
                "customer",
                words.plain("won.customer"),
                value=customer,
                example=words.plain("won.customer_example"),
                most=200,
            ),
            text_field(
                "amount",
                words.plain("won.amount"),
                value=amount,
                hint=words.plain("won.amount_hint"),
                optional=True,
                most=60,
            ),
        ],
        metadata=Place().packed(),
        submit=words.plain("won.submit"),
        close=words.plain("won.close"),
    )


def _win(win: Win, words: SlackWords) -> str:
    line = words.rich(
        "summary.win",
        customer=win.deal.customer or words.plain("card.nameless"),
        amount=win.deal.amount,
        rep=mention(win.deal.owner),
    )
    if not win.aligned:
        return line
    aligned = words.rich("summary.win_aligned", expectations=win.counts.expectations, priorities=win.counts.priorities)
    return words.rich("summary.win_line", win=Ready(line), aligned=Ready(aligned))
