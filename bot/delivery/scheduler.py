"""The scheduled jobs: APScheduler runs the sweep, the calendar and the housekeeping, and stores nothing."""

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
from handlers.review import self_check
from handlers.team import summaries
from storage import workspaces
from storage.database import Database
from storage.planner_statistics import update_statistics

MAX_SLEEP = timedelta(seconds=30)
"""Between two sweeps, because another process may have written a row."""
SLEEP_AFTER_FAILURE = timedelta(seconds=5)
"""Before the next sweep, if the database failed."""
MIN_SLEEP = timedelta(seconds=1)
"""Between two sweeps if a row is due that could not be claimed, because another process is claiming it."""

CALENDAR_EVERY = timedelta(hours=1)
HOUSEKEEPING_EVERY = timedelta(hours=6)

log = structlog.stdlib.get_logger(__name__)


class Scheduler:
    """Runs the jobs. `wake()` starts a sweep now and is cheap enough to call after every write."""

    def __init__(self, database: Database, worker: DeliveryWorker, clock: Clock) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._sweep_ended = asyncio.Event()
        self._sweep_ended.set()
        self._wake_requested = False
        self._wake_timer: asyncio.TimerHandle | None = None
        self._jobs: set[asyncio.Future[object]] = set()
        self._stopping = False

    def start(self) -> None:
        """Start the jobs; the first run of each is now."""
        now = datetime.now(UTC)
        # Two instances: APScheduler may still count a sweep as running when `wake` starts the next one.
        every = {"max_instances": 2, "coalesce": True, "misfire_grace_time": None, "next_run_time": now}
        self._scheduler.add_job(
            self.plan_calendar, IntervalTrigger(seconds=CALENDAR_EVERY.seconds, timezone=UTC), id="calendar", **every
        )
        self._scheduler.add_job(
            self._keep_house,
            IntervalTrigger(seconds=HOUSEKEEPING_EVERY.seconds, timezone=UTC),
            id="housekeeping",
            **every,
        )
        self._scheduler.add_job(
            self._sweep, IntervalTrigger(seconds=MAX_SLEEP.seconds, timezone=UTC), id="sweep", **every
        )
        self._scheduler.start()

    def wake(self) -> None:
        """A message may be due: sweep now, or once more after the current sweep."""
        if not self._wake_requested:
            self._wake_requested = True
            if self._sweep_ended.is_set() and self._scheduler.running:
                self._scheduler.modify_job("sweep", next_run_time=datetime.now(UTC))

    @property
    def is_running(self) -> bool:
        """Whether the scheduler is running."""
        return bool(self._scheduler.running)

    @property
    def failing(self) -> bool:
        """Whether the last look at the outbox failed."""
        return self._worker.failing

    async def shutdown(self, grace: float) -> None:
        """Start no more jobs, and wait up to `grace` seconds for the running jobs and the messages being sent."""
        self._stopping = True
        self._worker.stop()
        if self._wake_timer is not None:
            self._wake_timer.cancel()
        if self._scheduler.running:
            self._scheduler.pause()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._sweep_ended.wait()
                await asyncio.gather(*self._jobs, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def plan_calendar(self) -> None:
        """Plan weekly summaries and monthly self-checks, reminders whose rules changed, and what lost digests told."""
        await self._run_job("calendar", self._plan_ahead)
        self.wake()

    async def _plan_ahead(self) -> None:
        for tenant_id in await self._database.read(workspaces.unblocked_tenants):
            if self._stopping:
                return
            await self._database.write(summaries.plan_next, tenant_id, self._clock.now())
            await self._database.write(self_check.plan_checks, tenant_id, self._clock.now())
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
        await self._run_job("housekeeping", self._tidy)

    async def _tidy(self) -> None:
        await self._database.write(retention.delete_expired, self._clock.now())
        if not self._stopping:
            await self._database.write(update_statistics)

    async def _sweep(self) -> None:
        if not self._sweep_ended.is_set():
            return  # the running sweep sees `_wake_requested` and sweeps once more
        self._sweep_ended.clear()
        due: datetime | None = None
        try:
            while True:
                self._wake_requested = False
                due = await self._worker.sweep()
                if not self._wake_requested:
                    break
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        except Exception:
            log.exception("the sweep failed and will be retried")
        finally:
            self._sweep_ended.set()
        if self._scheduler.running:
            self._run_jobs_of_a_clock_set_back()
            quiet = SLEEP_AFTER_FAILURE if self.failing else MAX_SLEEP
            self._schedule_wake(quiet if due is None else due - self._clock.now())

    def _run_jobs_of_a_clock_set_back(self) -> None:
        """Run each job now whose next run is further away than its interval: APScheduler's clock was set back."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time is not None and job.next_run_time - now > job.trigger.interval:
                log.warning("the machine's time was set back", job=job.id)
                job.modify(next_run_time=now)

    def _schedule_wake(self, sleep: timedelta) -> None:
        """Sweep again after `sleep`, timed by the loop's monotonic clock: APScheduler's wall clock can be set back."""
        if sleep <= timedelta(0):
            sleep = MIN_SLEEP
        if self._wake_timer is not None:
            self._wake_timer.cancel()
        self._wake_timer = asyncio.get_running_loop().call_later(min(sleep, MAX_SLEEP).total_seconds(), self.wake)

    async def _run_job(self, job: str, run: Callable[[], Awaitable[object]]) -> None:
        """Log a failure instead of raising it: the job runs again at its next time."""
        task = asyncio.ensure_future(run())
        self._jobs.add(task)
        try:
            await task
        except Exception:
            log.exception("a job failed and will be retried", job=job)
        finally:
            self._jobs.discard(task)
