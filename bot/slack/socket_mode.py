"""Slack over Socket Mode: WebSockets that we open, for where Slack cannot reach us."""

from __future__ import annotations

import asyncio
import contextlib

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

CONNECTIONS = 2
"""Slack spreads events over all; while one is being renewed, or has gone quiet, the other one hears."""

SECONDS_TO_CLOSE = 3.0


class SocketMode:
    """The connections of one app. What Slack sends over two of them is applied once, as everything is."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._handlers = [AsyncSocketModeHandler(app, app_token) for _ in range(CONNECTIONS)]

    async def connect(self) -> None:
        """Open the connections. From then on each watches itself and is renewed when it breaks or goes quiet."""
        for handler in self._handlers:
            await handler.client.connect()  # type: ignore[no-untyped-call]  # theirs

    async def connected(self) -> bool:
        """Whether at least one of them hears."""
        return any([await handler.client.is_connected() for handler in self._handlers])

    async def close(self) -> None:
        """Close all, within a bound: a peer that is gone must not hold up the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                closing = [handler.client.close() for handler in self._handlers]  # type: ignore[no-untyped-call]  # as above
                await asyncio.gather(*closing)
