"""The bot as people run it: a program of its own that can be killed and started again on the same database."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from sandbox.config import SandboxConfig
from tests.patience import PATIENCE
from tests.ports import free_ports

ROOT = Path(__file__).parents[1]
SQLITE = "sqlite:///firstcall.db"


class BotProgram:
    """`firstcall run` in `folder`, whose SQLite file is made by the first start unless there is another database."""

    def __init__(
        self,
        folder: Path,
        api_url: str,
        config: SandboxConfig,
        database_url: str = SQLITE,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """`more` are settings besides those of Slack."""
        self._folder = folder
        self._port = free_ports(1)
        self._process: asyncio.subprocess.Process | None = None
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),  # the code beside this file, whatever is installed
            "DATABASE_URL": database_url,
            "SLACK_BOT_TOKEN": config.bot_token,
            "SLACK_SIGNING_SECRET": config.signing_secret,
            "SLACK_API_URL": api_url,
            "FIRSTCALL_PORT": str(self._port),
            "FIRSTCALL_DEVELOPMENT": "true",
            "FIRSTCALL_LOG_FORMAT": "json",
            **(more or {}),
        }

    @property
    def url(self) -> str:
        """Where it listens, at every start the same."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The process id of the one that runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has logged in all its lives."""
        return (self._folder / "bot.log").read_text()

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        with (self._folder / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        await self._until_ready(self._process)

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
            while True:
                assert process.returncode is None, self.log
                try:
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.ok:
                            return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)

    async def end(self, how: signal.Signals) -> int:
        """Send it a signal and wait for its end; gives its exit code. One that has ended stays ended."""
        process = self._process
        if process is None:
            return 0
        self._process = None
        if process.returncode is None:
            process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            return await process.wait()
