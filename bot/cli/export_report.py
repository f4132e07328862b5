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
from handlers.method.record_links import record_link

WIDE = 100
"""From this terminal width on, the messages are shown, too."""

LONGEST_LINE = 60
"""How many characters of a message are shown."""

PROMPT, ASK, KNOWN, NOBODY = "prompt", "ask", "known", "nobody"
_MARKED = {PROMPT: "[green]prompt[/]", ASK: "[yellow]ask[/]", KNOWN: "[dim]known[/]", NOBODY: "[dim]nobody[/]"}


@dataclass(frozen=True, slots=True)
class DetectedDeal:
    """A deal that a message of an export announces. `rep` is the person the bot would ask; empty if there is none.

    `message` numbers the messages: one may announce several deals.
    """

    channel: str
    message: int
    when: datetime
    rep: str
    text: str
    answer: Detection


def print_report(detected: Iterable[DetectedDeal], messages: Mapping[str, int], console: Console) -> None:
    """Print what the bot would have done. `messages` is the number of messages read, by channel."""
    done = list(unique_deals(sorted(detected, key=lambda one: one.when)))
    if done:
        console.print(_deals(done, wide=console.width >= WIDE), "")
        console.print(_counts("channel", ((f"#{one.channel}", would) for one, would in done), messages), "")
        console.print(_counts("week of", ((_monday(one.when), would) for one, would in done)), "")
    counts = Counter(would for _, would in done)
    told = len({one.message for one, _ in done})
    if told < len(done):
        console.print(f"{told:,} messages announce {len(done):,} deals.")
    console.print(
        f"{sum(messages.values()):,} messages: [bold green]{counts[PROMPT]} would have prompted the rep[/], "
        f"[bold yellow]{counts[ASK]} would have asked the author[/], {counts[KNOWN]} told of a known deal again, "
        f"{sum(messages.values()) - told:,} left alone.",
        soft_wrap=True,
    )
    if counts[NOBODY]:
        console.print(f"{counts[NOBODY]} by an app that names no owner: there would have been nobody to ask.")


def unique_deals(detected: Iterable[DetectedDeal]) -> Iterator[tuple[DetectedDeal, str]]:
    """Each deal with what the bot would have done, oldest first. It asks about a deal once in 7 days.

    It compares as the bot does (`handlers.intake.same_deal`): by the CRM's record, else by the customer; the deals of
    one message are different ones.
    """
    asked: list[DetectedDeal] = []
    for one in detected:
        recent = (other for other in reversed(asked) if one.when - other.when <= SAME_DEAL_WINDOW)
        if any(_same_deal(one, other) for other in recent):
            yield one, KNOWN
        elif not one.rep:
            yield one, NOBODY
        else:
            asked.append(one)
            yield one, PROMPT if one.answer.decision is Decision.SURE else ASK


def _same_deal(one: DetectedDeal, other: DetectedDeal) -> bool:
    if one.message == other.message:
        return False
    record, known = record_link(one.answer.record_url), record_link(other.answer.record_url)
    if record is not None and known is not None and (record == known or record.differs(known)):
        return record == known
    key = customer_key(one.answer.customer or "")
    return bool(key) and same_customer(key, customer_key(other.answer.customer or ""))


def amount_text(answer: Detection) -> str:
    """The amount with its period, such as `$45,000 a year`; empty if there is none."""
    if answer.amount is None:
        return ""
    if answer.currency is None or answer.amount_minor is None:
        amount = f"{format_decimal(answer.amount, locale='en')} (no currency named)"
    else:
        amount = money.format_amount(answer.amount_minor, answer.currency, "en")
    return amount if answer.period in (None, "total") else f"{amount} a {answer.period}"


def _deals(done: Iterable[tuple[DetectedDeal, str]], *, wide: bool) -> Table:
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
