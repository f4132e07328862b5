"""`script/chaos delivery`: two bots on one database, a Slack that answers badly, and SIGKILL at random moments."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.slack.manifest import manifest
from bot.slack.messenger import METADATA_TYPE
from sandbox.config import SandboxConfig, with_manifest
from sandbox.server import Sandbox, running
from storage.database import Database
from storage.migrate import upgrade
from storage.models import OutboxRow, Person
from storage.tenancy import ALL_TENANTS
from tests.bot_program import BotProgram
from tests.delivery.fake_messenger import queue_messages, states
from tests.sandbox.user_driver import ADA, BRUNO, MARIT, People

WORKSPACES = 12
"""All of them are the sandbox's one workspace, under names of their own: each of them takes turns with the others."""
PEOPLE = (ADA, BRUNO, MARIT)
A_ROUND = 3.0
"""Seconds of work between two kills, about."""
BETWEEN_FAULTS = 0.4
STARTS = 5
CHAT, HISTORY = "chat.postMessage", "conversations.history"
MUST_LOOK = frozenset({"im:history", "channels:history", "groups:history"})
STEP = timedelta(minutes=10)
MOST_STEPS = 60
"""The clock's steps at the end, until all retries are over: a row tries for about a day, and waits an hour at most."""

FAULTS: tuple[dict[str, Any], ...] = (
    {"errors": {CHAT: {"status": 429, "retry_after": 1, "count": 3}}},
    {"errors": {CHAT: {"status": 500, "count": 3}}},
    {"errors": {CHAT: {"status": 503, "count": 3, "after": True}}},
    {"errors": {HISTORY: {"status": 500, "count": 2}}},
    {"errors": {HISTORY: {"status": 429, "retry_after": 2, "count": 2}}},
    {"reset": [{"method": CHAT, "count": 2}, {"method": CHAT, "count": 2, "after": True}]},
    {"reset": {"method": HISTORY, "count": 1}},
    {"hang": {"method": CHAT, "count": 1}},
    {"hang": {"method": CHAT, "count": 1, "after": True}},
    {"slow_ms": 60},
    {"slow_ms": 0},
)


async def run(folder: Path, url: str, *, rounds: int, messages: int, blind: bool, chance: random.Random) -> bool:
    """Send all messages through all the trouble and print what became of them; False when one was lost or doubled."""
    begun = time.perf_counter()
    config = replace(
        with_manifest(
            SandboxConfig(port=0, seed="small", rate_limits=False), manifest(request_url="https://b.example")
        ),
        messages_per_channel=messages * 2 + 1_000,
    )
    if blind:
        config = replace(config, scopes=config.scopes - MUST_LOOK)
    upgrade(url)
    database = Database(url)
    async with running(config) as sandbox, aiohttp.ClientSession() as http:
        people = People(sandbox.url, http)
        bots = [BotProgram(folder, sandbox.api_url, config, url) for _ in range(2)]
        await database.write(_plan, messages, timedelta(seconds=rounds * A_ROUND))
        try:
            await asyncio.gather(*(_begin(bot) for bot in bots))
            kills = await _trouble(people, bots, rounds, chance)
            await people.post("faults", clear=True)
            for bot in bots:
                await bot.end(signal.SIGTERM)
            await _drain(database, bots[0], http)
        finally:
            for bot in bots:
                await bot.end(signal.SIGKILL)
        held = await _judged(database, sandbox, messages, kills, blind)
    await database.close()
    print(f"  {rounds} rounds, {time.perf_counter() - begun:.0f} s\n")
    return held


