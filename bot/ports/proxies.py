"""The proxy through which a call goes: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as other programs read them.

aiohttp would read them with the passwords of `~/.netrc`, and not for WebSockets; slack_sdk ignores NO_PROXY.
"""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bot.ports.messenger import UnreachableError
from bot.settings import is_loopback

OF_WEB_SOCKETS = {"wss": "https", "ws": "http"}
SUPPORTED = ("http", "https")


def proxy_for(url: str) -> str | None:
    """The URL of the proxy for a call to `url`, with its password if it has one; None for a direct call.

    This machine is always called directly. Raises `UnreachableError` for a proxy that is neither http nor https.
    """
    called = urlsplit(url)
    host = called.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = (proxies.get(OF_WEB_SOCKETS.get(called.scheme, called.scheme)) or proxies.get("all") or "").strip()
    if not proxy:
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    kind = urlsplit(proxy).scheme
    if kind not in SUPPORTED:
        raise UnreachableError(f"a proxy of the kind {kind} is not supported: HTTPS_PROXY must be http or https")
    return proxy
