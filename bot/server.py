"""The web server: the platforms' endpoints, the health checks, and the clock in development."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web

from bot.delivery.scheduler import Scheduler
from bot.ports.clock import Clock
from bot.ports.platform import Handler, Platform
from bot.settings import is_loopback
from storage.database import Database
from storage.migrate import is_current

MAX_BODY_BYTES = 1024 * 1024
"""Far above the platforms' largest payloads."""


def web_app(
    *,
    platforms: Sequence[Platform],
    database: Database,
    scheduler: Scheduler,
    clock: Clock,
    development: bool,
) -> web.Application:
    """The application with all its routes."""
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz(database, scheduler, platforms))
    for platform in platforms:
        for path, handler in platform.routes.items():
            app.router.add_post(path, handler)
    if development:
        app.router.add_get("/dev/clock", _programs_only(_show_clock(clock)))
        app.router.add_post("/dev/clock", _programs_only(_move_clock(clock, scheduler)))
    return app


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _readyz(database: Database, scheduler: Scheduler, platforms: Sequence[Platform]) -> Handler:
    async def ready(_request: web.Request) -> web.Response:
        """Ready if the database is reachable and migrated, the sweep is running, and every platform is connected."""
        checks = {"sweep": scheduler.is_running and not scheduler.failing, "database": False}
        for platform in platforms:
            for name, check in platform.readiness_checks.items():
                checks[name] = await check()
        try:
            checks["database"] = await database.read(is_current)
        except Exception as error:  # noqa: BLE001 (any error here means "not ready", and is reported as the reason)
            return web.json_response({**checks, "reason": type(error).__name__}, status=503)
        return web.json_response(checks, status=200 if all(checks.values()) else 503)

    return ready


def _programs_only(handler: Handler) -> Handler:
    """Refuses (403) the requests of web pages: any page in the developer's browser can send some to this machine.

    A browser adds at least one of these headers, or names the host of the page if that pretends to be this machine.
    """

    async def check(request: web.Request) -> web.Response:
        host = request.url.host or ""
        if not is_loopback(host) or "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
            return web.json_response({"error": "for programs on this machine only"}, status=403)
        return await handler(request)

    return check


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
