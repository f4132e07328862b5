"""The Teams endpoint with a turn handler of the test's own, over real HTTP and with real tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.settings import TeamsCredentials
from bot.teams.connector.access_tokens import access_tokens
from bot.teams.connector.adapter import TeamsAdapter, TurnHandler
from bot.teams.connector.allowlist import Allowlist
from bot.teams.connector.connector import Connector
from bot.teams.connector.jwt_validation import TokenValidator
from bot.teams.connector.sdk_client import SdkClients
from bot.teams.connector.signing_keys import KeyStore
from bot.teams.context import TeamsContext
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.platform import SANDBOX_METADATA
from prompts.wording import Wording
from sandbox.teams.server import TeamsSandbox
from tests.teams.teams_driver import APP_ID, PASSWORD, TENANT, Company


def credentials(teams: TeamsSandbox, password: str | None = PASSWORD) -> TeamsCredentials:
    """Credentials of a bot on the simulated Bot Connector."""
    return TeamsCredentials(APP_ID, password, TENANT, frozenset({TENANT}), teams.url)


def connector(teams: TeamsSandbox, http: aiohttp.ClientSession) -> Connector:
    """The bot's client for the simulated Bot Connector."""
    return Connector(SdkClients(http, access_tokens(http, credentials(teams))))


@dataclass(frozen=True, slots=True)
class Address:
    """The part of a running bot that `Company` needs."""

    url: str


@asynccontextmanager
async def running_endpoint(handler: TurnHandler, teams: TeamsSandbox) -> AsyncIterator[Company]:
    """An endpoint that passes activities to `handler`. It has no database: nothing before the handler needs one."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        client, background = connector(teams, http), BackgroundTasks()
        stack.push_async_callback(background.shutdown, 5)
        context = TeamsContext(
            database=None,  # type: ignore[arg-type]  # see above
            clock=Clock(),
            wording=Wording(),
            background=background,
            connector=client,
            wake=lambda: None,
        )
        keys = KeyStore(http, f"{teams.url}{SANDBOX_METADATA}")
        stack.push_async_callback(keys.close)
        endpoint = TeamsEndpoint(
            TokenValidator(keys, APP_ID),
            Allowlist(frozenset({TENANT}), loopback=True),
            TeamsAdapter(client, handler, APP_ID),
            context,
        )
        app = web.Application()
        app.router.add_post("/api/messages", endpoint.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Company(Address(url), teams, http)  # type: ignore[arg-type]  # it only needs the URL
