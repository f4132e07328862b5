"""A test run leaves nothing behind, even if it is killed: no PostgreSQL, no child process, no folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cli.cli_process import PATIENCE, all_gone
from tests.repo.tracked import ROOT

BUSY = '''
import json, os, subprocess, sys, tempfile, time

import pytest

pytestmark = pytest.mark.scripts


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_it_is_busy(empty_database_url, postgresql_server, tmp_path):
    """One program has its own session, like Chromium; the other its own environment, like a bot."""
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    programs = [
        subprocess.Popen(sleep, start_new_session=True),
        subprocess.Popen(sleep, start_new_session=True, env={}, cwd=tmp_path),
    ]
    report = {
        "pids": [os.getpid(), postgresql_server.get_pid(), *(program.pid for program in programs)],
        "folders": [tempfile.gettempdir(), str(tmp_path), str(postgresql_server.pgdata)],
    }
    with open(os.environ["REPORT"] + ".part", "w") as file:
        json.dump(report, file)
    os.rename(os.environ["REPORT"] + ".part", os.environ["REPORT"])
    time.sleep(600)
'''
RUN_PYTEST = (
    "import signal, sys, pytest; signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(pytest.main())"
)
"""Handles Ctrl-C, which a background process of a script, as this may be, ignores."""


@contextmanager
def pytest_run(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the one test with this suite's fixtures; always killed at the end."""
    (folder / "test_busy.py").write_text(BUSY)
    with (
        (folder / "output").open("wb") as output,
        subprocess.Popen(
            [
                *(sys.executable, "-c", RUN_PYTEST, "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"),
                *("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)),
                *(*arguments, str(folder / "test_busy.py")),
            ],
            cwd=ROOT,
            env=os.environ | {"REPORT": str(folder / "report.json")},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as run,
    ):
        try:
            yield run
        finally:
            run.kill()


def report(run: subprocess.Popen[bytes], folder: Path) -> dict[str, Any]:
    """Wait for the test's report of what it has started."""
    end = time.monotonic() + PATIENCE
    while not (folder / "report.json").exists():
        assert run.poll() is None, (folder / "output").read_text()
        assert time.monotonic() < end
        time.sleep(0.05)
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


def shared_memory(pid: int) -> list[str]:
    """The shared memory files of a process."""
    return [each.path for each in psutil.Process(pid).memory_maps() if each.path.startswith("/dev/shm/PostgreSQL.")]


def gone(*paths: str) -> bool:
    """Wait until none of them exists; False after a timeout."""
    end = time.monotonic() + PATIENCE
    while any(Path(path).exists() for path in paths):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("how", "workers"), [(signal.SIGINT, "1"), (signal.SIGTERM, "1"), (signal.SIGKILL, "1"), (signal.SIGKILL, "0")]
)
def test_a_killed_run_leaves_nothing(how: signal.Signals, workers: str, tmp_path: Path) -> None:
    with pytest_run(tmp_path, "-n", workers) as run:
        found = report(run, tmp_path)
        [_, postgresql, *_] = found["pids"]
        in_memory = shared_memory(postgresql)
        assert all(Path(path).exists() for path in (*found["folders"], *in_memory))

        run.send_signal(how)
        run.wait(PATIENCE)

    assert all_gone(found["pids"])
    assert gone(*found["folders"], *in_memory)


def test_a_finished_run_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, tempfile\n"
        "from pathlib import Path\n"
        "from tests.leftovers import RunFolder\n"
        "folder = RunFolder()\n"
        "Path(tempfile.gettempdir(), 'file').touch()\n"
        "program = subprocess.Popen(['sleep', '600'])\n"
        "print(program.pid, tempfile.gettempdir(), flush=True)\n"
        "folder.remove()\n"
        "assert program.wait() < 0\n"
        "assert not Path(tempfile.gettempdir()).exists()\n"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    pid, folder = result.stdout.split()
    assert not psutil.pid_exists(int(pid))
    assert not Path(folder).exists()
