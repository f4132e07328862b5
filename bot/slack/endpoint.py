"""The Slack endpoint over HTTP: the signature is verified before the body is read."""

from __future__ import annotations

import re
from collections.abc import Mapping

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import parse_body
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.http.request_body import UnreadableBodyError, read_body
from bot.slack.payload_shape import UnknownShapeError, read_payload

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
"""Seconds since 1970."""

log = structlog.stdlib.get_logger(__name__)


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
        try:
            body = await read_body(request)
        except UnreadableBodyError as error:
            return await to_aiohttp_response(_rejected(error.status, str(error)))
        return await to_aiohttp_response(await self.answer(body, request.headers))

    async def answer(self, body: bytes, headers: Mapping[str, str]) -> BoltResponse:
        """The response to one request."""
        try:
            text = body.decode()  # the signature is of text, and Slack sends UTF-8
        except UnicodeDecodeError:
            return _rejected(400, "the body is not UTF-8")
        if not self._is_signed(text, headers):
            return _rejected(401, "the signature is not valid")
        content_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        try:
            payload = read_payload(parse_body(text, content_type))
        except UnknownShapeError as error:
            return _rejected(400, f"the payload is not one of Slack's: {error}")
        except (ValueError, RecursionError) as error:
            return _rejected(400, f"the body cannot be read: {type(error).__name__}")
        # No headers: they are not signed, and Bolt acts on some. In the mode of Socket Mode it takes a parsed payload.
        try:
            return await self._app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Errors of the listeners do not get here: Bolt itself has read more of the payload than is checked above.
            return _rejected(400, f"Bolt cannot read the payload: {type(error).__name__}")

    def _is_signed(self, body: str, headers: Mapping[str, str]) -> bool:
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        return (
            _TIMESTAMP.fullmatch(timestamp) is not None
            and signature.isascii()
            and self._verifier.is_valid(body, timestamp, signature)
        )


def _rejected(status: int, cause: str) -> BoltResponse:
    log.warning("Slack request rejected", status=status, cause=cause)
    return BoltResponse(status=status, body={"error": cause})
