"""A peer that goes wrong: between the bot and a simulated platform, it answers some calls in one of many bad ways."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
HTML = b"<html><head><title>Sign in</title></head><body>PROXY-PAGE</body></html>"
SECRET = "PROXY-PAGE"
"""In every body: what a peer sends must not reach the log."""
HOP_BY_HOP = {"connection", "content-encoding", "content-length", "host", "keep-alive", "transfer-encoding"}


def says(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> Answer:
    """A whole answer, and the end of the connection."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = {"Content-Type": content_type, "Content-Length": str(len(body)), "Connection": "close", **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        writer.write(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + body)
        await writer.drain()

    return answer


def trickles(first: bytes, then: bytes) -> Answer:
    """The beginning of an answer, and then the same bytes again and again, slowly."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(then)
            await writer.drain()
            await asyncio.sleep(0.05)

    return answer


async def never(_writer: asyncio.StreamWriter) -> None:
    """Take the request, and stay silent."""
    await asyncio.Event().wait()


async def resets(writer: asyncio.StreamWriter) -> None:
    """Break the connection without a goodbye."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def endless(writer: asyncio.StreamWriter) -> None:
    """An answer without an end, as fast as it is read."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
        await writer.drain()


async def breaks_off(writer: asyncio.StreamWriter) -> None:
    """Less than was announced."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"ok": true, "ts"')
    await writer.drain()


async def other_protocol(writer: asyncio.StreamWriter) -> None:
    """Not HTTP at all."""
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
BAD_ANSWERS: dict[str, Answer] = {
    "never answers": never,
    "a byte now and then": trickles(HEAD, b" "),
    "headers that never end": trickles(b"HTTP/1.1 200 OK\r\n", b"X-More: of it\r\n"),
    "resets": resets,
    "breaks off": breaks_off,
    "endless body": endless,
    "no HTTP": other_protocol,
    "HTML with 200": says(200, HTML, "text/html"),
    "HTML with 403": says(403, HTML, "text/html; charset=utf-8"),
    "HTML with 404": says(404, HTML, "text/html"),
    "HTML with 502": says(502, HTML, "text/html"),
    "HTML called JSON": says(200, HTML),
    "nothing with 200": says(200, b""),
    "nothing with 204": says(204, b""),
    "nothing with 403": says(403, b"", "text/plain"),
    "an empty object": says(200, b"{}"),
    "null": says(200, b"null"),
    "a list": says(200, b'["PROXY-PAGE"]'),
    "a text": says(200, b'"PROXY-PAGE"'),
    "ok without anything": says(200, b'{"ok": true}'),
    "ok as a text": says(200, b'{"ok": "true", "ts": "1.2", "channel": "C1", "url": "x"}'),
    "ok with other types": says(
        200, b'{"ok": true, "ts": 7, "channel": [], "user": "PROXY-PAGE", "members": {}, "id": {}}'
    ),
    "ok with 500": says(500, b'{"ok": true, "ts": "1.2", "channel": "C1"}'),
    "no without a reason": says(200, b'{"ok": false}'),
    "no with a number": says(200, b'{"ok": false, "error": 403}'),
    "another API": says(200, b'{"status": "PROXY-PAGE", "data": {"id": null}}'),
    "another API's 404": says(404, b'{"status": 404, "path": "PROXY-PAGE"}'),
    "broken JSON": says(200, b'{"ok": true, "ts": "17'),
    "deep JSON": says(200, b'{"ok": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "broken UTF-8": says(200, b'{"ok": true, "ts": "\xff\xfe"}'),
    "broken gzip": says(200, b"\x1f\x8bPROXY-PAGE", Content_Encoding="gzip"),
    "gzip of HTML": says(200, gzip.compress(HTML), "text/html", Content_Encoding="gzip"),
    "a plain sentence": says(200, b"PROXY-PAGE: please relax", "text/plain"),
    "as a download": says(200, b"PROXY-PAGE", "application/gzip"),
    "a redirect": says(302, b"", Location="http://127.0.0.1:9/elsewhere"),
    "a redirect of the post": says(307, HTML, "text/html", Location="/api/elsewhere"),
    "busy, as HTML": says(503, HTML, "text/html", Retry_After="999999999"),
}


@dataclass(slots=True)
class BadPeer:
    """Passes requests on to `target`, except those to a path that ends with `path`: the next `count` get `answer`."""

    target: str
    url: str = ""
    answer: Answer = never
    path: str = ""
    count: int = 0
    seen: list[str] = field(default_factory=list)
    """The paths of all requests."""
    answered: int = 0
    """How many got the bad answer."""

    def goes_wrong(self, answer: str | Answer, path: str, count: int = 10_000) -> None:
        """Answer the next calls to `path` so."""
        self.answer = BAD_ANSWERS[answer] if isinstance(answer, str) else answer
        self.path, self.count, self.answered = path, count, 0

    def recovers(self) -> None:
        """Pass everything on."""
        self.count = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, aiohttp.ClientError):
                await self._serve(reader, writer)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await _read_body(reader, headers)
        path = target.partition("?")[0]
        self.seen.append(path)
        if self.count > 0 and path.endswith(self.path):
            self.count -= 1
            self.answered += 1
            await self.answer(writer)
        else:
            await self._pass_on(writer, method, target, headers, body)

    async def _pass_on(
        self, writer: asyncio.StreamWriter, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> None:
        kept = {name: value for name, value in headers.items() if name not in HOP_BY_HOP}
        async with (
            aiohttp.ClientSession(auto_decompress=True) as http,
            http.request(method, self.target + target, headers=kept, data=body, allow_redirects=False) as got,
        ):
            # Addresses that the platform names are its own: here they lead through this peer, too.
            content = (await got.read()).replace(self.target.encode(), self.url.encode())
            more = {name.replace("-", "_"): value for name, value in got.headers.items() if name == "Retry-After"}
            await says(got.status, content, got.headers.get("Content-Type", "text/plain"), **more)(writer)


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


@asynccontextmanager
async def running(target: str) -> AsyncIterator[BadPeer]:
    """A peer on loopback in front of `target`, an address without a path."""
    peer = BadPeer(target.rstrip("/"))
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(peer.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield peer
    finally:
        server.close()
        for each in list(connections):
            each.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # the closed transports end in the next round
        await server.wait_closed()


def json_answer(status: int = 200, **fields: object) -> Answer:
    """A JSON object with these fields."""
    return says(status, json.dumps(fields).encode())
