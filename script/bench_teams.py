"""The cost of a Teams activity in this process, against the SDK's stock adapter in the same run."""

from __future__ import annotations

import json
import logging
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from botbuilder.core import ActivityHandler
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.ports.platform import PlatformDeps
from bot.settings import TeamsCredentials
from bot.teams import platform as teams
from sandbox.teams.server import TeamsSandbox, running
from storage.database import Database
from storage.migrate import upgrade

APP_ID = "11111111-2222-4333-8444-555555555555"
PASSWORD = "a-secret"
TENANT = "99999999-8888-4777-8666-555555555555"
STOCK_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
AT_MOST_MS = 0.5
Once = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class FakeRequest:
    """The parts of a request that the two adapters use."""

    headers: dict[str, str]
    body: bytes
    method: str = "POST"

    async def json(self) -> Any:
        """The parsed body, as in aiohttp."""
        return json.loads(self.body)

    async def read(self) -> bytes:
        """The body."""
        return self.body


class StockConfiguration:
    """The stock adapter's configuration."""

    APP_ID = APP_ID
    APP_PASSWORD = PASSWORD
    APP_TENANTID = TENANT
    APP_TYPE = "SingleTenant"


class StockBot(ActivityHandler):  # type: ignore[misc]  # the SDK has no types
    """A stock bot that does nothing."""


def _request(sandbox: TeamsSandbox, number: int, service_url: str) -> FakeRequest:
    activity = {
        "type": "message",
        "id": str(number),
        "timestamp": "2026-03-02T12:00:00.000Z",
        "localTimestamp": "2026-03-02T13:00:00.000+01:00",
        "localTimezone": "Europe/Berlin",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": "29:ada", "name": "Ada Kemp", "aadObjectId": "00000000-0000-4000-8000-0000000000a1"},
        "conversation": {
            "id": "19:wins@thread.tacv2;messageid=1",
            "conversationType": "channel",
            "isGroup": True,
            "tenantId": TENANT,
        },
        "recipient": {"id": f"28:{APP_ID}", "name": "FirstCall"},
        "entities": [{"type": "clientInfo", "locale": "en-US", "platform": "Web", "timezone": "Europe/Berlin"}],
        "attachments": [{"contentType": "text/html", "content": "<p>lunch?</p>"}],
        "channelData": {
            "tenant": {"id": TENANT},
            "channel": {"id": "19:wins@thread.tacv2"},
            "team": {"id": "19:team@thread.tacv2"},
        },
        "text": "lunch?",
        "textFormat": "plain",
        "locale": "en-US",
    }
    token = sandbox.keys.token(APP_ID, service_url)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return FakeRequest(headers, json.dumps(activity).encode())


@asynccontextmanager
async def _ours(sandbox: TeamsSandbox) -> AsyncIterator[Once]:
    """A channel message that does not mention the bot, through the endpoint as the composition root builds it."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        upgrade(f"sqlite:///{folder}/bench.db")
        database = Database(f"sqlite:///{folder}/bench.db")
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        credentials = TeamsCredentials(APP_ID, PASSWORD, TENANT, frozenset({TENANT}), sandbox.url)
        deps = PlatformDeps(database, Clock(), session, BackgroundTasks(), lambda: None, stack)
        endpoint = teams.teams_endpoint(credentials, deps, teams.teams_context(credentials, deps))
        request = _request(sandbox, 1, sandbox.service_url)

        async def once() -> None:
            answer = await endpoint.answer(request.headers, request.read)
            assert answer.status == 200, answer

        yield once


def _stock(sandbox: TeamsSandbox) -> Once:
    """The same through the stock adapter, with preloaded keys: fetching them would block the event loop."""
    metadata = JwtTokenExtractor.get_open_id_metadata(STOCK_METADATA)
    metadata.keys = [key.published() for key in sandbox.keys.keys]
    metadata.last_updated = metadata.last_updated.max
    adapter = CloudAdapter(
        ConfigurationBotFrameworkAuthentication(StockConfiguration(), logger=logging.getLogger("stock"))
    )
    request = _request(sandbox, 1, "https://smba.trafficmanager.net/emea/")
    bot = StockBot()

    async def once() -> None:
        answer = await adapter.process(request, bot)
        assert answer.status == 201, answer.status

    return once


async def activity(rounds: int) -> tuple[float, float]:
    """Milliseconds per activity, FirstCall's and the stock adapter's: medians of the rounds' medians, in turns."""
    medians: dict[str, list[float]] = {"ours": [], "stock": []}
    async with running(APP_ID, PASSWORD, TENANT) as sandbox, _ours(sandbox) as ours:
        stock = _stock(sandbox)
        for number in range(rounds + 1):
            for who, once, count in (("ours", ours, 300), ("stock", stock, 40)):
                times = []
                for _ in range(count):
                    begun = time.perf_counter()
                    await once()
                    times.append(time.perf_counter() - begun)
                if number:  # the first round warms up
                    medians[who].append(statistics.median(times) * 1e3)
    return statistics.median(medians["ours"]), statistics.median(medians["stock"])
