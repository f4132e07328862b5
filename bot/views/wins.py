"""What the team has won: the summary in its channel on Monday, and the answer to who asks meanwhile."""

from __future__ import annotations

from datetime import timedelta

from bot.ui.components import Heading, Line, Message, Paragraph, Piece, Small
from bot.ui.texts import Words
from handlers.screens.team import TeamScreen, Win, WinSummary
from prompts.wording import Ready

WINS_SHOWN = 20
DAY = timedelta(days=1)
"""A week ends with its last day, not with the first of the next one."""


def summary(screen: WinSummary, words: Words) -> Message:
    """The team's wins of the week, for the team channel."""
    text = words.rich("summary.fallback", headline=Ready(_headline(screen, words)))
    return Message(text, _week(screen, words.plain("summary.title"), words))


def team(screen: TeamScreen, words: Words) -> Message:
    """The running week, and below it the last one."""
    text = words.rich("team.fallback", headline=Ready(_headline(screen.this_week, words)))
    this_week = _week(screen.this_week, words.plain("team.this_week"), words)
    return Message(text, (*this_week, Line(), *_week(screen.last_week, words.plain("team.last_week"), words)))


def _week(screen: WinSummary, title: str, words: Words) -> tuple[Piece, ...]:
    shown = [_win(win, words) for win in screen.wins[:WINS_SHOWN]]
    hidden = len(screen.wins) - len(shown)
    return (
        Heading(title),
        Paragraph(words.markup.bold(_headline(screen, words))),
        *(Paragraph(line) for line in shown),
        *([Small((words.rich("summary.more", count=hidden),))] if hidden > 0 else []),
        Small((words.rich("summary.range", start=f"{screen.start:%d %b}", end=f"{screen.end - DAY:%d %b}"),)),
    )


def _headline(screen: WinSummary, words: Words) -> str:
    return words.rich("summary.headline", count=len(screen.wins), totals=" + ".join(screen.totals))


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
