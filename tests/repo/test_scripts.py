"""The scripts on a machine where something is missing: each prints one line with what is missing and what to do."""

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

# The commands that the scripts use besides Python; all of them are POSIX.
COMMANDS = ("cat", "cksum", "date", "dirname", "env", "head", "id", "mktemp", "rm", "sh", "sleep", "tail", "uname")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the scripts, and `bin` with the basic commands: no Python, no apt-get, no sudo."""
    return bare(tmp_path)


def bare(folder: Path) -> Path:
    shutil.copytree(ROOT / "script", folder / "project" / "script")
    shutil.copytree(ROOT / ".ci", folder / "project" / ".ci")
    shutil.copy(ROOT / "pyproject.toml", folder / "project")
    (folder / "bin").mkdir()
    for name in COMMANDS:
        found = shutil.which(name)
        if found:
            (folder / "bin" / name).symlink_to(found)
    return folder


def command(machine: Path, name: str, script: str) -> None:
    """Add a command to the machine."""
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
def test_a_missing_python_is_reported(script: str, machine: Path) -> None:
    result = run(machine, script)
    assert result.returncode == 1
    assert result.stderr == (
        "FirstCall needs Python 3.11 or newer, and there is no python3. Install it and run this again.\n"
    )


def test_an_old_python_is_reported_with_its_version(machine: Path) -> None:
    command(machine, "python3", 'case "$1" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    result = run(machine, "script/demo")
    assert result.returncode == 1
    assert "python3 is Python 3.9.2" in result.stderr
    assert "PYTHON=" in result.stderr


def test_a_newer_python_next_to_an_old_one_is_found(machine: Path) -> None:
    command(machine, "python3", "exit 1")
    command(machine, "python3.12", 'case "$2" in *ensurepip*) exit 1 ;; *version_info\\[:2\\]*) echo 3.12 ;; esac')
    result = run(machine, "script/demo")
    assert result.returncode == 1
    assert result.stderr == (
        "This Python has no venv module. On Debian and Ubuntu: apt-get install python3.12-venv, then run this again.\n"
    )


def test_the_output_of_a_failed_pip_is_shown(machine: Path) -> None:
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
    """A fake Python that creates environments and records the commands run in them; `sleep` is short."""
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
def test_only_script_test_without_arguments_leaves_tests_out(machine: Path) -> None:
    command(machine, "chromium", "exit 0")
    for arguments in ([], ["tests/repo"]):
        assert run(machine, "script/test", *arguments).returncode == 0
    everything, part = [call for call in calls(machine) if call.startswith("-m pytest")]
    assert everything.endswith(" -m not scripts")
    assert part.endswith(" tests/repo")
    assert "not scripts" not in part
    assert "not scripts" not in (ROOT / ".ci" / "run").read_text()


@pytest.mark.usefixtures("python")
def test_a_changed_project_is_installed_into_the_existing_environment(machine: Path) -> None:
    run(machine, "script/demo")
    (machine / "project" / ".venv" / "kept").touch()
    with (machine / "project" / "pyproject.toml").open("a") as project:
        project.write("# one more\n")
    run(machine, "script/demo")
    assert sum("--require-hashes" in call for call in calls(machine)) == 2
    assert (machine / "project" / ".venv" / "kept").exists()


@pytest.mark.usefixtures("python")
def test_a_changed_lock_recreates_the_environment(machine: Path) -> None:
    run(machine, "script/demo")
    (machine / "project" / ".venv" / "left").touch()
    with (machine / "project" / "script" / "locks" / "run.txt").open("a") as lock:
        lock.write("# one more\n")
    assert run(machine, "script/demo").returncode == 0
    assert sum("--require-hashes" in call for call in calls(machine)) == 2
    assert not (machine / "project" / ".venv" / "left").exists()


@pytest.mark.usefixtures("python")
def test_a_moved_environment_is_recreated(machine: Path) -> None:
    project = machine / "project"
    run(machine, "script/demo")
    (project / ".venv" / "left").touch()
    (project / ".venv").rename(machine / "moved")
    shutil.copytree(project, machine / "elsewhere" / "project")
    (machine / "moved").rename(machine / "elsewhere" / "project" / ".venv")
    assert run(machine, str(machine / "elsewhere" / "project" / "script" / "demo")).returncode == 0
    assert sum("--require-hashes" in call for call in calls(machine)) == 2
    assert not (machine / "elsewhere" / "project" / ".venv" / "left").exists()


def test_incompatible_packages_stop_the_start(machine: Path) -> None:
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
    wanted = {".ci/install", ".ci/run", "script/check", "script/demo", "script/fix", "script/migration", "script/test"}
    assert wanted <= set(shell)
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


def test_every_vulnerability_is_found_with_its_fixes(audit: ModuleType) -> None:
    assert audit.findings(REPORT) == [("bad 2", "CVE-1", ["3"]), ("worse 4", "CVE-2", [])]


def reported(**skipped: str) -> str:
    """A report on two packages; those in `skipped` were skipped for that reason."""
    names = ("fine", "good")
    return json.dumps(
        {
            "dependencies": [
                {"name": name, "skip_reason": skipped[name]}
                if name in skipped
                else {"name": name, "version": "1", "vulns": []}
                for name in names
            ]
        }
    )


GONE = "Dependency not found on PyPI and could not be audited: "


@pytest.mark.parametrize(
    ("report", "code", "printed"),
    [
        (reported(), 0, ["2 of 2 packages were looked up."]),
        (
            reported(good=f"{GONE}good (1)"),
            0,
            [
                f"warning: 1 of 2 packages could not be looked up (good); the first: {GONE}good (1)",
                "1 of 2 packages were looked up.",
            ],
        ),
        (
            reported(fine=f"{GONE}fine (1)", good=f"{GONE}good (1)"),
            0,
            [
                f"warning: not one of 2 packages could be looked up; the first: {GONE}fine (1)",
                "0 of 2 packages were looked up.",
            ],
        ),
        (
            json.dumps(REPORT),
            1,
            [
                "bad 2 has CVE-1; fixed in 3: change pyproject.toml, then script/lock",
                "warning: worse 4 has CVE-2; there is no fix yet",
                "warning: 1 of 4 packages could not be looked up (odd); the first: not found",
                "3 of 4 packages were looked up.",
            ],
        ),
        ("", 0, ["warning: nothing could be looked up: no network"]),
    ],
)
def test_the_audit_reports_what_it_could_look_up_and_what_not(
    report: str,
    code: int,
    printed: list[str],
    audit: ModuleType,
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (machine / "report.json").write_text(report)
    command(machine, "python", f"echo no network >&2; cat {machine}/report.json")
    monkeypatch.setattr(audit.sys, "executable", str(machine / "bin" / "python"))
    assert audit.main() == code
    assert capsys.readouterr().out.splitlines() == printed


TOOL = """#!/bin/sh
echo "$0 $*" >>../calls
if [ -e ../fails ]; then
    case "$0 $*" in *$(cat ../fails)*) echo "bad: $*"; exit 1 ;; *" -m "*) echo "good: $*" ;; esac
