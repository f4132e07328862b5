"""Check URLs that people typed or posted."""

from __future__ import annotations

from urllib.parse import urlsplit

MAX_URL_LENGTH = 2000


def web_url(written: str) -> str | None:
    """Return the URL if a browser can open it: http(s), with a host, no characters that delimit links; else None."""
    if not written.isprintable() or len(written) > MAX_URL_LENGTH or set(written) & set(' <>|"\\'):
        return None
    try:
        parts = urlsplit(written)
    except ValueError:
        return None
    return written if parts.scheme in ("http", "https") and parts.hostname else None
