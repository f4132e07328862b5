"""`firstcall outbox`: list pending and undelivered messages, and retry or cancel them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bot.cli.database import open_database
from bot.cli.exit_codes import CommandFailed
from bot.cli.workspaces import find_workspaces, workspace_option
from bot.settings import load_settings
from bot.ui.numbers import MAX_NUMBER
from storage import outbox_admin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handlers.export import Workspace
    from storage.database import Database
    from storage.models import OutboxRow

STATES = ("queued", "claimed", "sent", "folded", "cancelled", "dead")
UNSETTLED = ("queued", "claimed", "dead")
"""The states listed by default."""

ids_argument = click.argument("ids", nargs=-1, type=click.IntRange(1, MAX_NUMBER))


def _text(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """An argument in another encoding has characters that no database takes; they become question marks."""
    return value and value.encode("utf-8", "replace").decode("utf-8")


@click.group()
def command() -> None:
    """List, retry and cancel outgoing messages. Each is a row with an id, a state and a reason."""


@command.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(STATES),
    help="Only messages in this state; repeatable. Default: queued, claimed and dead.",
)
@workspace_option()
@click.option("--deal", type=click.IntRange(1, MAX_NUMBER), help="Only messages of this deal: its id in the export.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def show(states: tuple[str, ...], workspace: str | None, deal: int | None, as_json: bool) -> None:
    """List messages with id, state, kind, recipient, due time (UTC), tries and reason, but never their text."""
    count = 0
    with open_database(load_settings().database_url) as database:
        for tenant, row in _rows(database, find_workspaces(database, workspace), states or UNSETTLED, deal):
            shown = _shown(tenant, row)
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
@click.option(
    "--reason", callback=_text, help="All undelivered messages with exactly this reason, as `outbox list` shows it."
)
@workspace_option()
def retry(ids: tuple[int, ...], reason: str | None, workspace: str | None) -> None:
    """Retry undelivered messages: those with these IDS, or all with the same reason.

    A message that has become pointless is cancelled instead, and one that would arrive at night waits for working
    hours.
    """
    if not ids and reason is None:
        raise click.UsageError("Say which: ids, or --reason.")
    now = datetime.now(UTC)
    with open_database(load_settings().database_url) as database:
        done = _for_each(
            find_workspaces(database, workspace),
            lambda tenant_id: database.write_sync(outbox_admin.retry, tenant_id, ids=ids, reason=reason, now=now),
        )
    click.echo(f"{_messages(len(done))} queued again; a running bot sends within half a minute.", err=True)
    _require_all(ids, done, "not dead")


@command.command()
@ids_argument
@click.option("--reason", required=True, callback=_text, help="Why; it is stored with the message.")
@workspace_option()
def cancel(ids: tuple[int, ...], reason: str, workspace: str | None) -> None:
    """Cancel the pending or undelivered messages with these IDS. A message that is being sent is not stopped."""
    if not ids:
        raise click.UsageError("Say which: one id or more.")
    now = datetime.now(UTC)
    with open_database(load_settings().database_url) as database:
        done = _for_each(
            find_workspaces(database, workspace),
            lambda tenant_id: database.write_sync(outbox_admin.cancel, tenant_id, ids=ids, reason=reason, now=now),
        )
    click.echo(f"{_messages(len(done))} cancelled.", err=True)
    _require_all(ids, done, "neither queued nor dead")


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _require_all(ids: tuple[int, ...], done: set[int], why: str) -> None:
    """Raises `CommandFailed` with the ids that are not in `done`."""
    left = [str(each) for each in ids if each not in done]
    if left:
        raise CommandFailed(f"{why}, or no such id: {', '.join(left)}")


def _for_each(workspaces: list[Workspace], do: Callable[[int], list[int]]) -> set[int]:
    """Call `do` for every workspace; returns the ids of all changed rows."""
    return {row_id for workspace in workspaces for row_id in do(workspace.id)}


def _rows(
    database: Database, workspaces: list[Workspace], states: tuple[str, ...], deal: int | None
) -> Iterator[tuple[Workspace, OutboxRow]]:
    """The matching rows, with one page in memory at a time."""
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
