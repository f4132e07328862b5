"""Slack over Socket Mode: WebSockets that the app opens, for hosts that Slack cannot reach."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.payload_shape import UnknownShapeError, check_shape

CONNECTIONS = 2
"""Slack sends each event over one of them; while one reconnects or has gone quiet, the other one receives."""

SECONDS_TO_CLOSE = 3.0

log = structlog.stdlib.get_logger(__name__)


class CheckedHandler(AsyncSocketModeHandler):
    """Passes on payloads that have the shape of Slack's. Others are acknowledged, so that they do not come again."""

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Handle one envelope."""
        try:
            check_shape(req.payload)
        except UnknownShapeError as error:
            log.warning("Slack request rejected", cause=f"the payload is not one of Slack's: {error}")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        else:
            await super().handle(client, req)  # type: ignore[arg-type]  # slack_bolt names one of its own clients


class SocketMode:
    """The connections of one app. An event that arrives over both is applied once, like any repeated event."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._handlers = [CheckedHandler(app, app_token) for _ in range(CONNECTIONS)]

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