def _plan(session: Session, messages: int, span: timedelta) -> None:
    """The messages, due over the whole time of the trouble, spread over the workspaces."""
    now = datetime.now(UTC)
    queue_messages(session, [f"T_CHAOS{number}" for number in range(WORKSPACES)], -(-messages // WORKSPACES), now)
    connection = session.connection()
    ids = session.scalars(select(OutboxRow.id).order_by(OutboxRow.id), execution_options={ALL_TENANTS: True}).all()
    for row_id in ids[messages:]:
        connection.execute(delete(OutboxRow).where(OutboxRow.id == row_id))
    when = random.Random(0)
    for row_id in ids[:messages]:
        connection.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(due_at=now + when.random() * span))
    for number in range(WORKSPACES):
        rep = update(Person).where(Person.external_id == f"UT_CHAOS{number}")
        connection.execute(rep.values(external_id=PEOPLE[number % len(PEOPLE)]))


async def _trouble(people: People, bots: list[BotProgram], rounds: int, chance: random.Random) -> int:
    """Faults all the time and a kill in each round; gives how many kills there were."""
    kills = 0
    for _ in range(rounds):
        end = time.monotonic() + chance.uniform(0.3, 1.7) * A_ROUND
        while time.monotonic() < end:
            await people.post("faults", **chance.choice(FAULTS))
            await asyncio.sleep(chance.random() * 2 * BETWEEN_FAULTS)
        victims = bots if chance.random() < 0.2 else [chance.choice(bots)]
        for bot in victims:
            await bot.end(signal.SIGKILL)
            kills += 1
        await asyncio.gather(*(_begin(bot) for bot in victims))
    return kills


async def _begin(bot: BotProgram) -> None:
    """Start it as a supervisor does: again, when it ends because SQLite's one lock was not to be had."""
    for _ in range(STARTS - 1):
        with contextlib.suppress(AssertionError):
            return await bot.start()
    return await bot.start()


async def _drain(database: Database, bot: BotProgram, http: aiohttp.ClientSession) -> None:
    """One bot whose clock goes ahead, so that leases and pauses end, until nothing waits any more."""
    await _begin(bot)
    for step in range(1, MOST_STEPS + 1):
        offset = STEP.total_seconds() * step
        async with http.post(f"{bot.url}/dev/clock", json={"offset_seconds": offset}) as answer:
            assert answer.ok, await answer.text()
        now = datetime.now(UTC) + timedelta(seconds=offset)
        async with asyncio.timeout(600):
            while await database.read(due, now):  # noqa: ASYNC110 (another process does it)
                await asyncio.sleep(0.2)
        if not (await database.read(states)).keys() & {"queued", "claimed"}:
            return


def due(session: Session, now: datetime) -> bool:
    """Whether anything is under way, or waits and is due."""
    waits = (OutboxRow.state == "claimed") | ((OutboxRow.state == "queued") & (OutboxRow.due_at <= now))
    return session.scalar(select(OutboxRow.id).where(waits).limit(1), execution_options={ALL_TENANTS: True}) is not None


def posted(sandbox: Sandbox) -> Counter[int]:
    """How often the message of each outbox row stands in the workspace."""
    found: Counter[int] = Counter()
    for channel in sandbox.state.workspace.channels.values():
        for message in channel.messages.values():
            if message.metadata is not None and message.metadata["event_type"] == METADATA_TYPE:
                found[int(message.metadata["event_payload"]["row"])] += 1
    return found


async def _judged(database: Database, sandbox: Sandbox, messages: int, kills: int, blind: bool) -> bool:
    found = posted(sandbox)
    kept = await database.read(_kept)
    lost = [row_id for row_id in kept if not found[row_id]]
    doubled = {row_id: count - 1 for row_id, count in found.items() if count > 1}
    extra = sum(doubled.values())
    # A row that was sent twice was tried twice: the first try had no answer, because of a fault or of a kill.
    unexplained = [row_id for row_id in doubled if not blind or kept[row_id][1] < 2]
    attempts = sum(tries for _, tries in kept.values())
    counted = Counter(state for state, _ in kept.values())
    print(
        f"{database.url.get_backend_name()}{', blind' if blind else ''}: {messages} messages, {kills} kills, "
        f"{attempts} tries; states {dict(counted)}\n"
        f"  lost {len(lost)}, duplicates {extra} (taken by Slack, and nobody could ask: {extra if blind else 0}), "
        f"unexplained {len(unexplained)}"
    )
    return not lost and not unexplained and len(kept) == messages and counted == {"sent": messages}


def _kept(session: Session) -> dict[int, tuple[str, int]]:
    """State and tries of every row."""
    columns = select(OutboxRow.id, OutboxRow.state, OutboxRow.attempts)
    found = session.execute(columns, execution_options={ALL_TENANTS: True})
    return {row_id: (state, attempts) for row_id, state, attempts in found}
