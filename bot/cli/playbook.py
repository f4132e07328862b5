"""`firstcall playbook`: what a sales-enablement person needs who edits the playbook, the words or the coach."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.cli.exits import Exit
from prompts.checking import check_locales, our_locales


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
    checked = check_locales(our_locales(), "prompts/locales") if folder is None else check_locales(folder, str(folder))
    for problem in checked.problems:
        click.echo(str(problem))
    if checked.problems:
        click.echo(f"firstcall: {len(checked.problems)} to put right.", err=True)
        sys.exit(Exit.FAILED)
    click.echo("All fine.")
    for name, count in checked.entries.items():
        click.echo(f"  {name}: {count} entries")
