"""The `--workspace` option that several commands take, and the look-up behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli.exit_codes import CommandFailed
from handlers import export

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from handlers.export import Workspace
    from storage.database import Database

C = TypeVar("C", bound="Callable[..., Any]")

_HELP = "Only this workspace: its id on the platform, such as T0123ABCD."
_HELP_REQUIRED = "The workspace: its id on the platform, such as T0123ABCD."


def workspace_option(*, required: bool = False, accepts_tenant: bool = False) -> Callable[[C], C]:
    """Add `--workspace` to a command.

    `accepts_tenant` also takes `--tenant`, the option's former name: hidden in the help, with a notice on standard
    error. If both are given, `--workspace` counts.
    """

    def decorate(command: C) -> C:
        if accepts_tenant:
            command = click.option(
                "--tenant",
                help="The former name of --workspace.",
                hidden=True,
                expose_value=False,
                is_eager=True,
                callback=_use_as_workspace,
            )(command)
        help_text = _HELP_REQUIRED if required else _HELP
        return click.option("--workspace", required=required, help=help_text)(command)

    return decorate


def _use_as_workspace(context: click.Context, _option: click.Parameter, external_id: str | None) -> None:
    """Make the value of `--tenant` the default of `--workspace`. Being eager, it is read first."""
    if external_id is not None:
        click.echo("firstcall: --tenant is now called --workspace", err=True)
        context.default_map = {**(context.default_map or {}), "workspace": external_id}


def find_workspaces(database: Database, external_id: str | None) -> list[Workspace]:
    """All workspaces, or those with that id on their platform.

    Raises:
        CommandFailed: none has that id.
    """
    known = database.read_sync(export.workspaces)
    if external_id is None:
        return known
    found = [workspace for workspace in known if workspace.external_id == external_id]
    if not found:
        names = ", ".join(workspace.external_id for workspace in known) or "none at all"
        raise CommandFailed(f"this database knows no workspace {external_id}; it knows {names}")
    return found
