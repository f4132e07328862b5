"""The real bot, in this process, on a simulated Bot Connector."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from bot.app import running as bot_running
from bot.settings import Settings
from sandbox.teams.chats import ADA, BRUNO, CARLA
from sandbox.teams.server import TeamsSandbox
from sandbox.teams.server import running as teams_running
from tests.plain_tracebacks import plain_tracebacks
from tests.running_bot import teams_settings
from tests.teams.teams_driver import APP_ID, PASSWORD, TEAM, TENANT, WINS, Company

__all__ = ["plain_tracebacks"]


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What was logged since the last call, to any output: another test may have configured the log."""

    def read() -> str:
        out, err = capsys.readouterr()
        text = out + err + caplog.text
        caplog.clear()
        return text

    return read


@pytest.fixture
async def teams() -> AsyncIterator[TeamsSandbox]:
    """A Bot Connector with one team."""
    async with teams_running(APP_ID, PASSWORD, TENANT) as sandbox:
        sandbox.chats.add_channel(TEAM, WINS, "wins", ADA, BRUNO, CARLA)
        yield sandbox


@pytest.fixture
def settings(database_url: str, teams: TeamsSandbox) -> Settings:
    """Settings of a bot that is on Teams only."""
    return teams_settings(database_url, teams)


@pytest.fixture
async def company(settings: Settings, teams: TeamsSandbox) -> AsyncIterator[Company]:
    """The bot, its database and the Bot Connector."""
    async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
        yield Company(bot, teams, http)
