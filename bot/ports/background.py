"""Background tasks that may be lost without harm, such as refreshing a view. What matters is committed before."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

log = structlog.stdlib.get_logger(__name__)


class BackgroundTasks:
    """Runs tasks after a response, keeps references to them, and waits for them at shutdown."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[object, object, None]) -> None:
        """Start `work`. A failure is logged; the person sees the current state when they reopen the view."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    async def shutdown(self, grace: float) -> None:
        """Wait up to `grace` seconds for the running tasks, then cancel them."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=grace)
        for task in late:
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a background task failed", error=type(error).__name__, exc_info=error)
