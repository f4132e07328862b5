"""Bots start at the same moment on an SQLite file that does not exist yet: one creates it, and all start."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from sandbox.server import running
from tests.bot_program import BotProgram
from tests.patient_slack import patient_slack


async def test_all_bots_start(tmp_path: Path) -> None:
    config = patient_slack()
    async with running(config) as sandbox:
        bots = [BotProgram(tmp_path, sandbox.api_url, config) for _ in range(3)]
        try:
            await asyncio.gather(*(bot.start() for bot in bots))
        finally:
            codes = [await bot.end(signal.SIGTERM) for bot in bots]

    assert codes == [0, 0, 0]
    assert bots[0].log.count("the database was created") == 1
    assert "locked" not in bots[0].log
