"""`firstcall detect`: run the detector on a sentence, on lines of JSON, or on a whole Slack export."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.cli.export_report import DetectedDeal, amount_text, print_report
from handlers import detection
from handlers.detection import ChannelContext, Decision, Detection, Post
from handlers.detection.flatten import flatten

_COLOURS = {Decision.SURE: "green", Decision.MAYBE: "yellow", Decision.NO: "dim"}
_MEANINGS = {
    Decision.SURE: "a closed deal: the rep would be asked to make the call",
    Decision.MAYBE: "perhaps a closed deal: the author would be asked, privately",
    Decision.NO: "no closed deal: nothing would happen",
}
_WIDTH_OF_A_FILE = 160
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"<[^<>|]+(?:\|([^<>]*))?>")
_HOUSEKEEPING = frozenset(
    {"channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "pinned_item"}
)


class BadLineError(ValueError):
    """A line that is not a post in JSON; the message says why."""


@click.command("detect")
@click.argument("text", required=False)
@click.option("--jsonl", "as_lines", is_flag=True, help="Read JSON lines from standard input, and write JSON lines.")
@click.option(
    "--slack-export",
    "export",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read an unpacked Slack export and report what the bot would have done.",
)
@click.option(
    "--wins-channel", "wins", multiple=True, metavar="NAME", help="A channel for wins, where the threshold is lower."
)
def command(text: str | None, *, as_lines: bool, export: Path | None, wins: tuple[str, ...]) -> None:
    """Show whether TEXT announces a closed deal, and why.

    \b
    firstcall detect "Just closed Northwind Dental! $45k ARR"
    firstcall detect --jsonl < posts.jsonl
    firstcall detect --slack-export ./export --wins-channel wins

    Nothing is stored and nothing is sent. With --jsonl, each line has "id" and "text", and may have "blocks",
    "attachments", "source" and "channel". The exit code is 1 if a line could not be read.
    """
    if sum((text is not None, as_lines, export is not None)) != 1:
        raise click.UsageError('Give one of: a "text" in quotes, --jsonl, --slack-export FOLDER.')
    channels = frozenset(name.lstrip("#") for name in wins)
    if as_lines:
        sys.exit(answer_lines(sys.stdin.buffer, sys.stdout.buffer, channels))
    elif export is not None:
        console = Console()
        sys.exit(scan_export(export, channels, console if console.is_terminal else Console(width=_WIDTH_OF_A_FILE)))
    elif text is not None:
        print_detection(detection.detect(Post(text), ChannelContext(wins_channel=bool(channels))), Console())


def answer_lines(source: BinaryIO, sink: BinaryIO, wins: Collection[str] = frozenset()) -> int:
    """Write one line to `sink` for each line of `source`, in order, skipping empty lines.

    Returns the exit code: 0, or 1 if a line could not be read (its result has `error`).
    """
    code = 0
    for line in source:
        if not line.strip():
            continue
        try:
            record = _record(line)
            answer = _answer(record, wins)
        except BadLineError as problem:
            code = 1
            answer = {"id": None, "error": str(problem)}
        # UTF-8 cannot encode a lone surrogate; as a backslash escape it is the same character in JSON.
        sink.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        sink.flush()
    return code


def print_detection(answer: Detection, console: Console) -> None:
    """Print one detection for a person: the decision, the facts of each deal, and the cues for and against."""
    colour = _COLOURS[answer.decision]
    console.print(f"[bold {colour}]{answer.decision}[/] ({answer.confidence:.0%}): {_MEANINGS[answer.decision]}")
    for deal in answer.deals or (answer,):
        facts = Table.grid(padding=(0, 2))
        for label, value in _facts(deal):
            facts.add_row(f"[dim]{label}[/]", escape(value))
        if facts.row_count:
            console.print(facts)
    for heading, cues in (
        ("spoke for it", [cue for cue in answer.cues if cue.weight > 0]),
        ("spoke against it", [cue for cue in answer.cues if cue.weight < 0]),
    ):
        if cues:
            console.print(f"\n[bold]{heading}[/]")
        for cue in sorted(cues, key=lambda cue: -abs(cue.weight)):
            excerpt = f" “{' '.join(cue.excerpt.split())}”" if cue.excerpt.strip() else ""
            console.print(f"  {cue.weight:+.1f}  {escape(cue.name)}[dim]{escape(excerpt)}[/]", highlight=False)


def scan_export(folder: Path, wins: Collection[str], console: Console) -> int:
    """Run the detector over an unpacked Slack export and print the report; returns the exit code."""
    days = sorted(path for path in folder.glob("*/*.json") if path.is_file())
    if not days:
        console.print(
            f"No messages found in {escape(str(folder))}: an export has one folder per channel, with one file per day."
        )
        return 1
    names = _member_names(folder / "users.json")
    detected: list[DetectedDeal] = []
    counts: Counter[str] = Counter()
    broken: list[Path] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Reading", total=len(days))
        for day in days:
            channel = day.parent.name
            progress.update(task, description=f"#{escape(channel)} {day.stem}")
            try:
                messages = json.loads(day.read_bytes())
            except (ValueError, RecursionError):
                broken.append(day)
                messages = []
            for message in messages if isinstance(messages, list) else []:
                if isinstance(message, dict) and message.get("subtype") not in _HOUSEKEEPING:
                    counts[channel] += 1
                    detected.extend(_detect_message(message, counts.total(), channel, wins, names))
            progress.advance(task)
    print_report(detected, counts, console)
    for path in broken:
        console.print(f"[red]Not readable, skipped:[/] {escape(str(path))}")
    return 1 if broken else 0


def _record(line: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadLineError(f"not a line of JSON: {problem}") from problem
    if not isinstance(record, dict):
        raise BadLineError("not a JSON object")
    if not isinstance(record.get("text"), str | None):
        raise BadLineError("text is not a string")
    if "text" not in record and not record.get("blocks") and not record.get("attachments"):
        raise BadLineError("neither text nor blocks nor attachments")
    return record


def _answer(record: Mapping[str, Any], wins: Collection[str]) -> dict[str, Any]:
    found = detection.detect(_post(record), _channel_context(str(record.get("channel") or ""), wins))
    return {
        "id": record.get("id"),
        "deal_closed": found.deal_closed,
        "decision": found.decision.value,
        "confidence": found.confidence,
        "customer": found.customer,
        "amount": _number(found.amount),
        "currency": found.currency,
        "kind": found.kind,
        "deals": [
            {"customer": deal.customer, "amount": _number(deal.amount), "currency": deal.currency}
            for deal in found.deals
        ],
        "cues": [{"name": cue.name, "weight": cue.weight, "excerpt": cue.excerpt} for cue in found.cues],
    }


def _post(message: Mapping[str, Any]) -> Post:
    text, source, subtype = message.get("text"), message.get("source"), message.get("subtype")
    return Post(
        text=text if isinstance(text, str) else "",
        blocks=_mappings(message.get("blocks")),
        attachments=_mappings(message.get("attachments")),
        source=source if isinstance(source, str) else "slack",
        author_is_bot=bool(message.get("bot_id")),
        subtype=subtype if isinstance(subtype, str) else None,
    )


def _channel_context(channel: str, wins: Collection[str]) -> ChannelContext:
    return ChannelContext(wins_channel=channel.lstrip("#") in wins)


def _mappings(value: object) -> Sequence[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else ()


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _facts(answer: Detection) -> Iterator[tuple[str, str]]:
    if answer.customer:
        yield "customer", answer.customer
    if answer.amount is not None:
        yield "amount", amount_text(answer)
    if answer.kind:
        yield "kind", answer.kind
    if answer.term_months:
        yield "term", f"{answer.term_months} months"
    if answer.closed_by:
        yield "closed by", ", ".join(answer.closed_by)
    if answer.helped_by:
        yield "helped", ", ".join(answer.helped_by)
    if answer.close_date:
        yield "closed on", answer.close_date.isoformat()
    if answer.record_url:
        yield "record", answer.record_url


def _detect_message(
    message: Mapping[str, Any], number: int, channel: str, wins: Collection[str], names: Mapping[str, str]
) -> Iterator[DetectedDeal]:
    """The deals that a message of an export announces."""
    post = _post(message)
    for deal in detection.detect(post, _channel_context(channel, wins)).deals:
        yield DetectedDeal(
            channel=channel,
            message=number,
            when=_moment(message.get("ts")),
            rep=_rep(message, deal, names),
            text=_readable(post, names),
            answer=deal,
        )


def _rep(message: Mapping[str, Any], answer: Detection, names: Mapping[str, str]) -> str:
    """The person named as having closed the deal, else the author; empty if an app posted it."""
    author = "" if message.get("bot_id") else str(message.get("user") or "")
    rep = next(iter(answer.closed_by), author)
    return names.get(rep, rep)


def _readable(post: Post, names: Mapping[str, str]) -> str:
    """The whole text of the message in one line, with names instead of ids."""
    named = _MENTION.sub(lambda match: f"@{names.get(match[1], match[1])}", flatten(post))
    return " ".join(unescape(_LINK.sub(lambda match: match[1] or "", named)).split())


def _moment(stamp: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(stamp)), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _member_names(path: Path) -> dict[str, str]:
    """The display names of an export's members by id; empty if the export has no readable list of them."""
    try:
        members = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {
        str(member.get("id")): str(_name(member) or member.get("name") or member.get("id"))
        for member in (members if isinstance(members, list) else ())
        if isinstance(member, dict)
    }


def _name(member: Mapping[str, Any]) -> object:
    profile = member.get("profile")
    return member.get("real_name") or (profile.get("real_name") if isinstance(profile, dict) else None)
