"""Run by `script/screenshots`: take the pictures of docs/ninety-days.md, of a deal's ninety days on a phone."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page, async_playwright, expect

from bot.app import running as bot_running
from sandbox.server import running
from storage.migrate import upgrade
from tests.browser.conftest import QUIET
from tests.browser.ninety_days import Station, Walk
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import People

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "ninety-days.md"
PICTURES = ROOT / "docs" / "pictures" / "ninety-days"
PATIENCE_MS = 60_000


async def main() -> None:
    """Walk once, and take the first picture of each station that the page shows."""
    expect.set_options(timeout=PATIENCE_MS)
    page_text = PAGE.read_text("utf-8")
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)

    async def station(page: Page, name: str) -> None:
        path = PICTURES / f"{name}.png"
        if f"/{name}.png" in page_text and not path.exists():
            await page.evaluate("document.activeElement?.blur()")
            await page.mouse.move(0, 0)
            await page.evaluate("document.fonts.ready")
            await page.screenshot(path=path, caret="hide", animations="disabled")

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/firstcall.db"
        upgrade(url)
        await _walk(url, station)


async def _walk(url: str, station: Station) -> None:
    config = patient_slack()
    async with running(config) as sandbox, aiohttp.ClientSession() as http, async_playwright() as playwright:
        people = People(sandbox.url, http)
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))

        async def new_page(address: str, **options: Any) -> Page:
            context = await browser.new_context(color_scheme="light", reduced_motion="reduce", **options)
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            await page.goto(address)
            return page

        async with bot_running(slack_settings(url, config, sandbox.api_url)) as bot:
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            await Walk(sandbox.url, people, new_page, station).walk()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
