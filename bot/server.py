"""The web server: the platforms' endpoints, the health checks, and the clock in development."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.delivery.scheduler import Scheduler
from bot.ports.clock import Clock
from bot.ports.platform import Handler, Platform
from bot.ports.request_limits import within_limits
from bot.readiness import Readiness

MAX_BODY_BYTES = 1024 * 1024
"""Far above the platforms' largest payloads."""

log = structlog.stdlib.get_logger(__name__)


def web_app(
    *,
    platforms: Sequence[Platform],
    readiness: Readiness,
    scheduler: Scheduler,
    clock: Clock,
    development: bool,
) -> web.Application:
    """The application with all its routes."""
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz(readiness))
    for platform in platforms:
        for path, handler in platform.routes.items():
            app.router.add_post(path, _limited(handler))
    if development:
        app.router.add_get("/dev/clock", _show_clock(clock))
        app.router.add_post("/dev/clock", _move_clock(clock, scheduler))
    return app


def _limited(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            async with within_limits():
                return await handler(request)
        except TimeoutError:
            log.warning("a request took too long and was given up", path=request.path)
            return web.Response(status=503)  # both platforms may send it again

    return handle


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _readyz(readiness: Readiness) -> Handler:
    async def ready(_request: web.Request) -> web.Response:
        """200 if every part is ready; otherwise 503, and `unready` names the parts that are not."""
        checks = await readiness.checks()
        unready = " ".join(name for name, ready in checks.items() if not ready)
        if unready:
            return web.json_response({**checks, "unready": unready}, status=503)
        return web.json_response(checks)

    return ready


def _show_clock(clock: Clock) -> Handler:
    async def show(_request: web.Request) -> web.Response:
        return _clock_json(clock)

    return show


def _move_clock(clock: Clock, scheduler: Scheduler) -> Handler:
    async def move(request: web.Request) -> web.Response:
        """Take `{"offset_seconds": number}`: how far to set the clock ahead of the real time."""
        try:
            offset = timedelta(seconds=float((await request.json())["offset_seconds"]))
            datetime.now(tz=None).astimezone() + offset
        except (ValueError, KeyError, TypeError, OverflowError):
            return web.json_response({"error": "say offset_seconds, a number"}, status=400)
        clock.offset = offset
        await scheduler.plan_calendar()
        return _clock_json(clock)

    return move


def _clock_json(clock: Clock) -> web.Response:
    return web.json_response({"now": clock.now().isoformat(), "offset_seconds": clock.offset.total_seconds()})
