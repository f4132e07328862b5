"""The whole command line: help is quick and complete, and exit codes match docs/cli.md."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from bot.cli import MODULES, SUBCOMMANDS, main
from bot.cli.exit_codes import CODES, CommandFailed, ExitCode
from bot.settings import SettingsError
from prompts.errors import FirstCallError
from storage.errors import DatabaseClosedError
from tests.cli.conftest import CommandLine

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def test_help_lists_every_command(firstcall: CommandLine) -> None:
    shown = firstcall("--help")
    assert shown.exit_code == ExitCode.FINE
    for name, summary in SUBCOMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(summary)}$", shown.output, re.MULTILINE)


def test_a_shell_completes_the_commands() -> None:
    completion = ShellComplete(main, {}, "firstcall", "_FIRSTCALL_COMPLETE")
    assert [item.value for item in completion.get_completions([], "d")] == ["demo", "doctor", "detect"]


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_each_command_explains_itself(name: str, firstcall: CommandLine) -> None:
    shown = firstcall(name, "--help")
    assert shown.exit_code == ExitCode.FINE
    assert shown.output.startswith(f"Usage: firstcall {name}")
    for line in shown.output.splitlines():
        assert len(line) <= 100
    command = import_module(MODULES[name]).command
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or parameter.help, f"{parameter.name} has no help"


def test_the_docs_name_every_command() -> None:
    assert set(re.findall(r"^\| `firstcall (\w+)", DOCS.read_text("utf-8"), re.MULTILINE)) == set(SUBCOMMANDS)


def test_the_docs_name_every_exit_code() -> None:
    rows = re.findall(r"^\| (\d) \| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert [(int(code), name) for code, name in rows] == [(code.value, code.name) for code in ExitCode]


def test_help_imports_no_heavy_package() -> None:
    """Imports take most of the time, and they are the same on every machine."""
    script = (
        "import sys, bot.cli; bot.cli.main(['--help'], standalone_mode=False);"
        "print('loaded', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = set(shown.splitlines()[-1].split())
    assert "click" in loaded
    assert not loaded & {"aiohttp", "alembic", "pydantic", "rich", "slack_bolt", "sqlalchemy", "storage", "structlog"}


def test_help_is_quick() -> None:
    """About 0.05 s. Measures CPU time, so that a busy machine does not count."""
    without_coverage = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    took = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, check=True, env=without_coverage)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < 0.15


def test_the_version_is_that_of_the_package(firstcall: CommandLine) -> None:
    assert firstcall("--version").output == f"firstcall {version('firstcall')}\n"


@pytest.mark.parametrize("arguments", [["sell"], ["--loud"], ["migrate", "--loud"], ["export", "--format", "xml"]])
def test_wrong_use_has_its_own_code(arguments: list[str], firstcall: CommandLine) -> None:
    result = firstcall(*arguments)
    assert result.exit_code == ExitCode.WRONG_USE
    assert result.stdout == ""


@pytest.mark.parametrize("name", CODES)
def test_each_class_with_a_code_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert issubclass(getattr(import_module(module), kind), FirstCallError)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FirstCallError("x"), ExitCode.FAILED),
        (SettingsError("A", "A is missing."), ExitCode.SETTINGS),
        (DatabaseClosedError(), ExitCode.DATABASE),
    ],
)
def test_a_firstcall_error_keeps_its_sentence_and_gets_a_code(error: FirstCallError, code: ExitCode) -> None:
    failed = CommandFailed.from_error(error)
    assert (failed.message, failed.exit_code) == (str(error), code)


@pytest.mark.parametrize("arguments", [["run"], ["migrate"], ["export"], ["migrate", "--check"]])
def test_a_wrong_setting_stops_every_command_that_reads_it(arguments: list[str], firstcall: CommandLine) -> None:
    result = firstcall(*arguments, FIRSTCALL_PORT="http")
    assert result.exit_code == ExitCode.SETTINGS
    assert result.stdout == ""
    assert result.stderr.startswith("firstcall: FIRSTCALL_PORT must be ")
    assert result.stderr.count("\n") == 1


def test_it_runs_as_a_module() -> None:
    shown = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True).stdout
    assert shown.startswith("Usage: firstcall ")
