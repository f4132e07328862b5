"""The team's wins: the weekly summary in its channel, and the reply to the team command."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate

from bot.ui.clipping import length
from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Heading, Message, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import notices
from bot.views.card import kind_text
from bot.views.deal_name import deal_name
from bot.views.wrap_up import counts_text
from handlers.screens.team import ChangedSince, SummariesScreen, TeamScreen, Win, WinSummary
from prompts.wording import Ready

ROOM = 7_000
"""Characters of marked-up text that the wins of one message may have: within what Slack and Teams accept."""
WINS_SHOWN = 20
DAY = timedelta(days=1)
"""`end` is exclusive; the last day of the week is a day before it."""


def summary(screen: WinSummary, texts: Texts) -> Message:
    """The team's wins of the week, for the team channel."""
    headline = Ready(_headline(screen, texts))
    if screen.late:
        title = texts.plain("summary.title_late", **_days(screen))
        text = texts.rich("summary.fallback_late", headline=headline, **_days(screen))
    else:
        title, text = texts.plain("summary.title"), texts.rich("summary.fallback", headline=headline)
    return Message(text, _week(screen, title, ROOM, texts), notices.left_out(texts))


def summary_places(screen: SummariesScreen, texts: Texts, *, here: str | None) -> Message:
    """Where the week's wins are posted, and in a channel the button that changes that for it."""
    channels = Ready(", ".join(texts.channel(each) for each in screen.channels))
    known = texts.rich("places.some", channels=channels, zone=screen.zone) if channels else texts.rich("places.none")
    text = f"{known} {texts.rich('places.how', command=texts.command)}"
    if here is None:
        return Message.saying(text)
    name, command = ("off", "summary off") if here in screen.channels else ("here", "summary here")
    label = texts.plain(f"places.{name}")
    button = Button(label, ActionId.COMMAND_RUN, command, accessible_name=label)
    return Message(text, (Paragraph(text), ActionRow("places", (button,))))


def team(screen: TeamScreen, texts: Texts) -> Message:
    """This week, and last week below it."""
    text = texts.rich("team.fallback", headline=Ready(_headline(screen.this_week, texts)))
    this_week = _week(screen.this_week, texts.plain("team.this_week"), ROOM // 2, texts)
    last_week = _week(screen.last_week, texts.plain("team.last_week"), ROOM // 2, texts)
    return Message(text, (*this_week, Divider(), *last_week), notices.left_out(texts))


def _week(screen: WinSummary, title: str, room: int, texts: Texts) -> tuple[Component, ...]:
    """The wins that fit into `room` characters, and how many there are besides."""
    lines = [_win(win, texts) for win in screen.wins[:WINS_SHOWN]]
    ends = accumulate(map(length, lines))
    shown = [line for line, end in zip(lines, ends, strict=True) if end <= room]
    hidden = len(screen.wins) - len(shown)
    return (
        Heading(title),
        Paragraph(texts.markup.bold(_headline(screen, texts))),
        *(Paragraph(line) for line in shown),
        *([ContextText((texts.rich("summary.more", count=hidden),))] if hidden > 0 else []),
        ContextText((" · ".join([texts.rich("summary.range", **_days(screen)), *_since(screen.since, texts)]),)),
    )


def _since(since: ChangedSince, texts: Texts) -> list[str]:
    """What has changed since the summary was posted."""
    counts = {"cancelled": since.cancelled, "refunded": since.refunded, "amounts": since.amounts}
    return [texts.rich(f"since.{name}", count=count) for name, count in counts.items() if count]


def _days(screen: WinSummary) -> dict[str, str]:
    """The first and the last day of the week."""
    return {"start": f"{screen.start:%d %b}", "end": f"{screen.end - DAY:%d %b}"}


def _headline(screen: WinSummary, texts: Texts) -> str:
    return texts.rich("summary.headline", count=len(screen.wins), totals=" + ".join(screen.totals))


def _win(win: Win, texts: Texts) -> str:
    line = texts.rich(
        "summary.win",
        customer=deal_name(win.deal, texts.plain),
        amount=win.deal.amount,
        rep=texts.markup.mention(win.deal.owner),
    )
    if win.team:
        team = Ready(", ".join(texts.markup.mention(each) for each in win.team))
        line = texts.rich("dealteam.win", win=Ready(line), team=team)
    kind = kind_text(win.deal, texts)
    if kind:
        line = f"{line} · {kind}"
    if not win.aligned or not (win.counts.expectations or win.counts.priorities):
        return line
    counts = Ready(counts_text(win.counts, texts))
    aligned = texts.rich("summary.win_aligned" if win.complete else "summary.win_agreed", counts=counts)
    return texts.rich("summary.win_line", win=Ready(line), aligned=Ready(aligned))
