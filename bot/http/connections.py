"""The web server's connections: limited in number, and in the time that a request may take to arrive.

aiohttp itself waits for the end of a request's headers as long as for the next request on an open connection: an hour.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestPayloadError

MAX_CONNECTIONS = 500
"""Below the usual limit of 1,024 open files, which the database and the outgoing requests need, too."""
SECONDS_FOR_HEADERS = 10.0
SECONDS_TO_LINGER = 2.0
"""How long the rest of a body is read after the answer, so that the sender gets to read the answer."""

log = structlog.stdlib.get_logger(__name__)


class Connections:
    """All open connections: a protocol factory for `loop.create_server`.

    When there are too many, the one that has waited longest for its sender is closed for the new one.
    """

    def __init__(
        self,
        make_protocol: Callable[[], asyncio.Protocol],
        most: int = MAX_CONNECTIONS,
        seconds_for_headers: float = SECONDS_FOR_HEADERS,
    ) -> None:
        self._make_protocol = make_protocol
        self._most = most
        self._seconds_for_headers = seconds_for_headers
        self._open: dict[Connection, None] = {}
        """In the order in which they began to wait for their sender."""

    def __call__(self) -> Connection:
        """The protocol of a new connection."""
        return Connection(self, self._make_protocol(), self._seconds_for_headers)

    def __len__(self) -> int:
        return len(self._open)

    def opened(self, connection: Connection) -> None:
        """Count the connection, and make room for it."""
        self._open[connection] = None
        if len(self._open) > self._most:
            oldest = next((each for each in self._open if each.waits_for_sender), connection)
            oldest.abort()

    def waits_again(self, connection: Connection) -> None:
        """The connection has been answered and is the last in line to be closed."""
        if connection in self._open:
            del self._open[connection]
            self._open[connection] = None

    def closed(self, connection: Connection) -> None:
        """Do not count the connection any longer."""
        self._open.pop(connection, None)


class Connection(asyncio.Protocol):
    """One connection: passes everything on to aiohttp's protocol, and closes when the headers take too long."""

    def __init__(self, connections: Connections, protocol: asyncio.Protocol, seconds_for_headers: float) -> None:
        self._connections = connections
        self._protocol = protocol
        self._seconds_for_headers = seconds_for_headers
        self._transport: asyncio.Transport | None = None
        self._request: web.Request | None = None
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def waits_for_sender(self) -> bool:
        """Whether the next request, or the rest of this one, has yet to arrive."""
        return self._request is None or not self._request.content.is_eof()

    def abort(self) -> None:
        """Close at once."""
        self._connections.closed(self)
        if self._transport is not None:
            self._transport.abort()

    def request_begins(self, request: web.Request) -> None:
        """The headers have arrived."""
        self._request = request
        self._stop_clock()

    def request_ends(self) -> None:
        """The request has an answer."""
        self._request = None
        self._connections.waits_again(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock: a connection is opened to send a request."""
        self._transport = cast(asyncio.Transport, transport)  # TCP
        self._start_clock()
        self._protocol.connection_made(transport)
        self._connections.opened(self)

    def data_received(self, data: bytes) -> None:
        """Start the clock with the first byte of each further request."""
        if self._request is None and self._deadline is None:
            self._start_clock()
        self._protocol.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up."""
        self._stop_clock()
        self._connections.closed(self)
        self._protocol.connection_lost(exc)

    def eof_received(self) -> bool | None:
        """Pass it on."""
        return self._protocol.eof_received()

    def pause_writing(self) -> None:
        """Pass it on."""
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._protocol.resume_writing()

    def _start_clock(self) -> None:
        self._deadline = asyncio.get_running_loop().call_later(self._seconds_for_headers, self.abort)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


@web.middleware
async def request_on_connection(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the connection when its request begins and ends."""
    transport = request.transport
    connection = None if transport is None else transport.get_protocol()
    if not isinstance(connection, Connection):  # it has broken off, or a test has a server of its own
        return await handler(request)
    connection.request_begins(request)
    try:
        return await handler(request)
    finally:
        connection.request_ends()


class ServerLog(logging.LoggerAdapter[logging.Logger]):
    """aiohttp's log: what a sender did wrong is one line without a traceback."""

    def exception(self, msg: object, *args: object, exc_info: Any = True, **kwargs: Any) -> None:
        """Log an error of the server with its traceback, one of a sender without."""
        if isinstance(exc_info, HttpProcessingError):
            log.warning("request rejected", error=type(exc_info).__name__)
        elif not isinstance(exc_info, RequestPayloadError | ConnectionError):  # of a body that was answered already
            super().exception(msg, *args, exc_info=exc_info, **kwargs)

    def debug(self, msg: object, *args: object, exc_info: Any = None, **kwargs: Any) -> None:
        """The same for what aiohttp hides, because it is no HTTP at all."""
        if isinstance(exc_info, HttpProcessingError):
            log.warning("request rejected", error=type(exc_info).__name__)
        else:
            super().debug(msg, *args, exc_info=exc_info, **kwargs)


async def listen(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    """Set up the runner and listen. Close the server before the runner is cleaned up."""
    await runner.setup()
    make_protocol = cast(Callable[[], asyncio.Protocol], runner.server)  # there is one after `setup`
    return await asyncio.get_running_loop().create_server(Connections(make_protocol), host, port)
