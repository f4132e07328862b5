"""Reads JSON that anybody may have sent: too large, too deep or not text are all said plainly."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

LARGEST = 2_000_000
DEEPEST = 100


class UnreadableBody(ValueError):  # noqa: N818 - it describes the body
    """A body that cannot be used; the message is one sentence."""


def parsed(text: str | bytes) -> Any:
    """The value that JSON text holds.

    Raises `UnreadableBody` for what is no JSON, is nested deeper than a hundred levels (nothing of Slack is, and
    whoever walks it would run out of stack), or holds half a character (it could not be written out again).
    """
    try:
        raw = text.encode() if isinstance(text, str) else text
        written = raw.decode()
        value = json.loads(written)
        # Both looks cost as much as the parsing: they are taken only where the text gives cause.
        if "\\u" in written:
            json.dumps(value, ensure_ascii=False).encode()
        shallow = written.count("[") + written.count("{") <= DEEPEST or _shallow(value, DEEPEST)
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
    if (request.content_length or 0) > LARGEST:
        raise UnreadableBody("The body is too large.")
    body = await request.read()
    if len(body) > LARGEST:
        raise UnreadableBody("The body is too large.")
    return body


def _shallow(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_shallow(each, levels - 1) for each in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_shallow(each, levels - 1) for each in value)
    return True
