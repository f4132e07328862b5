"""`firstcall schedule`: the next messages of each workspace: when, to whom and why."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from bot.cli.database import open_database
from bot.cli.workspaces import find_workspaces, workspace_option
from bot.settings import load_settings
from handlers.method.time_zones import zone
from handlers.reminders.upcoming import PlannedMessage, next_messages

SHOWN = 20
WIDE = 160
"""Characters per line if the output is a file or a pipe, so that nothing is cut off."""


@click.command()
@workspace_option(accepts_tenant=True)
@click.option(
    "--next", "most", type=click.IntRange(1, 1000), default=SHOWN, show_default=True, help="How many per workspace."
)
def command(workspace: str | None, most: int) -> None:
    """Show the next messages of each workspace: when, to whom and why.

    Nothing is changed. Customers are not named: `deal` is the deal's id in the export.
    """
    with open_database(load_settings().database_url) as database:
        chosen = find_workspaces(database, workspace)
        console = Console(highlight=False, soft_wrap=False)
        if not console.is_terminal:
            console.width = WIDE
        for each in chosen:
            messages = database.read_sync(next_messages, each, most)
            click.echo(f"{each.name or each.external_id}: {len(messages)} planned")
            if messages:
                console.print(_table(messages))


def _table(messages: list[PlannedMessage]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("their time", "UTC", "to", "what", "deal", "why"):
        table.add_column(name, no_wrap=name != "why")
    for each in messages:
        table.add_row(
            f"{each.due_at.astimezone(zone(each.zone)):%a %d %b %H:%M} {each.zone}",
            f"{each.due_at:%Y-%m-%d %H:%M}",
            each.to,
            each.kind,
            "" if each.deal_id is None else str(each.deal_id),
            each.why,
        )
    return table
