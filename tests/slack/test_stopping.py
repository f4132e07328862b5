"""A stop during work: answers are stored, and queued messages are sent after the restart."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.server import running
from tests.bot_program import BotProgram
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import BOT, People

POSTS = 12


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[tuple[People, BotProgram]]:
    config = patient_slack()
    async with running(config) as sandbox, aiohttp.ClientSession() as http:
        bot = BotProgram(tmp_path, sandbox.api_url, config)
        people = People(sandbox.url, http)
        await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
        await bot.start()
        yield people, bot
        await bot.end(signal.SIGTERM)


def heard(folder: Path) -> int:
    """How many deals the database holds."""
    with sqlite3.connect(folder / "firstcall.db") as connection:
        (count,) = connection.execute("SELECT count(*) FROM deals").fetchone()
        return int(count)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
async def test_a_stop_loses_and_repeats_nothing(
    floor: tuple[People, BotProgram], tmp_path: Path, how: signal.Signals
) -> None:
    people, bot = floor
    # Slack takes a while for every message, so that the stop falls into the middle of the sending.
    await people.post("faults", slow_ms=150)
    posts = [
        asyncio.create_task(
            people.post("messages", as_="U0ADAKEMP", channel="#wins", text=f"Just closed {name} Dental! $45k")
        )
        for name in NAMES
    ]
    await asyncio.sleep(0.6)
    started = asyncio.get_running_loop().time()
    code = await bot.end(how)
    took = asyncio.get_running_loop().time() - started
    await asyncio.gather(*posts)
    if how is signal.SIGTERM:
        assert code == 0
        assert took < 10
    answered = [
        r for r in (await people.get("requests"))["requests"] if r["direction"] == "to_bot" and r["status"] == 200
    ]
    stored = heard(tmp_path)
    assert stored >= len(answered)

    await people.post("faults", slow_ms=0)
    await bot.start()
    await people.post("clock", move="+10m")  # Slack delivers again what was not answered; leases run out
    async with asyncio.timeout(60):
        while heard(tmp_path) < POSTS or len(await cards(people)) < POSTS:
            await asyncio.sleep(0.05)
    await people.idle()
    assert sorted(await cards(people)) == sorted(f"You closed {name} Dental. Call them today." for name in NAMES)


async def cards(people: People) -> list[str]:
    return [m["blocks"][0]["text"]["text"] for m in await people.reads(BOT) if m.get("bot_id")]


NAMES = [
    *("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir"),
    *("Ginkgo", "Hazel", "Ivy", "Juniper", "Kapok", "Larch"),
]
