"""The team's wins: the weekly summary in its channel, and the reply to the team command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import accumulate

from bot.ui.clipping import length
from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Heading, Message, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import notices
from bot.views.card import deal_amount, kind_text
from bot.views.deal_name import deal_name
from bot.views.wrap_up import counts_text
from handlers.detection import DealKind
from handlers.method.promise_outcomes import PromiseState
from handlers.method.summary_periods import Span
from handlers.method.time_parsing.resolve import format_day
from handlers.method.win_figures import CallFigures, LeftOut
from handlers.screens.deals import DealFacts
from handlers.screens.team import ChangedSince, SummariesScreen, TeamScreen, Total, Win, WinSummary
from prompts.wording import Ready

ROOM = 7_000
"""Characters of marked-up text that the wins of one message may have: within what Slack and Teams accept."""
WINS_SHOWN = 20
MOST_MINUTES, MOST_HOURS = 90, 48
"""A longer span is given in hours, and in days."""
PROMISE_ORDER = (PromiseState.EXCEEDED, PromiseState.KEPT, PromiseState.RENEGOTIATED, PromiseState.MISSED)
DAY = timedelta(days=1)
"""`end` is exclusive; the last day of the week is a day before it."""


def summary(screen: WinSummary, texts: Texts) -> Message:
    """The team's wins of the period, for the team channel. A week posted in time needs no dates in its title."""
    headline = Ready(_headline(screen, texts))
    if screen.end - screen.start < 2 * DAY:
        title = texts.plain("summary.title_day", day=days(screen)["start"])
        text = texts.rich("summary.fallback_day", headline=headline, day=days(screen)["start"])
    elif screen.late or screen.span is not Span.WEEK:
        title = texts.plain("summary.title_late", **days(screen))
        text = texts.rich("summary.fallback_late", headline=headline, **days(screen))
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
    hidden = screen.count - len(shown)
    besides = [*_figures(screen, texts), *_story(screen, texts)]
    return (
        Heading(title),
        Paragraph(texts.markup.bold(_headline(screen, texts))),
        *([Paragraph("\n".join(besides))] if besides else []),
        *(Paragraph(line) for line in shown),
        *([ContextText((texts.rich("summary.more", count=hidden),))] if hidden > 0 else []),
        ContextText((" · ".join([texts.rich("summary.range", **days(screen)), *_since(screen.since, texts)]),)),
    )


def _since(since: ChangedSince, texts: Texts) -> list[str]:
    """What has changed since the summary was posted."""
    counts = {"cancelled": since.cancelled, "refunded": since.refunded, "amounts": since.amounts}
    return [texts.rich(f"since.{name}", count=count) for name, count in counts.items() if count]


def _figures(screen: WinSummary, texts: Texts) -> list[str]:
    """What the period brought besides, a line each; none of what did not happen."""
    found = screen.figures
    if found is None:
        return []
    lines = [_kinds(found.kinds, texts), _compared(screen, texts), _calls(found.calls, texts)]
    promises = [(state, found.promises.get(state, 0)) for state in PROMISE_ORDER]
    named = [texts.rich(f"figures.promise_{state}", count=count) for state, count in promises if count]
    lines.append(texts.rich("figures.promises", counts=_side_by_side(named)) if named else "")
    referrals = {"named": found.referrals_named, "won": found.referrals_won}
    named = [texts.rich(f"figures.referral_{step}", count=count) for step, count in referrals.items() if count]
    lines.append(texts.rich("figures.referrals", counts=_side_by_side(named)) if named else "")
    if found.problems_due:
        lines.append(texts.rich("figures.problems", count=found.problems_in_time, total=found.problems_due))
    reasons = [(reason, found.left_out.get(reason, 0)) for reason in LeftOut]
    named = [texts.rich(f"figures.without_{reason}", count=count) for reason, count in reasons if count]
    lines.append(texts.rich("figures.left_out", reasons=_side_by_side(named)) if named else "")
    return [line for line in lines if line]


def _side_by_side(parts: Iterable[str]) -> Ready:
    return Ready(" · ".join(parts))


def _kinds(kinds: Mapping[str | None, int], texts: Texts) -> str:
    """How many of each kind, if one is known."""
    known = [(str(kind), kinds.get(kind, 0)) for kind in DealKind]
    if not any(count for _kind, count in known):
        return ""
    counts = [*known, ("unsaid", kinds.get(None, 0))]
    return _side_by_side(texts.rich(f"figures.kind_{kind}", count=count) for kind, count in counts if count)


def _compared(screen: WinSummary, texts: Texts) -> str:
    """The difference to the period before, which has its own sums: they may be of other currencies."""
    if screen.before is None or not (screen.count or screen.before):
        return ""
    more = screen.count - screen.before
    difference = "same" if more == 0 else "more" if more > 0 else "fewer"
    before = texts.rich(f"figures.before_{screen.span}")
    totals = Ready(_sums(screen.totals_before, texts))
    return texts.rich(f"figures.compared_{difference}", count=abs(more), before=before, totals=totals)


def _calls(calls: CallFigures, texts: Texts) -> str:
    if not calls.due:
        return ""
    line = texts.rich("figures.calls", count=calls.in_time, total=calls.due)
    if calls.middle is None:
        return line
    minutes = round(calls.middle / timedelta(minutes=1))
    unit, count = ("minutes", minutes)
    if minutes > MOST_MINUTES:
        unit, count = ("hours", round(minutes / 60))
    if unit == "hours" and count > MOST_HOURS:
        unit, count = ("days", round(count / 24))
    span = texts.rich(f"figures.span_{unit}", count=count)
    return texts.rich("figures.calls_median", calls=Ready(line), span=span, tries=calls.tries)


def _story(screen: WinSummary, texts: Texts) -> list[str]:
    """What deserves a line of its own: milestones, and a promise that was exceeded."""
    lines = [
        texts.rich(f"figures.{each.milestone}", win=Ready(_name(each.deal, texts)), rep=_rep(each.deal, texts))
        for each in screen.special
    ]
    if screen.exceeded is not None:
        deal = screen.exceeded
        lines.append(texts.rich("figures.exceeded", customer=deal_name(deal, texts.plain), rep=_rep(deal, texts)))
    return lines


def _name(deal: DealFacts, texts: Texts) -> str:
    return texts.rich("figures.deal", customer=deal_name(deal, texts.plain), amount=deal_amount(deal, texts))


def _rep(deal: DealFacts, texts: Texts) -> Ready:
    return Ready(texts.markup.mention(deal.owner))


def days(screen: WinSummary) -> dict[str, str]:
    """The first and the last day of the period."""
    return {"start": format_day(screen.start.date()), "end": format_day((screen.end - DAY).date())}


def _headline(screen: WinSummary, texts: Texts) -> str:
    return texts.rich("summary.headline", count=screen.count, totals=Ready(_sums(screen.totals, texts)))


def _sums(totals: Iterable[Total], texts: Texts) -> str:
    """Sums of different currencies, or of what recurs and what does not, side by side."""
    return " + ".join(texts.rich(f"figures.sum_{each.over}", sum=each.amount) for each in totals)


def _win(win: Win, texts: Texts) -> str:
    line = texts.rich(
        "summary.win",
        customer=deal_name(win.deal, texts.plain),
        amount=deal_amount(win.deal, texts),
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
