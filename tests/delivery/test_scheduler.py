"""The scheduler sweeps at the next due time, not before, and also after the clock was set back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.delivery import scheduler as module
from bot.delivery.scheduler import Scheduler
from bot.delivery.worker import DeliveryWorker
from bot.ports.clock import Clock
from handlers.method.reminders_due import Kind
from storage.database import Database
from storage.models import OutboxRow
from tests.delivery.fake_messenger import FakeMessenger, queue_messages
from tests.handlers.world import World
from tests.patience import PATIENCE

pytestmark = pytest.mark.both_databases

HOURS = timedelta(hours=3)


class CountingWorker(DeliveryWorker):
    """Counts its sweeps."""

    sweeps = 0

    async def sweep(self) -> datetime | None:
        self.sweeps += 1
        return await super().sweep()


class CountingScheduler(Scheduler):
    """Counts how often the calendar was planned."""

    planned = 0

    async def plan_calendar(self) -> None:
        await super().plan_calendar()
        self.planned += 1

    @property
    def at_rest(self) -> bool:
        """No sweep is running or requested."""
        return self._sweep_ended.is_set() and not self._wake_requested


class RunningScheduler:
    """A running scheduler with its worker and its messenger."""

    def __init__(self, database: Database) -> None:
        self.office = FakeMessenger()
        self.sender = CountingWorker(database, {"slack": self.office}, Clock())
        self.schedule = CountingScheduler(database, self.sender, Clock())

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.01)


@pytest.fixture
async def hands(database: Database) -> AsyncIterator[RunningScheduler]:
    hands = RunningScheduler(database)
    hands.schedule.start()
    # Wait for the first run of each job, and for the sweep after the calendar job.
    await hands.until(lambda: hands.sender.sweeps > 0 and hands.schedule.planned > 0 and hands.schedule.at_rest)
    yield hands
    await hands.schedule.shutdown(5)


async def test_it_sweeps_when_the_next_row_is_due_and_not_before(hands: RunningScheduler, database: Database) -> None:
    due_at = datetime.now(UTC) + timedelta(seconds=1.5)
    await database.write(queue_messages, ["A"], 1, due_at)
    hands.schedule.wake()
    await asyncio.sleep(0.5)
    before = hands.sender.sweeps

    await hands.until(lambda: bool(hands.office.delivered))

    assert datetime.now(UTC) >= due_at
    assert hands.sender.sweeps - before <= 2


async def test_it_sleeps_while_nothing_is_due(hands: RunningScheduler) -> None:
    before = hands.sender.sweeps
    await asyncio.sleep(1)
    assert hands.sender.sweeps == before


async def test_it_keeps_sweeping_when_the_clock_is_set_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_SLEEP", timedelta(seconds=1))
    hands = RunningScheduler(database)
    hands.schedule.start()
    await hands.until(lambda: hands.sender.sweeps > 0)
    # To APScheduler, a clock that was set back looks like a next run that is hours away.
    hands.schedule._scheduler.modify_job("sweep", next_run_time=datetime.now(UTC) + HOURS)

    await database.write(queue_messages, ["A"], 1, datetime.now(UTC))  # by another process, which cannot wake this one
    await hands.until(lambda: bool(hands.office.delivered))
    await hands.schedule.shutdown(5)


async def test_the_calendar_replaces_a_lost_digest(database: Database) -> None:
    world = World(database)
    world.a_deal()

    def lose(session: Session) -> None:
        digests = update(OutboxRow).where(OutboxRow.kind == Kind.DIGEST)
        session.execute(digests.values(state="dead", reason="user_not_found", settled_at=world.now))

    await asyncio.to_thread(world.write, lose)
    clock = Clock(wall=lambda: world.now)
    await Scheduler(database, DeliveryWorker(database, {}, clock), clock).plan_calendar()

    rows = await asyncio.to_thread(world.all, OutboxRow)
    assert [row.state for row in rows if row.kind == Kind.DIGEST] == ["dead", "queued"]
