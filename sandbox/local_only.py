"""Accept requests only from programs on this machine and from the sandbox's own page.

Otherwise, any web page open in the developer's browser could send requests to 127.0.0.1, directly or by DNS rebinding.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

HOST = "127.0.0.1"
PAGES = re.compile(r"/(?:$|archives/|oauth/)")
"""What a link elsewhere may lead to: the page, a message on it, the page that installs an app."""
OWN_SITES = frozenset({"same-origin", "none"})
"""`none` is a person who typed the address. A page on another port of this machine is `same-site`."""
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def own_pages_only() -> Middleware:
    """Refuses (403) a request with another host name, or from a page of another origin.

    A browser names the origin when a page posts, but not when it loads a picture or follows a link. Then it says
    whether the page is of the same site; only the addresses of PAGES may be opened from elsewhere.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = re.sub(r":\d*$", "", request.host).lower()
        origin = request.headers.get("Origin")
        if (
            name not in NAMES
            or (origin is not None and origin != f"http://{request.host}")
            or (request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITES and not _opens_a_page(request))
        ):
            return web.Response(status=403, text="The sandbox is for this machine only.")
        return await handler(request)

    return check


def _opens_a_page(request: web.Request) -> bool:
    return request.headers.get("Sec-Fetch-Mode") == "navigate" and PAGES.match(request.path) is not None
