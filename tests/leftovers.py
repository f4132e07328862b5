"""The folder of a test run, and the program that clears up after the run, however it ended.

Whoever is killed with SIGKILL can do nothing for a PostgreSQL, a bot or a browser any more. So each run has this
program beside it, in a session of its own: it waits for the end of a pipe that only the run holds, ends every process
of the run, and removes the folder. `bot.cli.demo.watchdog` does the same for `firstcall demo`.

A process is one of the run when its temporary folder (TMPDIR, which children inherit) or its working directory is in
the folder of the run. The workers of pytest-xdist are such processes, too.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

GRACE = 10.0
"""Seconds that PostgreSQL has to give back its shared memory."""

ROOM = 2 * 1024**3
"""Free bytes from which on the folder may be in memory; a run needs a quarter of that."""


class RunFolder:
    """The temporary folder of this process and its children, from now until `remove` or the end of this process."""

    def __init__(self) -> None:
        path = Path(tempfile.mkdtemp(prefix="firstcall-", dir=_roomy_memory()))
        path.chmod(0o711)  # when root runs the tests, PostgreSQL has a user of its own
        self._clearing = subprocess.Popen(
            [sys.executable, __file__, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,  # Ctrl-C is for the run
        )
        os.environ["TMPDIR"] = str(path)
        tempfile.tempdir = None  # which is to be read anew

    def remove(self) -> None:
        """End what is left of the run; wait until all of it is gone."""
        self._clearing.communicate()


def _roomy_memory() -> Path | None:
    # A database is some hundred files, so a test's own one costs 40 ms in memory and up to 300 ms on a disk.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else None


def processes_in(folder: Path) -> list[psutil.Process]:
    """Every process whose temporary folder or working directory is there."""
    return [process for process in psutil.process_iter() if any(_is_in(folder, place) for place in _places(process))]


def _is_in(folder: Path, place: str) -> bool:
    return place != "" and Path(place).is_relative_to(folder)


def _places(process: psutil.Process) -> tuple[str, ...]:
    try:
        return process.environ().get("TMPDIR", ""), process.cwd()
    except psutil.Error:  # somebody else's, or it has just ended
        return ()


def clear(folder: Path) -> None:
    """End every process of the folder, also those that are started meanwhile, and remove it."""
    patience_ends = time.monotonic() + GRACE
    while found := processes_in(folder):
        for process in found:
            _end(process, at_once=time.monotonic() > patience_ends)
        time.sleep(0.05)
    shutil.rmtree(folder)


def _end(process: psutil.Process, *, at_once: bool) -> None:
    # PostgreSQL alone has something to give back: its shared memory outlives a SIGKILL.
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGQUIT if process.name() == "postgres" and not at_once else signal.SIGKILL)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    clear(Path(sys.argv[1]))
