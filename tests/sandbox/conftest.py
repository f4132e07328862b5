"""For each test: a running sandbox, a fake bot, a Slack client and a user API client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.blocks import BlockKit
from sandbox.config import SandboxConfig
from sandbox.server import Sandbox, running
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.user_driver import People


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def bot() -> AsyncIterator[FakeBot]:
    async with FakeBot().listening() as bot:
        yield bot


@pytest.fixture
def answer_within() -> float:
    """Long enough for a busy machine; a test of a bot that never responds sets less."""
    return 30.0


@pytest.fixture
def config(bot: FakeBot, answer_within: float) -> SandboxConfig:
    """A test file can override it with its own fixture."""
    return SandboxConfig(
        port=0,
        bot_url=bot.url,
        bot_clock_url=bot.clock_url,
        seed="small",
        rate_limits=False,
        answer_within=answer_within,
    )


@pytest.fixture
async def sandbox(config: SandboxConfig) -> AsyncIterator[Sandbox]:
    async with running(replace(config)) as sandbox:
        yield sandbox


@pytest.fixture
def slack(sandbox: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url, timeout=30)


@pytest.fixture
def people(sandbox: Sandbox, http: aiohttp.ClientSession) -> People:
    return People(sandbox.url, http)


@pytest.fixture(scope="session")
def block_kit() -> BlockKit:
    return BlockKit()
