"""Work after the answer that may be lost without harm: a screen drawn anew. What matters is committed before."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

log = structlog.stdlib.get_logger(__name__)


class BackgroundTasks:
    """Runs what comes after an answer, keeps hold of it, and lets it finish at the end."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[object, object, None]) -> None:
        """Start `work` now, behind the answer. A failure is logged; the person finds the present state on reopening."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    async def finish(self, seconds: float) -> None:
        """Wait for what runs, at the most so long, then end it."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a follow-up failed", error=type(error).__name__, exc_info=error)
