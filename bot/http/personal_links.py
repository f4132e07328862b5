"""The pages behind people's secret links: the calendar feed, and the export that is downloaded once.

No answer and no log line has the token. An unknown link and a dead one look the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import structlog
from aiohttp import web

from bot.http.rate_limit import RateLimit
from bot.ports.clock import Clock
from bot.views.calendar import CALENDAR_PATH, EXPORT_PATH, calendar_feed
from handlers import own_export
from handlers.calendar.feed import feed
from handlers.csv_export import csv_head, csv_rows
from prompts.wording import Wording
from storage.database import Database

_TOKEN = re.compile(r"[0-9a-f]{64}")
PRIVATE = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'",
}
"""Headers of every answer."""
FEEDS = (30, 600.0)
"""How often a calendar may ask in how many seconds: it needs one answer an hour, and people press "refresh"."""
UNKNOWN = (120, 60.0)
"""The same for all unknown links together: nobody guesses one, and guessing costs the database nothing more."""
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font:1rem/1.5 system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem;
color-scheme:light dark}}button{{font:inherit;padding:.5rem 1rem}}</style><h1>{title}</h1><p>{text}</p>{form}"""

log = structlog.stdlib.get_logger(__name__)


class PersonalLinkPages:
    """Handlers by method and the beginning of the path; the token is the rest of it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._words = Wording()
        self._feeds = RateLimit(*FEEDS)
        self._unknown = RateLimit(*UNKNOWN)
        self.routes = {
            ("GET", CALENDAR_PATH): self._calendar,
            ("GET", EXPORT_PATH): self._offer,
            ("POST", EXPORT_PATH): self._download,
        }

    async def _calendar(self, request: web.Request) -> web.StreamResponse:
        """The feed, or 304 if it is what the calendar has."""
        token = _token(request, ".ics")
        wait = self._feeds.seconds_to_wait(sha256(token.encode()).hexdigest()) if token else 0.0
        if wait:
            return _wait(wait)
        found = await self._database.read(feed, token, self._clock.now()) if token else None
        if found is None:
            return self._dead(self._words("links.calendar_dead"))
        body = calendar_feed(found, self._words)
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {**PRIVATE, "ETag": etag}
        if etag in [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    async def _offer(self, request: web.Request) -> web.StreamResponse:
        """A page with a button. Chat apps and mail filters open every link that they see, which must not use it up."""
        token = _token(request, ".csv")
        if not token or not await self._database.read(own_export.is_open, token, self._clock.now()):
            return self._dead(self._words("links.export_dead"))
        button = html.escape(self._words("links.download"))
        return self._page(self._words("links.export_text"), f'<form method="post"><button>{button}</button></form>')

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """The file, one page of deals in memory at a time."""
        token, now = _token(request, ".csv"), self._clock.now()
        own = await self._database.write(own_export.use_link, token, now) if token else None
        if own is None:
            return self._dead(self._words("links.export_dead"))
        name = f"deals-{now:%Y-%m-%d}.csv"
        response = web.StreamResponse(headers={**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'})
        response.content_type, response.charset = "text/csv", "utf-8"
        await response.prepare(request)
        await response.write(csv_head().encode())
        count = 0
        async for deal in self._deals(own):
            await response.write(csv_rows(deal).encode())
            count += 1
        await response.write_eof()
        log.info("a rep exported their deals", workspace=own.workspace.external_id, deals=count)
        return response

    async def _deals(self, own: own_export.OwnExport) -> AsyncIterator[dict[str, Any]]:
        last = 0
        while page := await self._database.read(own_export.page, own, last):
            for deal in page:
                yield deal
            last = page[-1]["id"]

    def _dead(self, text: str) -> web.Response:
        wait = self._unknown.seconds_to_wait("")
        return _wait(wait) if wait else self._page(text, status=404)

    def _page(self, text: str, form: str = "", status: int = 200) -> web.Response:
        title, said = html.escape(self._words("links.title")), html.escape(text)
        body = _PAGE.format(title=title, text=said, form=form)
        return web.Response(status=status, text=body, content_type="text/html", headers=PRIVATE)


def _token(request: web.Request, ending: str) -> str:
    """The token in the path; empty if there is none."""
    name = request.path.rstrip("/").rpartition("/")[2].lower().removesuffix(ending)
    return name if _TOKEN.fullmatch(name) else ""


def _wait(seconds: float) -> web.Response:
    return web.Response(status=429, headers={**PRIVATE, "Retry-After": str(int(seconds) + 1)})
