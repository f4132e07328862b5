"""`firstcall export`: every deal with its evidence, as JSON or as a table for a spreadsheet (docs/export.md)."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from bot.cli.database import open_database
from bot.cli.exit_codes import CommandFailed
from bot.cli.workspaces import find_workspaces, workspace_option
from bot.settings import load_settings
from handlers import export

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storage.database import Database

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for a formula, and a customer's name must not become one."""


@click.command()
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="json holds everything; csv has one row for each thing that a customer said.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, readable by you alone. Standard output when left out.",
)
@workspace_option(accepts_tenant=True)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Only deals heard since then, in UTC.",
)
def command(file_format: str, out: Path | None, workspace: str | None, since: datetime | None) -> None:
    """Write every deal with its statements, their versions, and what the customer said to each.

    The file is complete or it is not there: it gets its name when everything is written. Deals are read a few at a
    time, so the size of the database does not matter.
    """
    with open_database(load_settings().database_url) as database:
        workspaces = find_workspaces(database, workspace)
        deals = _read_deals(database, workspaces, since.replace(tzinfo=UTC) if since else None)
        with _destination(out) as file:
            written = _write_json(deals, file) if file_format == "json" else _write_csv(deals, file)
    if out is not None:
        click.echo(f"{written} {'deal' if written == 1 else 'deals'} written to {out}.", err=True)


def _read_deals(
    database: Database, workspaces: Iterable[export.Workspace], since: datetime | None
) -> Iterator[dict[str, Any]]:
    """All deals that were asked for, a page in memory at a time."""
    for workspace in workspaces:
        last = 0
        while page := database.read_sync(export.page, workspace, after=last, since=since):
            yield from page
            last = page[-1]["id"]


def _write_json(deals: Iterable[dict[str, Any]], file: IO[str]) -> int:
    """One JSON object, its deals one to a line. Returns how many deals there were."""
    file.write(
        f'{{"format": "firstcall-export", "version": 1, "written_at": "{datetime.now(UTC).isoformat()}",\n"deals": ['
    )
    count = 0
    for deal in deals:
        file.write("\n" if count == 0 else ",\n")
        json.dump(deal, file, ensure_ascii=False)
        count += 1
    file.write("\n]}\n")
    return count


def _write_csv(deals: Iterable[dict[str, Any]], file: IO[str]) -> int:
    """A header and rows of `export.COLUMNS`; a mark in front tells Excel that it is UTF-8. Returns how many deals."""
    file.write("\ufeff")
    rows = csv.DictWriter(file, export.COLUMNS, restval="")
    rows.writeheader()
    count = 0
    for deal in deals:
        rows.writerows({name: _cell(value) for name, value in row.items()} for row in export.table(deal))
        count += 1
    return count


def _cell(value: object) -> object:
    """The value as a cell that no spreadsheet calculates: an apostrophe goes before what looks like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


@contextmanager
def _destination(out: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a new file that takes the name `out` when it is complete. UTF-8, line ends as written.

    Raises:
        Failed: the file cannot be written.
    """
    if out is None:
        text = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=True)
        try:
            yield text
        finally:
            text.detach()
        return
    try:
        # Made by `mkstemp`, a file is its owner's alone: customers' names and words are in it.
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise CommandFailed(f"{out} cannot be written: {error.strerror}") from error
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
