"""One Chromium for all browser tests of a worker, and pages in it that fail the test when their script does."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

NewPage = Callable[..., Awaitable[Page]]

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
"""Generous, because a busy machine is no failure."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, started once."""
    executable = shutil.which("chromium")
    if executable is None:
        message = "browser tests need chromium (Debian: apt-get install chromium)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Opens pages, each with a profile of its own: `await new_page(url, **context options)`."""
    contexts = []
    complaints: list[str] = []

    async def new_page(url: str, **options: Any) -> Page:
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(url)
        return page

    yield new_page
    for context in contexts:
        await context.close()
    assert complaints == [], "the page's script failed"
