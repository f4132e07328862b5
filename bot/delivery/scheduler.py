"""The clock's hands: APScheduler runs the sweep, the calendar and the housekeeping, and remembers nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.delivery.worker import DeliveryWorker
from bot.ports.clock import Clock
from handlers import retention
from handlers.reminders import lost_digests, replanning
from handlers.team import summaries
from storage import workspaces
from storage.database import Database

LONGEST_SLEEP = timedelta(seconds=30)
"""Another process may have written a row."""
SHORTEST_SLEEP = timedelta(seconds=1)
"""When what is due cannot be had now, because another process is just taking it."""

CALENDAR_EVERY = timedelta(hours=1)
HOUSEKEEPING_EVERY = timedelta(hours=6)

log = structlog.stdlib.get_logger(__name__)


class Scheduler:
    """Owns the scheduler. `wake()` makes the sweep look at once; it costs next to nothing when it is awake already."""

    def __init__(self, database: Database, delivery: DeliveryWorker, clock: Clock) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._idle = asyncio.Event()
        self._idle.set()
        self._woken = False
        self._alarm: asyncio.TimerHandle | None = None
        self._jobs: set[asyncio.Future[object]] = set()
        self._finishing = False
        self.failing = False
        """Whether the newest sweep that ended did so with an error."""

    def start(self) -> None:
        """Start the jobs; the first run of each is now."""
        now = datetime.now(UTC)
        # Two instances: a wake may come while the scheduler still counts the sweep that has just ended as running.
        every = {"max_instances": 2, "coalesce": True, "misfire_grace_time": None, "next_run_time": now}
        self._scheduler.add_job(
            self.plan_calendar, IntervalTrigger(seconds=CALENDAR_EVERY.seconds), id="calendar", **every
        )
        self._scheduler.add_job(
            self._keep_house, IntervalTrigger(seconds=HOUSEKEEPING_EVERY.seconds), id="house", **every
        )
        self._scheduler.add_job(self._sweep, IntervalTrigger(seconds=LONGEST_SLEEP.seconds), id="sweep", **every)
        self._scheduler.start()

    def wake(self) -> None:
        """Something may be due: sweep now, or once more after the sweep that is running."""
        if not self._woken:
            self._woken = True
            if self._idle.is_set() and self._scheduler.running:
                self._scheduler.modify_job("sweep", next_run_time=datetime.now(UTC))

    @property
    def is_running(self) -> bool:
        """Whether the hands turn."""
        return bool(self._scheduler.running)

    async def finish(self, seconds: float) -> None:
        """Start no more jobs; wait, at the most so long, for those under way and the letter that is being sent."""
        self._finishing = True
        self._delivery.stop()
        if self._alarm is not None:
            self._alarm.cancel()
        if self._scheduler.running:
            self._scheduler.pause()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()
                await asyncio.gather(*self._jobs, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def plan_calendar(self) -> None:
        """Plan what the calendar asks for: summaries, what is to be planned anew, what lost digests leave behind."""
        await self._guarded("calendar", self._plan_ahead)
        self.wake()

    async def _plan_ahead(self) -> None:
        for tenant_id in await self._database.read(workspaces.unblocked_tenants):
            if self._finishing:
                return
            await self._database.write(summaries.plan_next, tenant_id, self._clock.now())
            while await self._database.write(replanning.replan_next_batch, tenant_id, self._clock.now()):
                pass
            while await self._database.write(lost_digests.plan_again, tenant_id, self._clock.now()):
                pass
            after: int | None = 0
            while after is not None:
                after = await self._database.write(
                    lost_digests.plan_missing_digests, tenant_id, after, self._clock.now()
                )

    async def _keep_house(self) -> None:
        await self._guarded("housekeeping", lambda: self._database.write(retention.delete_expired, self._clock.now()))

    async def _sweep(self) -> None:
        if not self._idle.is_set():
            return  # a wake that came while a sweep runs: `_woken` has it look once more
        self._idle.clear()
        due: datetime | None = None
        try:
            while True:
                self._woken = False
                due = await self._delivery.sweep()
                if not self._woken:
                    break
            self.failing = False
        except Exception:
            self.failing = True
            log.exception("the sweep failed; it is tried again")
        finally:
            self._idle.set()
        if self._scheduler.running:
            self._set_alarm(LONGEST_SLEEP if due is None else due - self._clock.now())

    def _set_alarm(self, sleep: timedelta) -> None:
        """Sweep again after so long, on the loop's steady clock: the scheduler's can be set back."""
        if sleep <= timedelta(0):
            sleep = SHORTEST_SLEEP
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(min(sleep, LONGEST_SLEEP).total_seconds(), self.wake)

    async def _guarded(self, job: str, run: Callable[[], Awaitable[object]]) -> None:
        """A job that fails is tried again at its next time; the scheduler must not lose it."""
        under_way = asyncio.ensure_future(run())
        self._jobs.add(under_way)
        try:
            await under_way
        except Exception:
            log.exception("a job failed; it is tried again", job=job)
        finally:
            self._jobs.discard(under_way)
