"""Only this machine's own programs and the sandbox's own page may speak to the sandbox.

A web page that a developer looks at could otherwise send requests to 127.0.0.1, or get there through a name of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

HOST = "127.0.0.1"
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def own_pages_only() -> Middleware:
    """Refuses a request for another host's name, and one that a page of another origin sends (403)."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = request.host.rpartition(":")[0] or request.host
        origin = request.headers.get("Origin")
        if name not in NAMES or (origin is not None and origin != f"http://{request.host}"):
            return web.Response(status=403, text="The sandbox is for this machine only.")
        return await handler(request)

    return check
