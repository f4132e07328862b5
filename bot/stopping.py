"""How the bot stops: a signal is heard at once, the parts share a few seconds, and the process always ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack

import structlog

STOP_SECONDS = 4.0
"""How long all parts together may take to finish what they are doing."""
PROCESS_SECONDS = 8.0
"""When the process ends whatever still hangs, such as a thread that waits for the database. A container gets 10 s,
and the end of the interpreter itself takes a moment."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.stdlib.get_logger(__name__)


class StopTime:
    """The time that is left for stopping, from the first part that stops."""

    def __init__(self) -> None:
        self._end: float | None = None

    def left(self) -> float:
        """Seconds; a part gets a moment even if those before it have used up everything."""
        if self._end is None:
            self._end = time.monotonic() + STOP_SECONDS
        return max(0.2, self._end - time.monotonic())

    def push(self, stack: AsyncExitStack, part: str, stop: Callable[[float], Awaitable[object]]) -> None:
        """Have `stack` stop a part; `stop` gets the seconds that it has."""

        async def within() -> None:
            seconds = self.left()
            try:
                async with asyncio.timeout(seconds + 0.5):
                    await stop(seconds)
            except TimeoutError:
                log.warning("a part did not stop in time", part=part)

        stack.push_async_callback(within)


async def run_until_stopped(serve: Callable[[asyncio.Event, asyncio.Event], Coroutine[object, object, None]]) -> None:
    """Run `serve(started, stopped)` until SIGTERM or SIGINT; it sets `started`, and returns once `stopped` is set.

    A signal before `started` cancels it. A second signal ends the process at once; so does the end of
    `PROCESS_SECONDS` after the first one. What is committed stays, and leases run out (`storage.outbox`).
    """
    started, stopped = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(started, stopped))

    def on_signal(number: signal.Signals) -> None:
        if stopped.is_set():
            _end_process(f"a second {number.name}", 128 + number)
        stopped.set()
        _end_process_later()
        if not started.is_set():
            log.info("FirstCall stops while it starts")
            serving.cancel()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, on_signal, number)
    try:
        await serving
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
    finally:
        gc.freeze()  # to look through all objects once more takes the interpreter a second of computing


def _end_process_later() -> None:
    # A thread of its own, because the event loop, or the interpreter's exit, may be what hangs.
    timer = threading.Timer(PROCESS_SECONDS, _end_process, ("stopping took too long", 0))
    timer.daemon = True
    timer.start()


def _end_process(why: str, code: int) -> None:
    log.warning("the process ends at once", why=why)
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)
