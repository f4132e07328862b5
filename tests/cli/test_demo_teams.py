"""`firstcall demo --teams` without Node or npm, and the lock of the playground."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.demo.command import DEMO_FILES
from bot.cli.demo.teams_playground.program import HERE, LOCK, OWN_LOG, PACKAGE, program
from bot.cli.exit_codes import ExitCode
from tests.cli.conftest import CommandLine
from tests.ports import free_ports

PINNED = "node_modules/@microsoft/m365agentsplayground"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def command(machine: Path, name: str, script: str) -> None:
    path = machine / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def refused(firstcall: CommandLine) -> str:
    result = firstcall("demo", "--teams", "--no-browser", "--port", str(free_ports(2)))
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr.startswith("firstcall: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_without_node_it_says_so(machine: Path, firstcall: CommandLine) -> None:
    said = refused(firstcall)
    assert "needs Node.js 20 or newer, but it is not installed" in said
    assert said.endswith("which does not need it: firstcall demo\n")


@pytest.mark.parametrize("version", ["v18.20.4", "", "broken"])
def test_an_old_node_is_refused_by_version(version: str, machine: Path, firstcall: CommandLine) -> None:
    command(machine, "node", f"echo {version}")
    assert f"but this is {version or machine}" in refused(firstcall)


def test_without_npm_it_says_so(machine: Path, firstcall: CommandLine) -> None:
    command(machine, "node", "echo v20.20.2")
    assert "needs npm" in refused(firstcall)


def test_an_npm_error_is_shown_and_nothing_counts_as_installed(machine: Path, firstcall: CommandLine) -> None:
    command(machine, "node", "echo v20.20.2")
    command(machine, "npm", "echo npm error no route to host >&2; exit 1")
    assert "npm could not fetch the playground (npm error no route to host)" in refused(firstcall)
    assert not Path(".demo/teams/playground/installed.json").exists()


def test_the_playground_deletes_only_a_file_of_the_demo(machine: Path, tmp_path: Path) -> None:
    """It removes its log file at startup, whatever that is."""
    command(machine, "node", "echo v20.20.2")
    started = program(tmp_path / "cli.js", port=1, bot="http://127.0.0.1:2", folder=tmp_path)
    assert Path(started.environment["M365_AGENTS_PLAYGROUND_LOGFILE"]) == tmp_path / OWN_LOG
    assert OWN_LOG in DEMO_FILES
    assert started.log.name in DEMO_FILES


def test_the_lock_pins_one_package_by_its_hash_and_names_no_address() -> None:
    wanted: dict[str, Any] = json.loads((HERE / PACKAGE).read_text("utf-8"))
    lock: dict[str, Any] = json.loads((HERE / LOCK).read_text("utf-8"))
    [package] = wanted["dependencies"].items()
    assert package == ("@microsoft/m365agentsplayground", lock["packages"][PINNED]["version"])
    assert lock["packages"][""]["dependencies"] == wanted["dependencies"]
    assert set(lock["packages"]) == {"", PINNED}
    assert lock["packages"][PINNED]["integrity"].startswith("sha512-")
    assert "://" not in (HERE / LOCK).read_text("utf-8")
