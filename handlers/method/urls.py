"""Which typed or heard addresses a browser can be sent to."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST_ADDRESS = 2000


def web_url(written: str) -> str | None:
    """The address, if a browser can be sent there: http(s), with a host, without anything that opens or ends a link."""
    if not written.isprintable() or len(written) > LONGEST_ADDRESS or set(written) & set(' <>|"\\'):
        return None
    try:
        parts = urlsplit(written)
    except ValueError:
        return None
    return written if parts.scheme in ("http", "https") and parts.hostname else None
