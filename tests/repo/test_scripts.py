"""The scripts on a machine where something is missing: each says in a line what it is and what to do."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.repo.tracked import ROOT, tracked

# What the scripts call besides Python; all of it is POSIX.
COMMANDS = ("cat", "cksum", "dirname", "env", "head", "id", "mktemp", "rm", "sh", "sleep", "tail", "uname")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the scripts, and `bin` with the plainest commands: no Python, no apt-get, no sudo."""
    shutil.copytree(ROOT / "script", tmp_path / "project" / "script")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "project")
    (tmp_path / "bin").mkdir()
    for name in COMMANDS:
        found = shutil.which(name)
        if found:
            (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def command(machine: Path, name: str, script: str) -> None:
    """Put a command on the machine."""
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", *arguments],
        cwd=machine / "project",
        env={"PATH": str(machine / "bin"), "HOME": str(machine)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("script", ["script/demo", "script/test"])
def test_without_python_it_says_so(script: str, machine: Path) -> None:
    result = run(machine, script)
    assert result.returncode == 1
    assert result.stderr == (
        "FirstCall needs Python 3.11 or newer, and there is no python3 here. Install it and run this again.\n"
    )


def test_an_old_python_is_named(machine: Path) -> None:
    command(machine, "python3", 'case "$1" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    result = run(machine, "script/demo")
    assert result.returncode == 1
    assert "python3 here is Python 3.9.2" in result.stderr
    assert "PYTHON=" in result.stderr


def test_a_newer_python_beside_the_old_one_is_found(machine: Path) -> None:
    command(machine, "python3", "exit 1")
    command(machine, "python3.12", 'case "$2" in *ensurepip*) exit 1 ;; *version_info\\[:2\\]*) echo 3.12 ;; esac')
    result = run(machine, "script/demo")
    assert result.returncode == 1
    assert result.stderr == (
        "This Python has no venv module. On Debian and Ubuntu: apt-get install python3.12-venv, then run this again.\n"
    )


def test_what_pip_said_is_shown_when_it_fails(machine: Path) -> None:
    python = machine / "project" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\ncase "$*" in *pip*) echo "no route to host"; exit 1 ;; esac\n')
    python.chmod(0o755)
    result = run(machine, "script/demo")
    assert result.returncode == 1
    assert "no route to host" in result.stderr
    assert "pip needs the network" in result.stderr


def test_the_second_start_installs_nothing(machine: Path) -> None:
    python = machine / "project" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\ncase "$*" in -c*) ;; *) echo "$*" >>{machine}/calls ;; esac\n')
    python.chmod(0o755)
    for _ in range(2):
        assert run(machine, "script/demo", "--no-browser").returncode == 0
    calls = (machine / "calls").read_text().splitlines()
    assert [call.split()[1] for call in calls] == ["pip", "pip", "bot", "bot"]
    assert calls[-1] == "-m bot demo --no-browser"


def test_a_changed_lock_is_installed(machine: Path) -> None:
    python = machine / "project" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\ncase "$*" in -c*) ;; *) echo "$*" >>{machine}/calls ;; esac\n')
    python.chmod(0o755)
    run(machine, "script/demo")
    with (machine / "project" / "script" / "locks" / "run.txt").open("a") as lock:
        lock.write("# one more\n")
    run(machine, "script/demo")
    assert (machine / "calls").read_text().count("--require-hashes") == 2


def test_an_environment_that_was_moved_is_made_anew(machine: Path) -> None:
    venv = machine / "project" / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "made-in").write_text("/elsewhere\n")
    result = run(machine, "script/demo")
    assert result.returncode == 1  # there is no Python to make it with
    assert not venv.exists()


def test_the_scripts_are_plain_sh() -> None:
    names = [name for name in tracked() if re.fullmatch(r"(script|\.ci)/[^/.]+", name)]
    shell = [name for name in names if "python" not in (ROOT / name).read_text("utf-8").splitlines()[0]]
    assert {".ci/run", "script/demo", "script/test"} <= set(shell)
    for name in shell:
        subprocess.run(["/bin/sh", "-n", str(ROOT / name)], check=True)
    assert [name for name in names if not os.access(ROOT / name, os.X_OK)] == ["script/environment"]


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REPORT = {
    "dependencies": [
        {"name": "fine", "version": "1", "vulns": []},
        {"name": "bad", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]},
        {"name": "worse", "version": "4", "vulns": [{"id": "CVE-2", "fix_versions": []}]},
        {"name": "odd", "skip_reason": "not found"},
    ]
}


def test_every_vulnerability_is_found_with_what_fixes_it(audit: ModuleType) -> None:
    assert audit.findings(REPORT) == [("bad 2", "CVE-1", ["3"]), ("worse 4", "CVE-2", [])]


@pytest.mark.parametrize(
    ("says", "code", "told"),
    [
        (
            'echo "{\\"dependencies\\": [{\\"name\\": \\"a\\", \\"version\\": \\"1\\", \\"vulns\\": []}]}"',
            0,
            "1 packages",
        ),
        ("echo no network >&2; exit 1", 0, "warning: the vulnerabilities could not be looked up: no network"),
    ],
)
def test_a_missing_network_warns_and_a_fix_that_was_missed_fails(
    says: str,
    code: int,
    told: str,
    audit: ModuleType,
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command(machine, "python", says)
    monkeypatch.chdir(machine)
    (machine / "report.json").write_text(json.dumps(REPORT))
    monkeypatch.setattr(audit.sys, "executable", str(machine / "bin" / "python"))
    assert audit.main() == code
    assert told in capsys.readouterr().out
