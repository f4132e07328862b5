"""The bot as a program that starts at once: forked from a process that has imported it and read the phrase books.

For many kills in a row: most of a start is reading code. What runs is `firstcall run` in a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys

from bot import app
from bot.cli import main as firstcall
from bot.slack import platform
from tests.bot_program import BotProgram

POLL_SECONDS = 0.02


class ForkedBot(BotProgram):
    """Like `BotProgram`, but each start is a fork. `close` ends the process that it is forked from."""

    _child: int | None = None

    @property
    def pid(self) -> int:
        """The process id of the one that runs."""
        assert self._child is not None
        return self._child

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        if self._process is None:
            with (self._folder / "bot.log").open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "script.forked_bot"),
                    cwd=self._folder,
                    env=self._environment,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=log,
                )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"start\n")
        self._child = int(await process.stdout.readline())
        await self._until_ready(process)

    async def end(self, how: signal.Signals) -> int:
        """Send the fork a signal and wait for its end; gives what `os.waitpid` says."""
        child, self._child = self._child, None
        if child is None or self._process is None or self._process.stdout is None:
            return 0
        os.kill(child, how)
        return int(await self._process.stdout.readline())

    async def close(self) -> None:
        """End both processes."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()


def main() -> None:
    """Fork a bot for every line of the input, one at a time; say its process id, and its status when it has ended."""
    assert platform  # imported before the fork, as all of it should be
    app._load_texts()  # what every start does first
    while sys.stdin.readline():
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)  # its log
            firstcall(["run"])
        print(child, flush=True)
        print(_until_ended(child), flush=True)


def _until_ended(child: int) -> int:
    """Wait for the end of the fork, and end it when nobody waits for it any more."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        readable, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
        if readable:
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
