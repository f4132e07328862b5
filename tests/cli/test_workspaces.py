"""`--workspace` selects a workspace in every command; `--tenant`, its former name, still works and says so."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from bot.cli import main
from bot.cli.exit_codes import ExitCode
from storage.database import Database
from tests.cli.conftest import CommandLine
from tests.handlers.world import World

NOTICE = "firstcall: --tenant is now called --workspace\n"


@pytest.fixture
def url(database_url: str) -> str:
    """A database with two workspaces, T_EAST and T_WEST."""
    database = Database(database_url)
    for workspace in ("T_EAST", "T_WEST"):
        World(database, workspace=workspace).a_deal()
    database.close_sync()
    return database_url


def with_workspace_option(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The commands that take `--workspace`."""
    if any("--workspace" in parameter.opts for parameter in command.params):
        yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            subcommand = command.get_command(context, name)
            assert subcommand is not None
            yield from with_workspace_option(subcommand, (*path, name))


COMMANDS = list(with_workspace_option(main))
RENAMED = [("export",), ("schedule",), ("playbook", "cadence")]


def arguments(command: tuple[str, ...]) -> list[str]:
    """The command with what it needs besides a workspace."""
    return [
        *command,
        *{
            "cadence": ["/dev/null"],
            "use": ["/dev/null"],
            "trade": ["software"],
            "import": ["--list"],
            "retry": ["1"],
            "cancel": ["1", "--reason", "he left"],
        }.get(command[-1], []),
    ]


def test_the_commands_are_found() -> None:
    assert len(COMMANDS) == 10
    assert set(RENAMED) < set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_unknown_workspace_fails_and_the_known_ones_are_listed(
    firstcall: CommandLine, url: str, command: tuple[str, ...]
) -> None:
    result = firstcall(*arguments(command), "--workspace", "T9", DATABASE_URL=url)
    assert (result.exit_code, result.stdout) == (ExitCode.FAILED, "")
    assert result.stderr == "firstcall: this database knows no workspace T9; it knows T_EAST, T_WEST\n"


@pytest.mark.parametrize("command", RENAMED, ids=" ".join)
def test_the_former_name_does_the_same_and_says_its_new_name(
    firstcall: CommandLine, url: str, command: tuple[str, ...]
) -> None:
    new = firstcall(*arguments(command), "--workspace", "T_WEST", DATABASE_URL=url)
    old = firstcall(*arguments(command), "--tenant", "T_WEST", DATABASE_URL=url)
    assert (new.exit_code, new.stderr, old.exit_code, old.stderr) == (ExitCode.FINE, "", ExitCode.FINE, NOTICE)
    assert without_time(old.stdout) == without_time(new.stdout)
    assert "T_WEST" in new.stdout
    assert "T_EAST" not in new.stdout


def without_time(printed: str) -> list[str]:
    """The lines of the output but the one with the time at which an export was written."""
    return [line for line in printed.splitlines() if "written_at" not in line]


@pytest.mark.parametrize("command", RENAMED, ids=" ".join)
def test_the_former_name_is_not_in_the_help(firstcall: CommandLine, command: tuple[str, ...]) -> None:
    shown = firstcall(*command, "--help").stdout
    assert "--workspace" in shown
    assert "--tenant" not in shown


def test_the_new_name_counts_if_both_are_given(firstcall: CommandLine, url: str) -> None:
    result = firstcall("schedule", "--workspace", "T_WEST", "--tenant", "T_EAST", DATABASE_URL=url)
    assert result.stdout.startswith("T_WEST: ")
    assert result.stderr == NOTICE


def test_a_required_workspace_that_is_missing_is_wrong_use(firstcall: CommandLine, url: str) -> None:
    result = firstcall("playbook", "cadence", "/dev/null", DATABASE_URL=url)
    assert result.exit_code == ExitCode.WRONG_USE
    assert "--workspace" in result.stderr
