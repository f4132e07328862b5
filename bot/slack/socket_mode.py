"""Slack over Socket Mode: WebSockets that the app opens, for hosts that Slack cannot reach."""

from __future__ import annotations

import asyncio
import contextlib

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

CONNECTIONS = 2
"""Slack sends each event over one of them; while one reconnects or has gone quiet, the other one receives."""

SECONDS_TO_CLOSE = 3.0


class SocketMode:
    """The connections of one app. An event that arrives over both is applied once, like any repeated event."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._handlers = [AsyncSocketModeHandler(app, app_token) for _ in range(CONNECTIONS)]

    async def connect(self) -> None:
        """Open the connections. Each monitors itself, and reconnects when it breaks or goes quiet."""
        for handler in self._handlers:
            await handler.client.connect()  # type: ignore[no-untyped-call]  # slack_sdk has no types here

    async def connected(self) -> bool:
        """Whether at least one of them is connected."""
        return any([await handler.client.is_connected() for handler in self._handlers])

    async def close(self) -> None:
        """Close all connections, with a time limit: a dead peer must not delay the shutdown."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                closing = [handler.client.close() for handler in self._handlers]  # type: ignore[no-untyped-call]  # as above
                await asyncio.gather(*closing)
