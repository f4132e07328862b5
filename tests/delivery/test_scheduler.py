"""The sweep wakes at the next due time, sleeps otherwise, and is not put to sleep by a clock that is set back."""

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
from tests.delivery.fake_messenger import PostOffice, letters
from tests.handlers.world import World

pytestmark = pytest.mark.both_databases

HOURS = timedelta(hours=3)


class Counted(DeliveryWorker):
    """Counts its sweeps."""

    sweeps = 0

    async def sweep(self) -> datetime | None:
        self.sweeps += 1
        return await super().sweep()


class Planned(Scheduler):
    """Counts how often the calendar was planned."""

    planned = 0

    async def plan_calendar(self) -> None:
        await super().plan_calendar()
        self.planned += 1

    @property
    def at_rest(self) -> bool:
        """No sweep runs, and none is called for."""
        return self._sweep_ended.is_set() and not self._wake_requested


class Hands:
    """A schedule at work, its sender, and where the letters arrive."""

    def __init__(self, database: Database) -> None:
        self.office = PostOffice()
        self.sender = Counted(database, {"slack": self.office}, Clock())
        self.schedule = Planned(database, self.sender, Clock())

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0.01)


@pytest.fixture
async def hands(database: Database) -> AsyncIterator[Hands]:
    hands = Hands(database)
    hands.schedule.start()
    # The first run of each job is over, and the sweep that the calendar calls for.
    await hands.until(lambda: hands.sender.sweeps > 0 and hands.schedule.planned > 0 and hands.schedule.at_rest)
    yield hands
    await hands.schedule.shutdown(5)


async def test_it_wakes_when_the_next_row_is_due_and_not_before(hands: Hands, database: Database) -> None:
    due_at = datetime.now(UTC) + timedelta(seconds=1.5)
    await database.write(letters, ["A"], 1, due_at)
    hands.schedule.wake()
    await asyncio.sleep(0.5)
    before = hands.sender.sweeps

    await hands.until(lambda: bool(hands.office.arrived))

    assert datetime.now(UTC) >= due_at
    assert hands.sender.sweeps - before <= 2


async def test_it_sleeps_while_nothing_is_due(hands: Hands) -> None:
    before = hands.sender.sweeps
    await asyncio.sleep(1)
    assert hands.sender.sweeps == before


async def test_a_clock_that_is_set_back_does_not_put_it_to_sleep(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_SLEEP", timedelta(seconds=1))
    hands = Hands(database)
    hands.schedule.start()
    await hands.until(lambda: hands.sender.sweeps > 0)
    # What a jump back looks like to the scheduler: its next run is hours away.
    hands.schedule._scheduler.modify_job("sweep", next_run_time=datetime.now(UTC) + HOURS)

    await database.write(letters, ["A"], 1, datetime.now(UTC))  # by another process, which cannot wake us
    await hands.until(lambda: bool(hands.office.arrived))
    await hands.schedule.shutdown(5)


async def test_what_a_lost_digest_would_have_told_is_taken_up_with_the_calendar(database: Database) -> None:
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
