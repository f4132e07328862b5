"""The body of a request, read within limits of size and time: whatever a sender does, it is no error of the bot."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError

from prompts.errors import FirstCallError

MAX_BODY_BYTES = 1024 * 1024
"""Far above the platforms' largest payloads; counted after decompression."""
SECONDS_FOR_BODY = 10.0
"""Slack gives up after 3 s, the Bot Connector after 15."""


class UnreadableBodyError(FirstCallError):
    """The body is too large, too slow, or not what its headers say. Nothing was stored. The text is for the log.

    Attributes:
        status: the HTTP status that the sender gets.
    """

    def __init__(self, status: int, cause: str) -> None:
        super().__init__(cause)
        self.status = status


async def read_body(request: web.Request) -> bytes:
    """The request's body, decompressed. Raises `UnreadableBodyError`."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise UnreadableBodyError(413, "the body is too large")
    try:
        async with asyncio.timeout(SECONDS_FOR_BODY):
            return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise UnreadableBodyError(413, "the body is too large") from error
    except TimeoutError as error:
        raise UnreadableBodyError(408, "the body did not arrive in time") from error
    except ConnectionError as error:
        raise UnreadableBodyError(400, "the sender broke off") from error
    except (HttpProcessingError, RequestPayloadError, ValueError) as error:
        raise UnreadableBodyError(400, f"the body cannot be decoded: {type(error).__name__}") from error