fi
"""
"""Records its call and does nothing. If there is a file `fails`, a call that contains its text fails."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine whose environment only has tools that record their calls."""
    machine = bare(tmp_path_factory.mktemp("installed"))
    tools = machine / "project" / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("python", "lint-imports"):
        (tools / name).write_text(TOOL)
        (tools / name).chmod(0o755)
    assert run(machine, "script/check").returncode == 0  # so nothing is left to install
    return machine


@pytest.fixture
def equipped(installed: Path) -> Path:
    """The same machine, without earlier calls."""
    (installed / "project" / ".venv" / "bin" / "python").write_text(TOOL)
    for name in ("calls", "fails"):
        (installed / name).unlink(missing_ok=True)
    return installed


CHECKS = {
    "ruff check": "ruff check",
    "ruff format": "ruff format",
    "dependencies are declared": "deptry",
    "imports run one way": "lint-imports",
    "mypy --strict": "mypy",
}
"""The checks, and the tool of each."""


def without_seconds(output: str) -> list[str]:
    return [re.sub(r" \(\d+ s\)$", "", line) for line in output.splitlines()]


def test_each_passed_check_is_one_line(equipped: Path) -> None:
    result = run(equipped, "script/check")
    assert (result.returncode, result.stderr) == (0, "")
    assert without_seconds(result.stdout) == [f"ok      {check}" for check in CHECKS]
    called = (equipped / "calls").read_text()
    for tool in ("ruff check", "ruff format --check", "deptry", "lint-imports", "mypy --strict"):
        assert tool in called


