"""Slack over HTTP: a request is proven to be Slack's before anything in it is read."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier


def slack_endpoint(app: AsyncApp, signing_secret: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of events, commands and interactivity.

    Answers 401 to what is not signed by Slack within the last five minutes, 400 to what cannot be read, and otherwise
    what the listener answers; in none of the first two cases a listener runs.
    """
    verifier = SignatureVerifier(signing_secret)

    async def events(request: web.Request) -> web.Response:
        body = await request.read()
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (timestamp.isdecimal() and verifier.is_valid(body, timestamp, signature)):
            return web.json_response({"error": "the signature is not valid"}, status=401)
        try:
            received = AsyncBoltRequest(
                body=body.decode(),
                query=request.query_string,
                headers=request.headers,  # type: ignore[arg-type]  # a multidict is one, for Bolt's purposes
            )
            readable = isinstance(received.body, dict)
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, AttributeError):
            readable = False
        if not readable:
            return web.json_response({"error": "the body cannot be read"}, status=400)
        return await to_aiohttp_response(await app.async_dispatch(received))

    return events
