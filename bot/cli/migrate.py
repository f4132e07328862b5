"""`firstcall migrate`: upgrade the database to this version's tables."""

from __future__ import annotations

import click

from bot.cli.database import one_line_errors, open_database
from bot.settings import load_settings
from storage.migrate import upgrade


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit with code 4 if an upgrade is needed.")
def command(check: bool) -> None:
    """Bring the database up to date. A missing SQLite file is created.

    Stop the bot and make a backup first. An upgrade happens completely or not at all, and only the backup can undo it.
    """
    url = load_settings().database_url
    if check:
        with open_database(url):
            click.echo("The database is up to date.")
        return
    with one_line_errors(url):
        applied = upgrade(url)
    click.echo(f"Applied {', '.join(applied)}." if applied else "The database was up to date already.")
