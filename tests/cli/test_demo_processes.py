"""Child processes of the demo: they are restarted, end when asked, and never outlive their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.cli.demo import processes
from bot.cli.demo.processes import CrashLoopError, Program, keep_alive, start_watchdog
from tests.cli.cli_process import PATIENCE, all_gone, lives

SLEEPS = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
IGNORES_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
SAYS_GOODBYE = (
    "import os, signal, sys, time\n"
    "signal.signal(signal.SIGTERM, lambda *_: (print('goodbye', flush=True), sys.exit()))\n"
    "print(os.getpid(), flush=True); time.sleep(60)"
)


@pytest.fixture
def group() -> Iterator[int]:
    with start_watchdog() as group:
        yield group


def program(folder: Path, script: str) -> Program:
    return Program("sleeper", ["-c", script], dict(os.environ), folder, folder / "sleeper.log")


async def pids(log: Path, count: int) -> list[int]:
    """Wait for the first `count` process ids in the log."""
    async with asyncio.timeout(PATIENCE):
        while True:
            words = log.read_text().split() if log.exists() else []
            found = [int(word) for word in words if word.isdigit()]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)


@asynccontextmanager
async def kept(child: Program, group: int, told: list[str]) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_alive(child, group, told.append))
    yield
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()


async def test_a_killed_program_is_restarted(tmp_path: Path, group: int) -> None:
    child, told = program(tmp_path, SLEEPS), []
    async with kept(child, group, told):
        [first] = await pids(child.log, 1)
        os.kill(first, signal.SIGKILL)
        first, second = await pids(child.log, 2)
        assert first != second
        assert lives(second)
    assert told == ["The sleeper exited (SIGKILL) and is restarted."]
    assert not lives(second)


async def test_cancelling_terminates_the_program_and_waits(tmp_path: Path, group: int) -> None:
    child = program(tmp_path, SAYS_GOODBYE)
    async with kept(child, group, []):
        await pids(child.log, 1)
    assert child.log.read_text().endswith("goodbye\n")


async def test_a_program_that_ignores_sigterm_is_killed(
    tmp_path: Path, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.2)
    child = program(tmp_path, IGNORES_SIGTERM)
    async with kept(child, group, []):
        [pid] = await pids(child.log, 1)
    assert not lives(pid)


async def test_a_crash_loop_ends_with_the_log(tmp_path: Path, group: int) -> None:
    told: list[str] = []
    with pytest.raises(CrashLoopError, match="no such luck") as caught:
        await keep_alive(program(tmp_path, "raise SystemExit('no such luck')"), group, told.append)
    assert caught.value.program == "sleeper"
    assert len(told) == processes.MAX_QUICK_EXITS - 1


async def test_slow_exits_never_count_as_a_crash_loop(
    tmp_path: Path, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "QUICK_EXIT_SECONDS", 0.0)
    child = program(tmp_path, "import os; print(os.getpid())")
    async with kept(child, group, []):
        await pids(child.log, processes.MAX_QUICK_EXITS + 2)


async def test_a_program_killed_many_times_is_always_restarted(tmp_path: Path, group: int) -> None:
    child = program(tmp_path, SLEEPS)
    async with kept(child, group, []):
        for lives_so_far in range(1, processes.MAX_QUICK_EXITS + 2):
            os.kill((await pids(child.log, lives_so_far))[-1], signal.SIGKILL)
        await pids(child.log, processes.MAX_QUICK_EXITS + 2)


async def test_nothing_outlives_a_killed_parent(tmp_path: Path) -> None:
    log = tmp_path / "sleeper.log"
    parent_script = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from bot.cli.demo.processes import Program, keep_alive, start_watchdog\n"
        "folder, script = Path(sys.argv[1]), sys.argv[2]\n"
        "child = Program('sleeper', ['-c', script], dict(os.environ), folder, folder / 'sleeper.log')\n"
        "with start_watchdog() as group:\n"
        "    print(group, flush=True)\n"
        "    asyncio.run(keep_alive(child, group, print))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent_script, str(tmp_path), SLEEPS], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        holder = int(parent.stdout.readline())
        [child] = await pids(log, 1)
        assert lives(child)
        assert lives(holder)
        parent.kill()
    assert all_gone([child])
    os.kill(holder, signal.SIGKILL)  # it would wait ten seconds for programs that are slow to end


def test_nothing_is_left_when_the_watchdogs_input_closes() -> None:
    with start_watchdog() as group:
        assert lives(group)
    assert not lives(group)
