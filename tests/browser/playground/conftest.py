"""The real bot with Microsoft's Agents Playground, a simulated Teams, whose page runs in Chromium."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Route

from bot.app import Running
from bot.app import running as bot_running
from bot.cli.demo.teams_playground.program import install, program
from bot.settings import Settings
from storage.migrate import upgrade
from tests.browser.conftest import Pages
from tests.browser.playground.driver import Rep
from tests.patience import PATIENCE
from tests.ports import free_ports
from tests.repo.tracked import ROOT

INSTALLED = ROOT / ".venv" / "playground"
"""Next to the environment: installed once, and removed with it."""


@pytest.fixture(scope="session")
def playground_command() -> Path:
    """The playground's command. Concurrent workers wait for the one that installs it."""
    if shutil.which("node") is None:
        message = "the tests with Microsoft's playground need Node.js 20 or newer"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    INSTALLED.mkdir(parents=True, exist_ok=True)
    with (INSTALLED / "claimed").open("w") as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)
        return install(INSTALLED)


@cache
def playground_port() -> int:
    """The port of every playground of this worker."""
    return free_ports(1)


@asynccontextmanager
async def playing(command: Path, bot: str, folder: Path) -> AsyncIterator[str]:
    """The playground for the bot at that address; gives its own.

    It has the same one at each start, so that Chromium finds its large script read already.
    """
    port = playground_port()
    wanted = program(command, port=port, bot=bot, folder=folder)
    with wanted.log.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(*wanted.interpreter, *wanted.arguments), cwd=folder, env=wanted.environment, stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{port}/"
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
            while not await _answers(http, url):
                assert process.returncode is None, wanted.log.read_text("utf-8")
                await asyncio.sleep(0.1)
        yield url
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.ok
    except aiohttp.ClientConnectionError:
        return False


@pytest_asyncio.fixture(loop_scope="session")
async def bot(tmp_path: Path) -> AsyncIterator[Running]:
    """The bot as `firstcall demo --teams` starts it, in this process."""
    url = f"sqlite:///{tmp_path / 'firstcall.db'}"
    await asyncio.to_thread(upgrade, url)
    settings = Settings(_env_file=None, database_url=url, teams_anonymous=True, development=True, port=0)
    async with bot_running(settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def rep(playground_command: Path, bot: Running, pages: Pages, tmp_path: Path) -> AsyncIterator[Rep]:
    """Ada on the page, in her chat with the bot. The page can only reach this machine."""
    async with (
        playing(playground_command, bot.url, tmp_path) as url,
        aiohttp.ClientSession() as http,
        pages.one() as page,
    ):
        await page.route("**", _stay_here)
        rep = Rep(url, page, http)
        await rep.arrive()
        yield rep
        rep.leave()


async def _stay_here(route: Route) -> None:
    if urlsplit(route.request.url).hostname == "127.0.0.1":
        await route.continue_()
    else:
        await route.abort()
