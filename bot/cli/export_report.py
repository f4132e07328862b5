"""The report on a Slack export: each deal once, with counts by channel and by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.numbers import format_decimal
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.detection import Decision, Detection
from handlers.intake.same_deal import SAME_DEAL_WINDOW
from handlers.method import money
from handlers.method.customers import customer_key, same_customer

WIDE = 100
"""From this terminal width on, the messages are shown, too."""

LONGEST_LINE = 60
"""How many characters of a message are shown."""

PROMPT, ASK, KNOWN, NOBODY = "prompt", "ask", "known", "nobody"
_MARKED = {PROMPT: "[green]prompt[/]", ASK: "[yellow]ask[/]", KNOWN: "[dim]known[/]", NOBODY: "[dim]nobody[/]"}


@dataclass(frozen=True, slots=True)
class DetectedMessage:
    """A message of an export that announces a deal. `rep` is the person the bot would ask; empty if there is none."""

    channel: str
    when: datetime
    rep: str
    text: str
    answer: Detection


def print_report(detected: Iterable[DetectedMessage], messages: Mapping[str, int], console: Console) -> None:
    """Print what the bot would have done. `messages` is the number of messages read, by channel."""
    done = list(unique_deals(sorted(detected, key=lambda one: one.when)))
    if done:
        console.print(_deals(done, wide=console.width >= WIDE), "")
        console.print(_counts("channel", ((f"#{one.channel}", would) for one, would in done), messages), "")
        console.print(_counts("week of", ((_monday(one.when), would) for one, would in done)), "")
    counts = Counter(would for _, would in done)
    console.print(
        f"{sum(messages.values()):,} messages: [bold green]{counts[PROMPT]} would have prompted the rep[/], "
        f"[bold yellow]{counts[ASK]} would have asked the author[/], {counts[KNOWN]} told of a known deal again, "
        f"{sum(messages.values()) - len(done):,} left alone.",
        soft_wrap=True,
    )
    if counts[NOBODY]:
        console.print(f"{counts[NOBODY]} by an app that names no owner: there would have been nobody to ask.")


def unique_deals(detected: Iterable[DetectedMessage]) -> Iterator[tuple[DetectedMessage, str]]:
    """Each message with what the bot would have done, oldest first. It asks about a customer once in 7 days."""
    asked: list[tuple[str, datetime]] = []
    for one in detected:
        key = customer_key(one.answer.customer or "")
        if key and any(
            one.when - when <= SAME_DEAL_WINDOW and same_customer(key, other) for other, when in reversed(asked)
        ):
            yield one, KNOWN
        elif not one.rep:
            yield one, NOBODY
        else:
            asked.append((key, one.when))
            yield one, PROMPT if one.answer.decision is Decision.SURE else ASK


def amount_text(answer: Detection) -> str:
    """The amount with its period, such as `$45,000 a year`; empty if there is none."""
    if answer.amount is None:
        return ""
    if answer.currency is None or answer.amount_minor is None:
        amount = f"{format_decimal(answer.amount, locale='en')} (no currency named)"
    else:
        amount = money.format_amount(answer.amount_minor, answer.currency, "en")
    return amount if answer.period in (None, "total") else f"{amount} a {answer.period}"


def _deals(done: Iterable[tuple[DetectedMessage, str]], *, wide: bool) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("when", "channel", "would", "rep", "customer", "amount"):
        short = heading in ("when", "would")  # these stay whole, however narrow it gets
        table.add_column(heading, no_wrap=wide or short, min_width=10 if short else None, max_width=28)
    if wide:
        table.add_column("message", no_wrap=True, overflow="ellipsis")
    for one, would in done:
        cells = [
            f"#{one.channel}",
            one.rep or "?",
            one.answer.customer or "?",
            amount_text(one.answer),
            one.text[:LONGEST_LINE],
        ]
        channel, rep, customer, amount, text = map(escape, cells)
        table.add_row(f"{one.when:%Y-%m-%d}", channel, _MARKED[would], rep, customer, amount, *([text] if wide else []))
    return table


def _counts(heading: str, found: Iterable[tuple[str, str]], messages: Mapping[str, int] | None = None) -> Table:
    """How often the bot would have done what, by `heading`."""
    by_row: dict[str, Counter[str]] = {}
    for row, would in found:
        by_row.setdefault(row, Counter())[would] += 1
    table = Table(heading, box=None, header_style="bold")
    for column in ([] if messages is None else ["messages"]) + [PROMPT, ASK, KNOWN]:
        table.add_column(column, justify="right")
    for row, counts in sorted(by_row.items()):
        read = [] if messages is None else [f"{messages[row.removeprefix('#')]:,}"]
        table.add_row(escape(row), *read, *(str(counts[would]) for would in (PROMPT, ASK, KNOWN)))
    return table


def _monday(when: datetime) -> str:
    return f"{when - timedelta(days=when.weekday()):%Y-%m-%d}"
