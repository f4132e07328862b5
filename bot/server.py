"""The web server: the platforms' requests, the health checks, and in development the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web

from bot.delivery.scheduler import Scheduler
from bot.ports.clock import Clock
from bot.ports.platform import Handler, Platform
from storage.database import Database
from storage.migrate import is_current

LARGEST_BODY = 1024 * 1024
"""The platforms' largest payloads stay far below this."""


def web_app(
    *,
    faces: Sequence[Platform],
    database: Database,
    schedule: Scheduler,
    clock: Clock,
    development: bool,
) -> web.Application:
    """All addresses of the server: each platform's own, and ours."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/readyz", _ready(database, schedule, faces))
    for face in faces:
        for address, answer in face.routes.items():
            app.router.add_post(address, answer)
    if development:
        app.router.add_get("/dev/clock", _show_clock(clock))
        app.router.add_post("/dev/clock", _move_clock(clock, schedule))
    return app


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _ready(database: Database, schedule: Scheduler, faces: Sequence[Platform]) -> Handler:
    async def ready(_request: web.Request) -> web.Response:
        """Ready when the database is migrated and answers, the sweep turns, and the platforms can reach us."""
        checks = {"sweep": schedule.is_running and not schedule.failing, "database": False}
        for face in faces:
            for name, holds in face.readiness_checks.items():
                checks[name] = await holds()
        try:
            checks["database"] = await database.read(is_current)
        except Exception as error:  # noqa: BLE001 (whatever keeps the database away, we are not ready, and say why)
            return web.json_response({**checks, "reason": type(error).__name__}, status=503)
        return web.json_response(checks, status=200 if all(checks.values()) else 503)

    return ready


def _show_clock(clock: Clock) -> Handler:
    async def show(_request: web.Request) -> web.Response:
        return _clock_json(clock)

    return show


def _move_clock(clock: Clock, schedule: Scheduler) -> Handler:
    async def move(request: web.Request) -> web.Response:
        """Take `{"offset_seconds": number}`: how far ahead of the real time the clock shall be."""
        try:
            offset = timedelta(seconds=float((await request.json())["offset_seconds"]))
            datetime.now(tz=None).astimezone() + offset
        except (ValueError, KeyError, TypeError, OverflowError):
            return web.json_response({"error": "say offset_seconds, a number"}, status=400)
        clock.offset = offset
        await schedule.plan_calendar()
        return _clock_json(clock)

    return move


def _clock_json(clock: Clock) -> web.Response:
    return web.json_response({"now": clock.now().isoformat(), "offset_seconds": clock.offset.total_seconds()})
