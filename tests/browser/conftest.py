"""One Chromium for all browser tests of a worker, with pages that fail the test if their script fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, ViewportSize, async_playwright

from tests.patience import PATIENCE

NewPage = Callable[..., Awaitable[Page]]

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZE: ViewportSize = {"width": 1280, "height": 900}
PATIENCE_MS = int(PATIENCE * 1000)
"""Generous, because a busy machine is not a failure."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, started once."""
    executable = shutil.which("chromium")
    if executable is None:
        message = "browser tests need chromium (Debian: apt-get install chromium)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        await browser.close()


class Pages:
    """Pages that tests have one after the other: a new one is a new process to Chromium, and four times the work.

    Each is in a context of its own, and keeps nothing from one test to the next.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}

    @asynccontextmanager
    async def one(self, **options: Any) -> AsyncIterator[Page]:
        """A blank page in a context with these options."""
        free = self._free.setdefault(repr(sorted(options.items())), [])
        page = free.pop() if free else await self._new(options)
        yield page
        for opened in page.context.pages:
            if opened is not page:
                await opened.close()
        await page.unroute_all(behavior="ignoreErrors")
        if page.url.startswith("http"):
            await page.evaluate("localStorage.clear(); sessionStorage.clear()")
        await page.goto("about:blank")
        await page.context.clear_cookies()
        await page.set_viewport_size(SIZE)
        free.append(page)

    async def _new(self, options: dict[str, Any]) -> Page:
        context = await self._browser.new_context(viewport=SIZE, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE_MS)
        return await context.new_page()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pages(browser: Browser) -> Pages:
    """All pages of a worker; they are closed with the browser."""
    return Pages(browser)


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(pages: Pages) -> AsyncIterator[NewPage]:
    """Opens clean pages, each in its own context: `await new_page(url, **context options)`."""
    complaints: list[str] = []

    def complain(error: Error) -> None:
        complaints.append(str(error))

    async with AsyncExitStack() as opened:

        async def new_page(url: str, **options: Any) -> Page:
            page = await opened.enter_async_context(pages.one(**options))
            page.on("pageerror", complain)
            opened.callback(page.remove_listener, "pageerror", complain)
            await page.goto(url)
            return page

        yield new_page
    assert complaints == [], "the page's script failed"
