"""Child processes that are restarted when they exit, and that never outlive their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompts.errors import FirstCallError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

QUICK_EXIT_SECONDS = 30.0
"""A program that exits within this time did not really start. It is long because a busy machine is slow to fail."""
MAX_QUICK_EXITS = 3
"""Give up after this many in a row."""
GRACE_SECONDS = 10.0
"""Seconds between SIGTERM and SIGKILL."""
LAST_LINES = 8


class CrashLoopError(FirstCallError):
    """A program exited again and again right after its start.

    Attributes:
        program: its name.
    """

    def __init__(self, program: Program, log_tail: str) -> None:
        super().__init__(
            f"the {program.name} keeps exiting. The end of its log, {program.log}:\n{log_tail or '(empty)'}"
        )
        self.program = program.name


@dataclass(frozen=True)
class Program:
    """A program to start: `interpreter` with `arguments`. Its output is appended to `log`.

    Python gets `-P`, so that it imports the installed modules and not those of the working directory.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    interpreter: Sequence[str] = (sys.executable, "-P")


@contextmanager
def start_watchdog() -> Iterator[int]:
    """Start a process group for the programs. All of its processes end with this block, or with this process."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "bot.cli.demo.watchdog"], stdin=subprocess.PIPE, process_group=0
    ) as watchdog:
        try:
            yield watchdog.pid
        finally:
            os.killpg(watchdog.pid, signal.SIGKILL)


async def keep_alive(program: Program, group: int, report: Callable[[str], None]) -> None:
    """Run a program in the process group and restart it, until this task is cancelled; then terminate it.

    Raises:
        CrashLoopError: it exited, rather than being killed, MAX_QUICK_EXITS times in a row right after its start.
    """
    loop = asyncio.get_running_loop()
    quick_exits = 0
    while True:
        started = loop.time()
        code = await _run(program, group)
        by_itself = code >= 0
        quick_exits = quick_exits + 1 if by_itself and loop.time() - started < QUICK_EXIT_SECONDS else 0
        if quick_exits == MAX_QUICK_EXITS:
            raise CrashLoopError(program, await asyncio.to_thread(_last_lines, program.log))
        report(f"The {program.name} exited ({_exit_reason(code)}) and is restarted.")


async def _run(program: Program, group: int) -> int:
    """Run the program once. Returns its exit code, or minus the number of the signal that killed it."""
    with program.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *program.interpreter,
            *program.arguments,
            cwd=program.folder,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=group,
        )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(GRACE_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


def _exit_reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])
