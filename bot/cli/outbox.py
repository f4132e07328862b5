"""`firstcall outbox`: what waits to be sent, what was given up and why; try it again, or cancel it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bot.cli.database import open_database
from bot.cli.exit_codes import CommandFailed
from bot.cli.workspaces import find_workspaces, workspace_option
from bot.settings import load_settings
from storage import outbox_admin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handlers.export import Workspace
    from storage.database import Database
    from storage.models import OutboxRow

STATES = ("queued", "claimed", "sent", "folded", "cancelled", "dead")
UNSETTLED = ("queued", "claimed", "dead")
"""What is shown unless states are asked for: all that is not well and done."""

ids_argument = click.argument("ids", nargs=-1, type=click.IntRange(min=1))


@click.group()
def command() -> None:
    """Look after the messages that are on their way: each is a row with an id, a state and a reason."""


@command.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(STATES),
    help="Only rows in this state; may be said several times. Otherwise all that is not well and done.",
)
@workspace_option()
@click.option("--deal", type=int, help="Only rows of this deal: its number in the export.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object to a line, for programs.")
def show(states: tuple[str, ...], workspace: str | None, deal: int | None, as_json: bool) -> None:
    """List messages with id, state, kind, recipient, due time (UTC), tries and reason, but never with their text."""
    count = 0
    with open_database(load_settings().database_url) as database:
        for whose, row in _rows(database, find_workspaces(database, workspace), states or UNSETTLED, deal):
            shown = _shown(whose, row)
            if as_json:
                click.echo(json.dumps(shown, ensure_ascii=False))
            else:
                if not count:
                    click.echo(_line(HEADINGS))
                click.echo(_line({**shown, "due_at": f"{row.due_at:%Y-%m-%d %H:%M}"}))
            count += 1
    if not count:
        click.echo("No such messages.", err=True)


@command.command()
@ids_argument
@click.option("--reason", help="All that were given up for just this reason, as `firstcall outbox list` shows it.")
@workspace_option()
def retry(ids: tuple[int, ...], reason: str | None, workspace: str | None) -> None:
    """Send messages that were given up: those with these IDS, or all that were given up for a reason.

    Whatever has become pointless meanwhile is cancelled rather than sent, and what would come at night waits for
    working hours.
    """
    if not ids and reason is None:
        raise click.UsageError("Say which: ids, or --reason.")
    now = datetime.now(UTC)
    with open_database(load_settings().database_url) as database:
        done = _for_each(
            find_workspaces(database, workspace),
            lambda tenant_id: database.write_sync(outbox_admin.retry, tenant_id, ids=ids, reason=reason, now=now),
        )
    click.echo(f"{_messages(len(done))} queued again; a bot that runs sends within half a minute.", err=True)
    _require_all(ids, done, "not given up")


@command.command()
@ids_argument
@click.option("--reason", required=True, help="Why; it is kept on the row.")
@workspace_option()
def cancel(ids: tuple[int, ...], reason: str, workspace: str | None) -> None:
    """Cancel the messages with these IDS, which wait or were given up. What is just being sent is not stopped."""
    if not ids:
        raise click.UsageError("Say which: one id or more.")
    now = datetime.now(UTC)
    with open_database(load_settings().database_url) as database:
        done = _for_each(
            find_workspaces(database, workspace),
            lambda tenant_id: database.write_sync(outbox_admin.cancel, tenant_id, ids=ids, reason=reason, now=now),
        )
    click.echo(f"{_messages(len(done))} cancelled.", err=True)
    _require_all(ids, done, "neither waiting nor given up")


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _require_all(ids: tuple[int, ...], done: set[int], why: str) -> None:
    """Raises `Failed` with the ids that nothing could be done for; the others are done."""
    left = [str(each) for each in ids if each not in done]
    if left:
        raise CommandFailed(f"{why}, or not there: {', '.join(left)}")


def _for_each(workspaces: list[Workspace], do: Callable[[int], list[int]]) -> set[int]:
    """Do it in every workspace; gives the ids of all rows that it was done to."""
    return {row_id for workspace in workspaces for row_id in do(workspace.id)}


def _rows(
    database: Database, workspaces: list[Workspace], states: tuple[str, ...], deal: int | None
) -> Iterator[tuple[Workspace, OutboxRow]]:
    """The rows that were asked for, a page in memory at a time."""
    for workspace in workspaces:
        last = 0
        while page := database.read_sync(outbox_admin.page, workspace.id, states=states, deal_id=deal, after=last):
            yield from ((workspace, row) for row in page)
            last = page[-1].id


def _shown(workspace: Workspace, row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "kind": row.kind,
        "due_at": row.due_at.isoformat(),
        "planned_at": row.meant_for.isoformat(),
        "attempts": row.attempts,
        "deal": row.deal_id,
        "to": row.person.external_id if row.person else row.channel,
        "workspace": workspace.external_id,
        "reason": row.reason,
    }


HEADINGS = {
    "id": "id",
    "state": "state",
    "kind": "kind",
    "due_at": "due (UTC)",
    "attempts": "tries",
    "deal": "deal",
    "to": "to",
    "workspace": "workspace",
    "reason": "reason",
}


def _line(shown: dict[str, Any]) -> str:
    """A row of the table."""
    deal = "-" if shown["deal"] is None else shown["deal"]
    to = shown["to"] or "-"
    return (
        f"{shown['id']:>7}  {shown['state']:<9}  {shown['kind']:<14}  {shown['due_at']:<16}  {shown['attempts']:>5}  "
        f"{deal:>6}  {to:<12}  {shown['workspace']:<12}  {shown['reason'] or ''}"
    ).rstrip()
