"""Parse untrusted JSON, with a clear error if it is too large, too deep or not text."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

MAX_BYTES = 2_000_000
MAX_DEPTH = 100


class UnreadableBody(ValueError):  # noqa: N818 - describes the body
    """A body that cannot be parsed; the message is one sentence."""


def parsed(text: str | bytes) -> Any:
    """Parse JSON.

    Raises `UnreadableBody` if it is not JSON, is nested deeper than a hundred levels (Slack's never is, and walking it
    could exceed the recursion limit), or contains a lone surrogate (it could not be encoded again).
    """
    try:
        raw = text.encode() if isinstance(text, str) else text
        written = raw.decode()
        value = json.loads(written)
        # Both checks cost as much as the parsing, so they only run on suspicious text.
        if "\\u" in written:
            json.dumps(value, ensure_ascii=False).encode()
        shallow = written.count("[") + written.count("{") <= MAX_DEPTH or _shallow(value, MAX_DEPTH)
    except UnicodeError:
        raise UnreadableBody("The text holds half a character.") from None
    except RecursionError:
        shallow = False
    except ValueError:
        raise UnreadableBody("The body is no JSON.") from None
    if not shallow:
        raise UnreadableBody("The JSON is nested too deeply.")
    return value


async def read(request: web.Request) -> bytes:
    """The bytes of a request, two megabytes at most; raises `UnreadableBody`."""
    if (request.content_length or 0) > MAX_BYTES:
        raise UnreadableBody("The body is too large.")
    body = await request.read()
    if len(body) > MAX_BYTES:
        raise UnreadableBody("The body is too large.")
    return body


def _shallow(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_shallow(each, levels - 1) for each in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_shallow(each, levels - 1) for each in value)
    return True
