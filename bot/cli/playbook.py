"""`firstcall playbook`: what a sales-enablement person needs who edits the playbook, the words or the coach."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.database import open_database
from bot.cli.exit_codes import CommandFailed, ExitCode
from bot.cli.workspaces import find_workspaces, workspace_option
from bot.settings import load_settings
from handlers.reminders import replanning
from prompts.cadence import read_cadence_overrides
from prompts.validation import check_locales, shipped_locales


@click.group()
def command() -> None:
    """Look after the playbook, the words and the coach."""


@command.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path | None) -> None:
    """Say what is wrong in the files of FOLDER, with file and line.

    FOLDER holds a folder for each locale, or is the one of a single locale. Without it, those that FirstCall uses are
    checked. The exit code is 1 when something is wrong.
    """
    checked = check_locales(folder, str(folder)) if folder else check_locales(shipped_locales(), "prompts/locales")
    for problem in checked.problems:
        click.echo(str(problem))
    if checked.problems:
        click.echo(f"firstcall: {len(checked.problems)} to put right.", err=True)
        sys.exit(ExitCode.FAILED)
    click.echo("All fine.")
    for name, count in checked.entries.items():
        click.echo(f"  {name}: {count} entries")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@workspace_option(required=True, accepts_tenant=True)
def cadence(file: Path, workspace: str) -> None:
    """Give a workspace a cadence of its own: FILE has what is different from cadence.toml.

    An empty file gives it ours again. All that waits is planned anew; should this be stopped half-way, a bot that runs
    does the rest within the hour.
    """
    try:
        own = read_cadence_overrides(str(file), file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}") from error
    with open_database(load_settings().database_url) as database:
        for each in find_workspaces(database, workspace):
            database.write_sync(replanning.set_cadence, each.id, own)
            while database.write_sync(replanning.replan_next_batch, each.id, datetime.now(UTC)):
                pass
    click.echo(f"{workspace} now has its own cadence." if own else f"{workspace} now has the default cadence.")
