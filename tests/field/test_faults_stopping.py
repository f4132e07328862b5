"""A stop ends within ten seconds, whatever hangs; what was answered is stored, and what was not is sent again."""

from __future__ import annotations

import asyncio
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psycopg
import pytest

from sandbox.server import running as sandbox_running
from tests.bot_program import BotProgram
from tests.field import bad_peer
from tests.field.bad_peer import BadPeer
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import BOT, People

MOST = 20.0
"""Seconds for a stop, with the time that a busy machine takes; it took 25 s and more."""
NAMES = ("Amber", "Birch", "Cedar", "Dahlia")


@dataclass(frozen=True, slots=True)
class Plant:
    """A bot as a process, with a peer between it and Slack."""

    bot: BotProgram
    peer: BadPeer
    people: People

    async def post(self, name: str) -> None:
        await self.people.post("messages", as_="U0ADAKEMP", channel="#wins", text=f"Just closed {name} Dental! $45k")

    async def ends(self, how: signal.Signals = signal.SIGTERM) -> int:
        async with asyncio.timeout(MOST):
            return await self.bot.end(how)

    async def cards(self) -> list[str]:
        messages = await self.people.reads(BOT, who="U0ADAKEMP")
        return sorted(
            name for message in messages if message.get("bot_id") for name in NAMES if name in message["text"]
        )

    async def until_cards(self, names: tuple[str, ...]) -> None:
        async with asyncio.timeout(60):
            while await self.cards() != sorted(names):
                await asyncio.sleep(0.05)


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    config = patient_slack()
    async with (
        sandbox_running(config) as sandbox,
        bad_peer.running(sandbox.url) as peer,
        aiohttp.ClientSession() as http,
    ):
        bot = BotProgram(tmp_path, f"{peer.url}/api/", config)
        people = People(sandbox.url, http)
        await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
        yield Plant(bot, peer, people)
        await bot.end(signal.SIGKILL)


@pytest.mark.reported("ablative-io/aion#73", "SolaceLabs/solace-agent-mesh-core-plugins#169")
@pytest.mark.parametrize("path", ["/chat.postMessage", ""], ids=["messages hang", "everything hangs"])
async def test_a_stop_while_slack_hangs(plant: Plant, path: str, tmp_path: Path) -> None:
    await plant.bot.start()
    plant.peer.goes_wrong("never answers", path)
    posts = [asyncio.create_task(plant.post(name)) for name in NAMES]
    async with asyncio.timeout(60):
        while not plant.peer.answered:
            await asyncio.sleep(0.02)
    assert await plant.ends() == 0
    plant.peer.recovers()
    await asyncio.gather(*posts)
    requests = (await plant.people.get("requests"))["requests"]
    answered = sum(each["status"] == 200 for each in requests if each["direction"] == "to_bot")
    with closing(sqlite3.connect(tmp_path / "firstcall.db")) as database:
        (deals,) = database.execute("SELECT count(*) FROM deals").fetchone()
    assert deals >= min(answered, len(NAMES)) or path == ""
    await plant.bot.start()
    await plant.people.post("clock", move="+10m")
    await plant.until_cards(NAMES)


@pytest.mark.reported("ablative-io/aion#73")
async def test_a_stop_while_the_start_hangs(plant: Plant, tmp_path: Path) -> None:
    plant.peer.goes_wrong("never answers", "/auth.test")
    starting = asyncio.create_task(plant.bot.start())
    async with asyncio.timeout(60):
        while not plant.peer.answered:
            await asyncio.sleep(0.02)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert await plant.ends() == 0
    assert "Traceback" not in plant.bot.log
    assert "stops while it starts" in plant.bot.log


@pytest.mark.reported("own trial: Ctrl-C twice while Slack hangs")
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_the_process(plant: Plant, second: signal.Signals) -> None:
    await plant.bot.start()
    plant.peer.goes_wrong("never answers", "/chat.postMessage")
    await plant.post(NAMES[0])
    async with asyncio.timeout(60):
        while not plant.peer.answered:
            await asyncio.sleep(0.02)
    process = plant.bot._process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        while "FirstCall stops" not in plant.bot.log:
            await asyncio.sleep(0.02)
    process.send_signal(second)
    async with asyncio.timeout(MOST):
        assert await process.wait() == 128 + second
    plant.peer.recovers()
    await plant.bot.start()
    await plant.people.post("clock", move="+10m")
    await plant.until_cards(NAMES[:1])


def lock_everything(connection: psycopg.Connection) -> None:
    """Lock what the bot works with. Tables are locked one after the other, which may meet a transaction of the bot."""
    while True:
        try:
            connection.execute("LOCK TABLE inbound_events, outbox, tenants, deals, alembic_version")
        except psycopg.errors.DeadlockDetected:
            connection.rollback()
        else:
            return


@pytest.mark.reported("aio-libs/aiohttp#8387", "psycopg/psycopg2#561")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_a_stop_while_the_database_hangs(database_url: str, tmp_path: Path) -> None:
    config = patient_slack()
    async with sandbox_running(config) as sandbox, aiohttp.ClientSession() as http:
        bot = BotProgram(tmp_path, sandbox.api_url, config, database_url)
        people = People(sandbox.url, http)
        await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
        await bot.start()
        with psycopg.connect(database_url) as other:
            lock_everything(other)
            posts = [
                asyncio.create_task(
                    people.post("messages", as_="U0ADAKEMP", channel="#wins", text=f"Just closed {name} Dental! $45k")
                )
                for name in NAMES
            ]
            await asyncio.sleep(1)  # so that some of them wait for the lock
            async with asyncio.timeout(MOST):
                assert await bot.end(signal.SIGTERM) == 0
            await asyncio.gather(*posts)
        requests = (await people.get("requests"))["requests"]
        assert not [each for each in requests if each["direction"] == "to_bot" and each["status"] == 200]
        await bot.start()
        await people.post("clock", move="+10m")
        async with asyncio.timeout(60):
            while True:
                said = str([m["text"] for m in await people.reads(BOT, who="U0ADAKEMP") if m.get("bot_id")])
                if all(said.count(name) == 1 for name in NAMES):
                    break
                await asyncio.sleep(0.05)
        await bot.end(signal.SIGTERM)


@pytest.mark.reported("own trial: a thread that never ends")
def test_the_process_ends_although_a_thread_hangs(tmp_path: Path) -> None:
    program = """
import asyncio, threading
from bot import stopping

stopping.PROCESS_SECONDS = 0.5

async def serve(started, stopped):
    asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
    started.set()
    print("started", flush=True)
    await stopped.wait()

asyncio.run(stopping.run_until_stopped(serve))
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=MOST) == 0


@pytest.mark.reported("own trial: a disk without space", "markmhendrickson/neotoma#2281")
async def test_a_full_disk_is_not_ready_and_loses_no_win(plant: Plant, tmp_path: Path) -> None:
    await plant.bot.start()
    log = tmp_path / "firstcall.db-wal"
    full = log.stat().st_size
    resource.prlimit(plant.bot.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
    async with asyncio.timeout(60):
        while True:
            async with plant.people.http.get(f"{plant.bot.url}/readyz") as answer:
                if answer.status == 503:
                    assert (await answer.json())["unready"] == "database"
                    break
            await asyncio.sleep(0.2)
    await plant.post(NAMES[0])
    await plant.people.idle()
    requests = (await plant.people.get("requests"))["requests"]
    assert not [each for each in requests if each["name"] == "message" and each["status"] == 200]
    resource.prlimit(plant.bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await plant.people.post("clock", move="+10m")
    await plant.until_cards(NAMES[:1])
    assert await plant.ends() == 0
