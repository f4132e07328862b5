"""Background tasks that may be lost without harm, such as refreshing a view. What matters is committed before."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

from bot.ports.http_calls import lookups_within
from bot.ports.messenger import DeliveryError

log = structlog.stdlib.get_logger(__name__)


class BackgroundTasks:
    """Runs tasks after a response, keeps references to them, and waits for them at shutdown."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[object, object, None]) -> None:
        """Start `work`. A failure is logged; the person sees the current state when they reopen the view."""
        with lookups_within(None):  # the time for look-ups is that of the request, not of what follows it
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
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, DeliveryError):
            log.warning("a view or message was not updated", reason=str(error))
        else:
            log.error("a background task failed", error=type(error).__name__, exc_info=error)
