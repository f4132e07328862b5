"""Accept requests only from programs on this machine and from the sandbox's own page.

Otherwise, any web page open in the developer's browser could send requests to 127.0.0.1, directly or by DNS rebinding.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

HOST = "127.0.0.1"
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def own_pages_only() -> Middleware:
    """Refuses (403) a request with another host name, or from a page of another origin."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = request.host.rpartition(":")[0] or request.host
        origin = request.headers.get("Origin")
        if name not in NAMES or (origin is not None and origin != f"http://{request.host}"):
            return web.Response(status=403, text="The sandbox is for this machine only.")
        return await handler(request)

    return check
