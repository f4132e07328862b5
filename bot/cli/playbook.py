"""`firstcall playbook`: check edited texts, and give a workspace its own cadence."""

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
    """Check the playbook and the other texts, and give a workspace its own cadence."""


@command.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path | None) -> None:
    """Report mistakes in the files of FOLDER, with file and line.

    FOLDER contains a folder per locale, or is the folder of one locale. Default: the texts that FirstCall uses. The
    exit code is 1 if there are mistakes.
    """
    checked = check_locales(folder, str(folder)) if folder else check_locales(shipped_locales(), "prompts/locales")
    for problem in checked.problems:
        click.echo(str(problem))
    if checked.problems:
        click.echo(f"firstcall: {len(checked.problems)} to correct.", err=True)
        sys.exit(ExitCode.FAILED)
    click.echo("No mistakes found.")
    for name, count in checked.entries.items():
        click.echo(f"  {name}: {count} entries")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@workspace_option(required=True, accepts_tenant=True)
def cadence(file: Path, workspace: str) -> None:
    """Give a workspace its own cadence: FILE contains only what differs from cadence.toml.

    An empty file restores the default cadence. All pending reminders are replanned. If that is interrupted, a running
    bot finishes it within the hour.
    """
    try:
        own = read_cadence_overrides(str(file), file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{file} is not UTF-8 text: {error.reason} at byte {error.start}") from error
    with open_database(load_settings().database_url) as database:
        for each in find_workspaces(database, workspace):
            database.write_sync(replanning.set_cadence, each.id, own)
            while database.write_sync(replanning.replan_next_batch, each.id, datetime.now(UTC)):
                pass
    click.echo(f"{workspace} now has its own cadence." if own else f"{workspace} now has the default cadence.")
