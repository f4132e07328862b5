"""The web server: the platforms' endpoints, the health checks, and the clock in development."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.delivery.scheduler import Scheduler
from bot.http.connections import request_on_connection
from bot.http.personal_links import PersonalLinkPages
from bot.http.readiness import Readiness
from bot.http.request_body import MAX_BODY_BYTES, UnreadableBodyError, read_body
from bot.ports.clock import Clock
from bot.ports.platform import Handler, Platform
from bot.ports.request_limits import within_limits
from bot.settings import is_loopback

log = structlog.stdlib.get_logger(__name__)


def web_app(
    *,
    platforms: Sequence[Platform],
    readiness: Readiness,
    scheduler: Scheduler,
    clock: Clock,
    links: PersonalLinkPages,
    development: bool,
) -> web.Application:
    """The application with all its routes."""
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[request_on_connection])
    routes = {
        ("GET", "/healthz"): _healthz,
        ("GET", "/readyz"): _readyz(readiness),
        **{("POST", path): _limited(handler) for platform in platforms for path, handler in platform.routes.items()},
    }
    if development:
        routes["GET", "/dev/clock"] = _programs_only(_show_clock(clock))
        routes["POST", "/dev/clock"] = _programs_only(_move_clock(clock, scheduler))
    app.router.add_route("*", "/{path:.*}", _dispatch(routes, links.routes))
    return app


def _limited(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            async with within_limits():
                return await handler(request)
        except TimeoutError:
            log.warning("a request took too long and was given up", path=request.path)
            return web.Response(status=503)  # both platforms may send it again

    return handle


def _dispatch(routes: Mapping[tuple[str, str], Handler], beneath: Mapping[tuple[str, str], Handler]) -> Handler:
    """Finds the handler of a request. A slash too many and capitals make no difference.

    `routes` are by method and path, `beneath` by method and the folder that the last part of the path is in.

    Neither Slack nor Microsoft follows a redirect, and an address that somebody typed a little differently would lose
    everything that is posted to it.
    """

    async def dispatch(request: web.Request) -> web.StreamResponse:
        path = "/" + "/".join(part for part in request.path.lower().split("/") if part)
        folder = path.rpartition("/")[0] + "/"
        method = "GET" if request.method == "HEAD" else request.method
        handler = routes.get((method, path)) or beneath.get((method, folder))
        if handler is not None:
            return await handler(request)
        allowed = [method for method, known in [*routes, *beneath] if known in (path, folder)]
        if not allowed:
            raise web.HTTPNotFound
        raise web.HTTPMethodNotAllowed(request.method, allowed, text=f"This address takes {' and '.join(allowed)}.")

    return dispatch


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _readyz(readiness: Readiness) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        """200 if every part is ready; otherwise 503, `unready` names the parts that are not, and `reason` says why."""
        checks = await readiness.checks()
        unready = [name for name, ready in checks.items() if ready is not True]
        if not unready:
            return web.json_response(checks)
        said = "; ".join(f"{name}: {checks[name]}" for name in unready if isinstance(checks[name], str))
        answer = {name: ready is True for name, ready in checks.items()} | {"unready": " ".join(unready)}
        return web.json_response(answer | ({"reason": said} if said else {}), status=503)

    return answer


def _programs_only(handler: Handler) -> Handler:
    """Refuses (403) the requests of web pages: any page in the developer's browser can send some to this machine.

    A browser adds at least one of these headers, or names the host of the page if that pretends to be this machine.
    """

    async def check(request: web.Request) -> web.StreamResponse:
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
            offset = timedelta(seconds=float(json.loads(await read_body(request))["offset_seconds"]))
            datetime.now(tz=None).astimezone() + offset
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError, UnreadableBodyError):
            return web.json_response({"error": "say offset_seconds, a number"}, status=400)
        clock.offset = offset
        await scheduler.plan_calendar()
        return _clock_json(clock)

    return move


def _clock_json(clock: Clock) -> web.Response:
    return web.json_response({"now": clock.now().isoformat(), "offset_seconds": clock.offset.total_seconds()})
