"""`firstcall migrate`: bring the database to this version's tables."""

from __future__ import annotations

import click

from bot.cli.database import one_line_errors, open_database
from bot.settings import load_settings
from storage.migrate import upgrade


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit code 4 when there is something to do.")
def command(check: bool) -> None:
    """Bring the database up to date; an SQLite file is created when there is none.

    Make a backup first, and end the bot: an upgrade happens as a whole or not at all, and there is no way back but the
    backup.
    """
    url = load_settings().database_url
    if check:
        with open_database(url):
            click.echo("The database is up to date.")
        return
    with one_line_errors():
        applied = upgrade(url)
    click.echo(f"Applied {', '.join(applied)}." if applied else "The database was up to date already.")
