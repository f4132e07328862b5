"""Slack over Socket Mode: WebSockets that the app opens, for hosts that Slack cannot reach."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import structlog
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.ports.messenger import DeliveryError, ThrottledError
from bot.ports.proxies import proxy_for
from bot.ports.request_limits import within_limits
from bot.slack.payload_shape import UnknownShapeError, read_payload
from bot.slack.web_api import call_slack

CONNECTIONS = 2
"""Slack sends each event over one of them; while one reconnects or has gone quiet, the other one receives."""
PING_SECONDS = 10
CONNECT_SECONDS = 15.0
"""How long opening a WebSocket may take; then its URL, which is good for one connection, is asked for again."""
SECONDS_BEFORE_RETRY = 5.0
SECONDS_TO_CLOSE = 3.0

log = structlog.stdlib.get_logger(__name__)


class SocketMode:
    """The connections of one app. An event that arrives over both is applied once, like any repeated event."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._app = app
        self._clients = [_Connection(app, app_token) for _ in range(CONNECTIONS)]
        for client in self._clients:
            client.socket_mode_request_listeners.append(self._handle)

    async def connect(self) -> None:
        """Open the connections. Each monitors itself, and reconnects when it breaks or goes quiet."""
        for client in self._clients:
            await client.connect()

    async def connected(self) -> bool:
        """Whether at least one of them is connected."""
        return any([await client.is_connected() for client in self._clients])

    async def close(self) -> None:
        """Close all connections, with a time limit: a dead peer must not delay the shutdown."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                closing = [client.close() for client in self._clients]  # type: ignore[no-untyped-call]  # slack_sdk has no types here
                await asyncio.gather(*closing)

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Handle one request. What fails or takes too long is not acknowledged, and Slack sends it again."""
        try:
            async with within_limits():
                answer = await self._answer(request)
        except TimeoutError:
            log.warning("a request took too long and was given up", kind=request.type)
            return
        try:
            await send_async_response(client, request, answer, 0.0)
        except (ClientError, OSError) as error:
            log.warning("a request could not be acknowledged", kind=request.type, error=type(error).__name__)

    async def _answer(self, request: SocketModeRequest) -> BoltResponse:
        """The app's answer. A payload without the shape of Slack's is acknowledged, so that it does not come again."""
        try:
            request.payload = read_payload(request.payload)
        except UnknownShapeError as error:
            log.warning("Slack request rejected", cause=f"the payload is not one of Slack's: {error}")
            return BoltResponse(status=200, body="")
        answer: BoltResponse = await run_async_bolt_app(self._app, request)
        return answer


class _Connection(SocketModeClient):
    """One WebSocket, which asks for a new URL until it is connected."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        sdk_log = logging.getLogger(f"{__name__}.sdk")
        sdk_log.setLevel(logging.ERROR)
        sdk_log.addFilter(_one_line)
        super().__init__(app_token, logger=sdk_log, web_client=app.client, ping_interval=PING_SECONDS)

    async def connect(self) -> None:
        """Connect; tries again until it is connected or closed."""
        while not self.closed:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await super().connect()  # type: ignore[no-untyped-call]  # slack_sdk has no types here
            except TimeoutError:
                log.warning("Slack's WebSocket could not be opened in time")
                self.wss_uri = None
            else:
                return

    async def issue_new_wss_url(self) -> str:
        """The URL of a new WebSocket; asks again until Slack names one."""
        while True:
            wait = SECONDS_BEFORE_RETRY
            try:
                answer = await call_slack(self.web_client.apps_connections_open(app_token=self.app_token))
                self.proxy = proxy_for(answer["url"])  # slack_sdk ignores NO_PROXY
                return str(answer["url"])
            except DeliveryError as error:
                if self.closed:
                    raise
                log.warning("Slack named no address for Socket Mode", reason=str(error))
                if isinstance(error, ThrottledError):
                    wait = error.wait.total_seconds()
            await asyncio.sleep(wait)


def _one_line(record: logging.LogRecord) -> bool:
    """Log a broken connection by its name alone: slack_sdk logs tracebacks, and URLs that hold a ticket."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, ClientError | OSError | DeliveryError):
        record.msg, record.args = f"Slack's WebSocket: {type(error).__name__}", ()
        record.exc_info = record.exc_text = None
    return True