@pytest.mark.parametrize("check", CHECKS)
def test_a_failed_check_shows_its_output(check: str, equipped: Path) -> None:
    (equipped / "fails").write_text(CHECKS[check])
    result = run(equipped, "script/check")
    assert result.returncode == 1
    assert without_seconds(result.stdout) == [f"{'FAILED' if one == check else 'ok    '}  {one}" for one in CHECKS]
    assert result.stderr.startswith("bad: ")
    assert "good" not in result.stderr


def test_the_checks_run_in_parallel(equipped: Path) -> None:
    # The first one passes only if the last one has started.
    (equipped / "project" / ".venv" / "bin" / "python").write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f"*mypy*) echo begun >{equipped}/begun ;;\n"
        '*"ruff check"*)\n'
        f"    for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e {equipped}/begun ] && exit 0; sleep 1; done\n"
        "    exit 1 ;;\n"
        "esac\n"
    )
    assert run(equipped, "script/check").returncode == 0


def test_the_fix_formats_even_if_ruff_finds_problems(equipped: Path) -> None:
    (equipped / "fails").write_text("ruff check")
    assert run(equipped, "script/fix", "bot", "a file.py").returncode == 1
    calls = [line.split(" -m ")[1] for line in (equipped / "calls").read_text().splitlines() if " -m " in line]
    assert calls == ["ruff check --fix --quiet bot a file.py", "ruff format bot a file.py"]


def test_the_fix_covers_everything_by_default(equipped: Path) -> None:
    assert run(equipped, "script/fix").returncode == 0
    assert (equipped / "calls").read_text().count(" .\n") == 2


@pytest.mark.parametrize(
    ("fails", "report", "code", "lines"),
    [
        ("mypy", "fine", 1, ["FAILED  mypy --strict", "ok      ruff check", "ok      known vulnerabilities"]),
        ("audit.py", "a flaw", 1, ["ok      mypy --strict", "FAILED  known vulnerabilities"]),
        ("no such call", "warning: nothing", 0, ["ok      mypy --strict", "WARNED  known vulnerabilities"]),
    ],
)
def test_the_summary_lists_each_check_and_failed_look_ups(
    fails: str, report: str, code: int, lines: list[str], equipped: Path
) -> None:
    python = equipped / "project" / ".venv" / "bin" / "python"
    python.write_text(python.read_text() + f'case "$*" in *audit.py*) echo "{report}" ;; esac\n')
    (equipped / "fails").write_text(fails)
    (equipped / "project" / ".ci" / "install").write_text("#!/bin/sh\n")  # tested in test_installing.py
    result = run(equipped, ".ci/run")
    assert result.returncode == code, result.stderr
    assert set(lines) <= set(without_seconds(result.stdout.split("\n\n")[-1]))


def test_only_script_check_lists_the_checks() -> None:
    assert re.search(r"ruff|mypy|lint-imports|deptry", (ROOT / ".ci" / "run").read_text("utf-8")) is None
