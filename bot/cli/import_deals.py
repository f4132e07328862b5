"""`firstcall import`: take deals of the past in from a CSV file (docs/import.md)."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.csv_rows import open_csv
from bot.cli.database import open_database
from bot.cli.exit_codes import CommandFailed
from bot.cli.workspaces import find_workspaces, workspace_option
from bot.settings import load_settings
from bot.ui.numbers import MAX_NUMBER
from handlers.imports import batches
from handlers.imports.columns import columns_of
from handlers.imports.dates import DateOrder, order_shown_by
from handlers.imports.errors import ImportFileError, RowRefusedError
from handlers.imports.rows import PastDeal, Reading, read_row
from handlers.imports.sums import decimal_mark_shown_by
from handlers.method.time_zones import zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.cli.csv_rows import CsvFile
    from handlers.export import Workspace
    from storage.database import Database

MOST_SHOWN = 20
"""Refused rows that the report shows without `--all`."""
FRESH_DAYS = 7
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
DECIMALS = {"point": ".", "comma": ","}


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--apply", is_flag=True, help="Store the deals. Without it, nothing is changed and the report is shown.")
@click.option("--skip-refused", is_flag=True, help="With --apply: store the others although rows are refused.")
@click.option("--undo", type=click.IntRange(1, MAX_NUMBER), metavar="BATCH", help="Take this batch out again.")
@click.option("--list", "show_list", is_flag=True, help="List the batches.")
@click.option(
    "--rep",
    "said_reps",
    multiple=True,
    metavar="NAME=ID",
    help="Who the file means: ada@example.com=U0ADA; repeatable. An id alone is the rep of rows that name none.",
)
@click.option("--dates", type=click.Choice([each.value for each in DateOrder]), help="How to read 03/04/2025.")
@click.option("--decimal", type=click.Choice(sorted(DECIMALS)), help="What the mark in 45.000 is.")
@click.option("--all", "show_all", is_flag=True, help=f"Show each refused row, not only the first {MOST_SHOWN}.")
@workspace_option()
def command(file: Path | None, undo: int | None, show_list: bool, workspace: str | None, **options: Any) -> None:
    """Take closed deals of the past in from FILE, a CSV file with a line of names: customer, closed_at, amount ...

    They count as won and complete: nobody gets a card or a reminder about them. A deal that is known is left alone, so
    the same file can be imported again. Nothing is stored without --apply.
    """
    if [file is not None, undo is not None, show_list].count(True) != 1:
        raise click.UsageError("Say one of: a file, --undo BATCH, --list.")
    with open_database(load_settings().database_url) as database:
        where = _one_workspace(database, workspace)
        try:
            if show_list:
                _show_batches(database.read_sync(batches.list_batches, where))
            elif undo is not None:
                _report_undone(undo, database.write_sync(batches.undo_batch, where, undo, datetime.now(UTC)))
            elif file is not None:
                _import(database, where, file, Options(**options))
        except ImportFileError as error:
            raise CommandFailed.from_error(error) from error


@dataclass(frozen=True, slots=True)
class Options:
    """What the person said about a file."""

    apply: bool
    skip_refused: bool
    said_reps: tuple[str, ...]
    dates: str | None
    decimal: str | None
    show_all: bool


def _one_workspace(database: Database, external_id: str | None) -> Workspace:
    found = find_workspaces(database, external_id)
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandFailed("this database knows no workspace yet: install the app and run the bot once")
    names = ", ".join(each.external_id for each in found)
    raise CommandFailed(f"say --workspace: the database knows {names}")


@dataclass(slots=True)
class _Report:
    """A file as it is read, and what was found in it so far."""

    file: CsvFile
    columns: Mapping[str, int]
    reading: Reading
    who: batches.Reps
    rows: int
    most_shown: int | None
    new: int = 0
    known: int = 0
    fresh: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    refusals: int = 0
    unknown_reps: Counter[str] = field(default_factory=Counter)

    def deals(self, refuse: Callable[[int, str], None]) -> Iterator[PastDeal]:
        """The deals of the file; `refuse` gets the line and the reason of each row that is none."""
        for row in self.file.rows():
            if row.cells is None:
                refuse(row.line, row.trouble)
                continue
            try:
                deal = read_row(row.line, row.cells, self.columns, self.reading)
            except RowRefusedError as error:
                refuse(row.line, str(error))
                continue
            if self.who.external_id(deal.rep) is None:
                self.unknown_reps[deal.rep] += 1
                refuse(row.line, f"nobody is known as “{deal.rep}”" if deal.rep else "rep is empty")
            else:
                yield deal

    def refuse(self, line: int, reason: str) -> None:
        """Count a refused row, and keep it if it is to be shown."""
        self.refusals += 1
        if self.most_shown is None or len(self.refused) < self.most_shown:
            self.refused.append((line, reason))


def _survey(database: Database, where: Workspace, path: Path, options: Options) -> _Report:
    """Read the whole file once, for what it shows about its dates and sums."""
    file = open_csv(path)
    columns = columns_of(file.header)
    orders, marks, rows = Counter[DateOrder](), Counter[str](), 0
    for row in file.rows():
        rows += 1
        if row.cells is not None and len(row.cells) > max(columns.values()):
            orders.update(filter(None, [order_shown_by(row.cells[columns["closed_at"]])]))
            if "amount" in columns:
                marks.update(filter(None, [decimal_mark_shown_by(row.cells[columns["amount"]])]))
    order = DateOrder(options.dates) if options.dates else next(iter(orders)) if len(orders) == 1 else None
    mark = DECIMALS[options.decimal] if options.decimal else next(iter(marks)) if len(marks) == 1 else None
    if mark is None and not marks and file.separator == ";":
        mark = ","  # programs write semicolons where the comma is the decimal mark
    named = dict(each.split("=", 1) for each in options.said_reps if "=" in each)
    fallback = next((each for each in options.said_reps if "=" not in each), None)
    who = database.read_sync(batches.reps, where, named, fallback)
    local = zone(database.read_sync(batches.workspace_zone, where))
    reading = Reading(local, datetime.now(UTC), order, mark)
    return _Report(file, columns, reading, who, rows, None if options.show_all else MOST_SHOWN)


def _import(database: Database, where: Workspace, path: Path, options: Options) -> None:
    """Report what the file brings, and store it if that was asked for."""
    report = _survey(database, where, path, options)
    _compare(database, where, report)
    _print(report)
    if not options.apply:
        click.echo("Nothing was changed. To store the new deals: add --apply.")
        return
    if report.refusals and not options.skip_refused:
        raise CommandFailed("nothing was stored, because rows are refused: mend them, or add --skip-refused")

    def chunks() -> Iterator[list[PastDeal]]:
        with _progress("Storing", report.rows) as step:
            yield from batches.in_chunks(_counted(report.deals(_ignore), step))

    stored = database.write_sync(batches.apply_batch, where, path.name, chunks, report.who, report.reading.now)
    click.echo(f"Batch {stored.batch}: {_count(stored.deals, 'deal')} stored. To take them out: --undo {stored.batch}.")


def _compare(database: Database, where: Workspace, report: _Report) -> None:
    """Count which rows are new, known and refused, with a few hundred in memory at a time."""
    seen = batches.Seen()
    with _progress("Reading", report.rows) as step:
        for chunk in batches.in_chunks(_counted(report.deals(report.refuse), step)):
            there = database.read_sync(batches.known_lines, where, chunk)
            kept = [deal for deal in chunk if seen.is_new(deal) and deal.line not in there]
            report.new += len(kept)
            report.known += len(chunk) - len(kept)
            report.fresh += sum((report.reading.now - deal.closed_at).days < FRESH_DAYS for deal in kept)


def _print(report: _Report) -> None:
    file = report.file
    click.echo(f"{file.path.name}: {_count(report.rows, 'row')}, {_encoding(file.encoding)}, {NAMES[file.separator]}")
    columns = (f"{field} from “{file.header[index].strip()}”" for field, index in report.columns.items())
    click.echo(f"Columns: {', '.join(columns)}")
    click.echo(f"{report.new:,} new, {report.known:,} known already, {report.refusals:,} refused")
    for line, reason in report.refused:
        click.echo(f"  line {line}: {reason}")
    if report.refusals > len(report.refused):
        click.echo(f"  and {report.refusals - len(report.refused):,} more: --all shows each")
    for rep, rows in report.unknown_reps.most_common(MOST_SHOWN):
        said, hint = (f"with the rep {rep}", f'--rep "{rep}=ID"') if rep else ("without a rep", "--rep ID")
        click.echo(f"{_count(rows, 'row')} {said}: say {hint}, with their id on the platform.")
    if report.fresh:
        click.echo(
            f"{_count(report.fresh, 'deal')} closed less than {FRESH_DAYS} days ago. If the call is still to be made, "
            "report them with /firstcall won instead."
        )


def _ignore(_line: int, _reason: str) -> None:
    """The report has said so."""


class _progress:  # noqa: N801 (used like a function)
    """A progress line on a terminal, and nothing elsewhere."""

    def __init__(self, label: str, rows: int) -> None:
        hidden = not sys.stderr.isatty()
        self._bar = click.progressbar(length=rows, label=label, file=sys.stderr, hidden=hidden, update_min_steps=500)

    def __enter__(self) -> Callable[[], None]:
        bar = self._bar.__enter__()
        return lambda: bar.update(1)

    def __exit__(self, *_error: object) -> None:
        self._bar.render_finish()


def _counted(deals: Iterator[PastDeal], step: Callable[[], None]) -> Iterator[PastDeal]:
    for deal in deals:
        step()
        yield deal


def _report_undone(batch: int, undone: batches.Undone) -> None:
    click.echo(f"Batch {batch}: {_count(undone.taken_out, 'deal')} taken out.")
    if undone.left:
        click.echo(f"{_count(len(undone.left), 'deal')} stayed, because people have worked on them since:")
        for deal_id, customer in undone.left:
            click.echo(f"  deal {deal_id}: {customer}")


def _show_batches(found: list[batches.BatchLine]) -> None:
    for each in found:
        undone = f", undone {each.undone_at:%Y-%m-%d %H:%M}" if each.undone_at else ""
        there = f"{each.there:,} of {_count(each.deals, 'deal')}"
        click.echo(f"{each.batch:>5}  {each.at:%Y-%m-%d %H:%M}  {there}{undone}  {each.file}")
    if not found:
        click.echo("Nothing was imported yet.", err=True)


def _encoding(name: str) -> str:
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(name, "UTF-16")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
