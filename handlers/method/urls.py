"""Check URLs that people typed or posted."""

from __future__ import annotations

from urllib.parse import urlsplit

MAX_URL_LENGTH = 2000


def web_url(written: str) -> str | None:
    """Return the URL if a browser can open it and everybody may see it, else None.

    It is http(s), with a host, and without characters that delimit links. A user name or password before the host
    (`https://user:pw@host`) is a secret, or it makes the address look like another one.
    """
    if not written.isprintable() or len(written) > MAX_URL_LENGTH or set(written) & set(' <>|"\\'):
        return None
    try:
        parts = urlsplit(written)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return written
