"""Calls to the platforms over HTTP, within limits that hold whatever the peer does.

A call ends within its seconds, follows no redirect and reads no endless answer. Calls of one kind in one workspace wait
for each other, never for those of another kind or workspace.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Hashable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from aiohttp.http_exceptions import HttpProcessingError

from bot.ports.messenger import UnreachableError
from bot.ports.proxies import proxy_for

CALL_SECONDS = 10.0
"""How long a call may take, with the wait for its place in line. The platforms answer within one second."""
LOOKUP_SECONDS = 8.0
"""How long all look-ups for one inbound request may take together. What is still unknown then stays unknown, and the
request is handled without it: by now Slack has long sent it again."""
CALLS_AT_ONCE = 8
"""How many calls of one kind a workspace may have open."""
CONNECTIONS = 1000
"""Open connections of the process: a bound for its file descriptors, far above what the places in line allow."""
MAX_ANSWER_BYTES = 16 * 1024 * 1024
"""A page of Slack's history, the largest real answer, has up to 4 MB."""

_lookups_end: ContextVar[float | None] = ContextVar("lookups_end", default=None)
_workspace: ContextVar[str] = ContextVar("workspace", default="")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer. Names of headers are case-insensitive."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """Status and content type, for the log: `200 text/html`."""
        return f"{self.status} {self.headers.get('Content-Type', '').partition(';')[0].strip()[:60]}".strip()


class HttpCalls:
    """Makes calls on a shared session."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session
        self._lines: WeakValueDictionary[Hashable, asyncio.Semaphore] = WeakValueDictionary()

    async def send(
        self,
        method: str,
        url: str,
        *,
        kind: str,
        reads: bool = False,
        seconds: float | None = None,
        **request: Any,
    ) -> HttpAnswer:
        """Make one call, once.

        Args:
            method: the HTTP method.
            url: the address.
            kind: what is called, such as `users.info`; calls of the same kind in the same workspace share a line.
            reads: whether it only looks something up: then it counts against `lookups_within`.
            seconds: how long it may take; `CALL_SECONDS` if not given.
            request: further arguments of `ClientSession.request`, such as headers and data.

        Raises `UnreachableError` unless there is a complete answer, whatever it says.
        """
        limit = _seconds_left(CALL_SECONDS if seconds is None else seconds, reads=reads)
        if limit <= 0:
            raise UnreachableError(f"{kind} was not asked: the look-ups before it took too long")
        request["proxy"] = proxy_for(url)
        try:
            async with (
                asyncio.timeout(limit),
                self._place_in_line(kind),
                self._session.request(
                    method, url, allow_redirects=False, timeout=ClientTimeout(total=limit), **request
                ) as answer,
            ):
                return HttpAnswer(answer.status, answer.headers, await _read_body(answer, kind))
        except TimeoutError as error:
            raise UnreachableError(f"{kind} did not answer within {limit:.3g} s") from error
        except (ClientError, HttpProcessingError, OSError, ValueError) as error:
            raise UnreachableError(f"{kind} did not answer: {type(error).__name__}") from error

    @asynccontextmanager
    async def _place_in_line(self, kind: str) -> AsyncIterator[None]:
        key = (_workspace.get(), kind)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = asyncio.Semaphore(CALLS_AT_ONCE)
        async with line:
            yield


@contextmanager
def for_workspace(workspace: str) -> Iterator[None]:
    """Calls inside belong to this workspace, by the platform's id."""
    token = _workspace.set(workspace)
    try:
        yield
    finally:
        _workspace.reset(token)


@contextmanager
def lookups_within(seconds: float | None) -> Iterator[None]:
    """All look-ups inside take at most `seconds` together; with None, each has the time of any other call."""
    token = _lookups_end.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _lookups_end.reset(token)


def _seconds_left(seconds: float, *, reads: bool) -> float:
    end = _lookups_end.get()
    if not reads or end is None:
        return seconds
    return min(seconds, end - time.monotonic())


async def _read_body(answer: ClientResponse, kind: str) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(65536):
        body += part
        if len(body) > MAX_ANSWER_BYTES:
            raise UnreachableError(f"{kind}: the answer is larger than {MAX_ANSWER_BYTES >> 20} MB")
    return bytes(body)
