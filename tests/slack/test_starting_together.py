"""Bots start at the same moment on one SQLite file that is not there yet: one makes it, and all come up."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from bot.slack.manifest import manifest
from sandbox.config import SandboxConfig, with_manifest
from sandbox.server import running
from tests.bot_program import BotProgram


async def test_all_come_up(tmp_path: Path) -> None:
    config = with_manifest(
        SandboxConfig(port=0, seed="small", rate_limits=False), manifest(request_url="https://bot.example")
    )
    async with running(config) as sandbox:
        bots = [BotProgram(tmp_path, sandbox.api_url, config) for _ in range(3)]
        try:
            await asyncio.gather(*(bot.start() for bot in bots))
        finally:
            codes = [await bot.end(signal.SIGTERM) for bot in bots]

    assert codes == [0, 0, 0]
    assert bots[0].log.count("the database was created") == 1
    assert "locked" not in bots[0].log
