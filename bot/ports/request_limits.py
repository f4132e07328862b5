"""How long one request of a platform may be handled, whatever else hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.ports import http_calls
from bot.ports.http_calls import lookups_within

HANDLING_SECONDS = 30.0
"""Enough for all look-ups, a wait for the database, and one call that shows the result."""


@asynccontextmanager
async def within_limits() -> AsyncIterator[None]:
    """Handle one request inside. Raises `TimeoutError` after `HANDLING_SECONDS`: answer so that it is sent again.

    What was committed by then stays, and a repeated request does not apply it twice (`handlers.requests`).
    """
    with lookups_within(http_calls.LOOKUP_SECONDS):
        async with asyncio.timeout(HANDLING_SECONDS):
            yield
