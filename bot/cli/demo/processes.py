"""Child processes that are started again when they die, and that never outlive the process that started them."""

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
"""A program that ends by itself within so many seconds did not really start; a busy machine takes some to fail."""
MAX_QUICK_EXITS = 3
"""After so many in a row there is no use in another try."""
GRACE_SECONDS = 10.0
"""Seconds that a program has to end by itself once it was asked to."""
LAST_LINES = 8


class CrashLoopError(FirstCallError):
    """A program ended again and again right after its start.

    Attributes:
        program: its name.
    """

    def __init__(self, program: Program, said: str) -> None:
        super().__init__(
            f"the {program.name} does not stay up. The end of its log, {program.log}:\n{said or '(it said nothing)'}"
        )
        self.program = program.name


@dataclass(frozen=True)
class Program:
    """What to start: `arguments` for an interpreter, this Python for one. What it writes goes to the end of `log`.

    Python gets `-P`: modules come from where they are installed, not from the working directory.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    interpreter: Sequence[str] = (sys.executable, "-P")


@contextmanager
def start_watchdog() -> Iterator[int]:
    """Give the process group to start programs in; whatever is in it ends with this block or with this process."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "bot.cli.demo.watchdog"], stdin=subprocess.PIPE, process_group=0
    ) as holder:
        try:
            yield holder.pid
        finally:
            os.killpg(holder.pid, signal.SIGKILL)


async def keep_alive(program: Program, group: int, report: Callable[[str], None]) -> None:
    """Run a program in the process group, again and again, until this task is cancelled; then ask it to end, and wait.

    Raises:
        KeepsDyingError: it ended by itself, rather than being killed, QUICK_ENDS times in a row right after its start.
    """
    clock = asyncio.get_running_loop()
    quick_ends = 0
    while True:
        started = clock.time()
        code = await _run(program, group)
        by_itself = code >= 0
        quick_ends = quick_ends + 1 if by_itself and clock.time() - started < QUICK_EXIT_SECONDS else 0
        if quick_ends == MAX_QUICK_EXITS:
            raise CrashLoopError(program, await asyncio.to_thread(_last_lines, program.log))
        report(f"The {program.name} ended ({_exit_reason(code)}) and is started again.")


async def _run(program: Program, group: int) -> int:
    """One life of the program. Returns its exit code, or minus the number of the signal that ended it."""
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
