"""The Slack endpoint over HTTP: the signature is verified before the body is read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier


class SlackEndpoint:
    """Where Slack posts events, commands and interactivity.

    Answers 401 unless Slack signed the request within the last five minutes, 400 if the body cannot be read, and
    otherwise what the listener answers. No listener runs for the first two.
    """

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def handle(self, request: web.Request) -> web.Response:
        """The aiohttp handler."""
        answer = await self.answer(await request.read(), request.headers, request.query_string)
        return await to_aiohttp_response(answer)

    async def answer(self, body: bytes, headers: Mapping[str, str], query: str = "") -> BoltResponse:
        """The response to one request."""
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not (timestamp.isdecimal() and self._verifier.is_valid(body, timestamp, signature)):
            return BoltResponse(status=401, body={"error": "the signature is not valid"})
        received = _read(body, headers, query)
        if received is None:
            return BoltResponse(status=400, body={"error": "the body cannot be read"})
        return await self._app.async_dispatch(received)


def _read(body: bytes, headers: Mapping[str, str], query: str) -> AsyncBoltRequest | None:
    try:
        received = AsyncBoltRequest(
            body=body.decode(),
            query=query,
            headers=headers,  # type: ignore[arg-type]  # Bolt reads any mapping
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, AttributeError):
        return None
    return received if isinstance(received.body, dict) else None  # type: ignore[redundant-expr]  # a JSON text is not
