"""`firstcall playbook`: check edited texts, and give a workspace its own cadence, playbook and trade."""

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
from handlers.workspace import team_playbook
from handlers.workspace.team_playbook import UnknownChannelError, UnknownTradeError
from prompts.cadence import read_cadence_overrides
from prompts.playbook import read_changes
from prompts.validation import check_locales, shipped_locales


@click.group()
def command() -> None:
    """Check the playbook and the other texts, and give a workspace its own cadence, playbook and trade."""


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
    own = read_cadence_overrides(str(file), _text_of(file))
    with open_database(load_settings().database_url) as database:
        for each in find_workspaces(database, workspace):
            database.write_sync(replanning.set_cadence, each.id, own)
            while database.write_sync(replanning.replan_next_batch, each.id, datetime.now(UTC)):
                pass
    click.echo(f"{workspace} now has its own cadence." if own else f"{workspace} now has the default cadence.")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@workspace_option(required=True)
def use(file: Path, workspace: str) -> None:
    """Give a workspace its own playbook: FILE contains only what differs from playbook.toml.

    Each use is a new version; an empty file restores the playbook that FirstCall ships. It applies from the next
    screen on, also for calls under way.
    """
    changes = read_changes(str(file), _text_of(file))
    with open_database(load_settings().database_url) as database:
        for each in find_workspaces(database, workspace):
            number = database.write_sync(team_playbook.use, each.id, changes, datetime.now(UTC))
            click.echo(f"{workspace} now uses version {number} of its playbook." if number else "Nothing to change.")


@command.command()
@click.option("--show", type=int, help="Print what this version changes, to edit it or to use it again.")
@workspace_option(required=True)
def versions(show: int | None, workspace: str) -> None:
    """List the versions of a workspace's playbook; the last one applies."""
    with open_database(load_settings().database_url) as database:
        for each in find_workspaces(database, workspace):
            found = database.read_sync(team_playbook.versions, each.id)
            if show is not None:
                wanted = next((version for version in found if version.number == show), None)
                if wanted is None:
                    raise CommandFailed(f"{workspace} has no version {show} of its playbook")
                click.echo(wanted.changes, nl=False)
                continue
            for version in found:
                lines = len(version.changes.splitlines())
                click.echo(f"{version.number}  {version.at:%Y-%m-%d %H:%M} UTC  {lines} lines")
            if not found:
                click.echo(f"{workspace} uses the playbook that FirstCall ships.")


@command.command()
@click.argument("trade")
@click.option("--channel", help="Only for the team that posts its wins in this channel: its id on the platform.")
@workspace_option(required=True)
def trade(trade: str, channel: str | None, workspace: str) -> None:
    """Choose the talk track of a workspace: TRADE is a trade of its playbook, such as software, or none."""
    chosen = "" if trade == "none" else trade
    with open_database(load_settings().database_url) as database:
        for each in find_workspaces(database, workspace):
            try:
                database.write_sync(team_playbook.set_trade, each.id, chosen, channel)
            except UnknownTradeError as error:
                raise CommandFailed(f"{trade} is no trade of the playbook; it has {', '.join(error.known)}") from error
            except UnknownChannelError as error:
                raise CommandFailed(f"{workspace} has no channel {channel}") from error
    click.echo(f"{channel or workspace} now has the talk track of {trade}.")


def _text_of(file: Path) -> str:
    """The text of a file that somebody edited. Raises `CommandFailed` if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{file} is not UTF-8 text: {error.reason} at byte {error.start}") from error
