"""`firstcall export`: every deal with its evidence, as JSON or CSV (docs/export.md)."""

from __future__ import annotations

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
from handlers.csv_export import csv_head, csv_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storage.database import Database


@click.command()
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="json has everything; csv has one row per confirmation.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, readable only by you. Default: standard output.",
)
@workspace_option(accepts_tenant=True)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Only deals detected since then, in UTC.",
)
def command(file_format: str, out: Path | None, workspace: str | None, since: datetime | None) -> None:
    """Export every deal with its statements, their versions, and the customer's answers.

    The file appears only when it is complete. Deals are read in small batches, so a database of any size will do.
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
    """The deals, with one page in memory at a time."""
    for workspace in workspaces:
        last = 0
        while page := database.read_sync(export.page, workspace, after=last, since=since):
            yield from page
            last = page[-1]["id"]


def _write_json(deals: Iterable[dict[str, Any]], file: IO[str]) -> int:
    """Write one JSON object, with one deal per line. Returns the number of deals."""
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
    """Write a header and rows of `export.COLUMNS`, after a byte order mark for Excel. Returns the number of deals."""
    file.write(csv_head())
    count = 0
    for deal in deals:
        file.write(csv_rows(deal))
        count += 1
    return count


@contextmanager
def _destination(out: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a new file that is renamed to `out` when complete. UTF-8, with line ends as written.

    Raises:
        CommandFailed: the file cannot be written.
    """
    if out is None:
        text = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=True)
        try:
            yield text
        finally:
            text.detach()
        return
    try:
        # `mkstemp` makes the file readable only by its owner: it holds customers' names and words.
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise CommandFailed(f"{out} cannot be written: {error.strerror}") from error
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(out)
    except OSError as error:
        raise CommandFailed(f"{out} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
