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


@pytest.fixture
def python(machine: Path) -> None:
    """A Python that makes environments, and notes what it is asked to run in them. Nobody sleeps long beside it."""
    (machine / "bin" / "sleep").unlink()
    command(machine, "sleep", f"exec {shutil.which('sleep')} 0.02")
    made = machine / "made"
    made.write_text(f'#!/bin/sh\ncase "$*" in -c*) ;; *) echo "$*" >>{machine}/calls ;; esac\n')
    made.chmod(0o755)
    install = f"{shutil.which('install')} -D {made} .venv/bin/python"
    command(machine, "python3", f'case "$*" in "-m venv .venv") {install} ;; esac')


def calls(machine: Path) -> list[str]:
    return (machine / "calls").read_text().splitlines()


@pytest.mark.usefixtures("python")
def test_the_second_start_installs_nothing(machine: Path) -> None:
    for _ in range(2):
        assert run(machine, "script/demo", "--no-browser").returncode == 0
    packages, check, ours, *starts = calls(machine)
    assert packages.startswith("-m pip install ")
    assert packages.endswith(" --no-deps --require-hashes -r script/locks/run.txt")
    assert check.startswith("-m pip check ")
    assert ours.endswith(" --no-deps --no-build-isolation --no-index --editable .")
    assert starts == ["-m bot demo --no-browser"] * 2


@pytest.mark.usefixtures("python")
def test_a_changed_project_is_installed_into_the_environment_that_is_there(machine: Path) -> None:
    run(machine, "script/demo")
    (machine / "project" / ".venv" / "kept").touch()
    with (machine / "project" / "pyproject.toml").open("a") as project:
        project.write("# one more\n")
    run(machine, "script/demo")
    assert sum("--require-hashes" in call for call in calls(machine)) == 2
    assert (machine / "project" / ".venv" / "kept").exists()


@pytest.mark.usefixtures("python")
def test_with_another_lock_the_environment_is_made_anew(machine: Path) -> None:
    run(machine, "script/demo")
    (machine / "project" / ".venv" / "left").touch()
    with (machine / "project" / "script" / "locks" / "run.txt").open("a") as lock:
        lock.write("# one more\n")
    assert run(machine, "script/demo").returncode == 0
    assert sum("--require-hashes" in call for call in calls(machine)) == 2
    assert not (machine / "project" / ".venv" / "left").exists()


@pytest.mark.usefixtures("python")
def test_an_environment_that_was_moved_is_made_anew(machine: Path) -> None:
    project = machine / "project"
    run(machine, "script/demo")
    (project / ".venv" / "left").touch()
    (project / ".venv").rename(machine / "moved")
    shutil.copytree(project, machine / "elsewhere" / "project")
    (machine / "moved").rename(machine / "elsewhere" / "project" / ".venv")
    assert run(machine, str(machine / "elsewhere" / "project" / "script" / "demo")).returncode == 0
    assert sum("--require-hashes" in call for call in calls(machine)) == 2
    assert not (machine / "elsewhere" / "project" / ".venv" / "left").exists()


def test_packages_that_do_not_fit_are_not_started(machine: Path) -> None:
    python = machine / "project" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\necho "$*" >>{machine}/calls\n'
        'case "$*" in *"pip check"*) echo "one requires another"; exit 1 ;; esac\n'
    )
    python.chmod(0o755)
    result = run(machine, "script/demo")
    assert result.returncode == 1
    assert "one requires another" in result.stderr
    assert "Remove .venv and run this again." in result.stderr
    assert not any("-m bot" in call for call in calls(machine))


def test_the_scripts_are_plain_sh() -> None:
    names = [name for name in tracked() if re.fullmatch(r"(script|\.ci)/[^/.]+", name)]
    shell = [name for name in names if "python" not in (ROOT / name).read_text("utf-8").splitlines()[0]]
    assert {".ci/install", ".ci/run", "script/demo", "script/test"} <= set(shell)
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
