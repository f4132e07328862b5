"""Socket Mode: the app's WebSockets, and the envelopes sent over them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.json_body import UnreadableBody, parsed

Json = dict[str, Any]
MAX_CONNECTIONS = 10
TICKET_SECONDS = 30.0
MAX_TICKETS = 100


@dataclass(slots=True, eq=False)
class Connection:
    """One open WebSocket and its envelopes that wait for an ack."""

    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class SocketMode:
    """All Socket Mode connections of the app. Envelopes go to them in turn, as in Slack."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._tickets: OrderedDict[str, float] = OrderedDict()
        self._connections: list[Connection] = []
        self._turn = itertools.count()

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def ticket(self) -> str:
        """A new ticket for one connection, valid for 30 seconds."""
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = time.monotonic()
        while len(self._tickets) > MAX_TICKETS:
            self._tickets.popitem(last=False)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one client until its connection ends."""
        issued = self._tickets.pop(request.match_info["ticket"], None)
        if issued is None or time.monotonic() - issued > TICKET_SECONDS:
            return web.Response(status=404, text="unknown or used ticket")
        if self.connected >= MAX_CONNECTIONS:
            return web.Response(status=429, text="too_many_websockets")
        socket = web.WebSocketResponse(heartbeat=None)
        await socket.prepare(request)
        connection = Connection(socket)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    _acknowledge(connection, message.data)
        finally:
            self._connections.remove(connection)
            for future in connection.waiting.values():
                future.cancel()
        return socket

    async def send(self, kind: str, payload: Json, attempt: int, reason: str, patience: float) -> Json:
        """Send one envelope and return the payload of its ack (empty if it has none).

        Raises `TimeoutError` without an ack in time, and `ConnectionError` if the connection breaks.
        """
        if not self._connections:
            raise ConnectionError("no Socket Mode connection is open")
        connection = self._connections[next(self._turn) % len(self._connections)]
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt - 1, "retry_reason": reason}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = answer
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(answer, patience)
        except asyncio.CancelledError:
            if answer.cancelled():
                raise ConnectionError("the Socket Mode connection was closed") from None
            raise
        finally:
            connection.waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str, *, warn_only: bool = False) -> None:
        """Ask every client to reconnect (`warning`, `refresh_requested`); close the sockets unless `warn_only`."""
        for connection in list(self._connections):
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
            )
            if not warn_only:
                await connection.socket.close()

    async def close(self) -> None:
        """Close all connections, when the sandbox stops."""
        for connection in list(self._connections):
            await connection.socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connected,
            "debug_info": {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18_060},
            "connection_info": {"app_id": self._app_id},
        }


def _acknowledge(connection: Connection, text: str) -> None:
    try:
        message = parsed(text)
    except UnreadableBody:
        return
    if not isinstance(message, dict):
        return
    future = connection.waiting.get(str(message.get("envelope_id")))
    if future is not None and not future.done():
        payload = message.get("payload")
        future.set_result(payload if isinstance(payload, dict) else {})
