"""A fake bot for tests of the sandbox: records the requests, and responds as the test sets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from sandbox.config import SandboxConfig

Json = dict[str, Any]
VERIFIER = SignatureVerifier(SandboxConfig().signing_secret)


@dataclass(frozen=True)
class Received:
    """One request that the bot got."""

    headers: dict[str, str]
    raw: bytes

    @property
    def signed(self) -> bool:
        return VERIFIER.is_valid_request(self.raw, self.headers)

    @property
    def content(self) -> Json:
        """The event callback, the interaction's payload or the command's fields."""
        if self.headers["Content-Type"].startswith("application/json"):
            return dict(json.loads(self.raw))
        form = {name: values[0] for name, values in parse_qs(self.raw.decode(), keep_blank_values=True).items()}
        return dict(json.loads(form["payload"])) if "payload" in form else form

    @property
    def event(self) -> Json:
        return dict(self.content["event"])


class FakeBot:
    """Records every request. `answer` makes the response to each; by default, an empty 200."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[Received], web.Response] = lambda _: web.Response()
        self.clock: list[Json] = []
        self.block_until: asyncio.Event | None = None
        self.url = ""
        self.clock_url = ""

    @property
    def last(self) -> Json:
        return self.received[-1].content

    def events(self, kind: str = "message") -> list[Json]:
        callbacks = [each for each in self.received if each.content.get("type") == "event_callback"]
        return [each.event for each in callbacks if each.event["type"] == kind]

    def respond_with(self, body: Json) -> None:
        self.answer = lambda _: web.json_response(body)

    def fail_with(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.answer = lambda _: web.Response(status=status, headers=headers)

    async def _receive(self, request: web.Request) -> web.Response:
        received = Received(dict(request.headers), await request.read())
        self.received.append(received)
        if self.block_until is not None:
            await self.block_until.wait()
        return self.answer(received)

    async def _clock(self, request: web.Request) -> web.Response:
        self.clock.append(await request.json())
        return web.json_response({})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[FakeBot]:
        app = web.Application()
        app.router.add_post("/slack/events", self._receive)
        app.router.add_post("/dev/clock", self._clock)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.url, self.clock_url = f"{base}/slack/events", f"{base}/dev/clock"
        try:
            yield self
        finally:
            if self.block_until is not None:
                self.block_until.set()
            await runner.cleanup()
