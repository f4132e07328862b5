"""The Teams endpoint: the sender is authenticated before the body is read, and checked before anything takes effect.

401 without a detail for an unproven sender, 400 for an unreadable body, 403 for an unknown tenant, 503 while
Microsoft's keys cannot be fetched; the cause is logged. No request of a stranger causes a 500: that always means
a bug.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from bot.http.request_body import UnreadableBodyError, read_body
from bot.http.surrogates import replace_surrogates
from bot.ports.http_calls import for_workspace
from bot.ports.messenger import DeliveryError
from bot.teams.activity import IncomingActivity, read_activity
from bot.teams.connector.adapter import TeamsAdapter
from bot.teams.connector.allowlist import Allowlist
from bot.teams.connector.connector import OutboundActivity
from bot.teams.connector.jwt_validation import TokenValidator
from bot.teams.context import TeamsContext
from bot.teams.errors import MalformedActivityError, RejectedRequestError, UntrustedRequestError
from bot.teams.invoke_responses import sentence_response
from bot.teams.json_fields import Json
from handlers.errors import NotNowError, Refusal

BODY_LIMIT = 256 * 1024
"""Teams' own limit for a message is far lower."""
DEPTH_LIMIT = 64
"""Nested objects and lists. A submitted card has about ten levels."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The response to a request. A body of None is an empty body."""

    status: int
    body: Json | None = None


class TeamsEndpoint:
    """Where the Bot Connector posts activities. `tokens` is None in the anonymous mode, which authenticates nobody."""

    def __init__(
        self, tokens: TokenValidator | None, allowlist: Allowlist, adapter: TeamsAdapter, teams: TeamsContext
    ) -> None:
        self._tokens = tokens
        self._allowlist = allowlist
        self._adapter = adapter
        self._teams = teams

    async def handle(self, request: web.Request) -> web.Response:
        """The aiohttp handler."""
        answer = await self.answer(request.headers, partial(read_body, request))
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.json_response(answer.body, status=answer.status)

    async def answer(self, headers: Mapping[str, str], read_body: Callable[[], Awaitable[bytes]]) -> HttpAnswer:
        """The response to one request."""
        try:
            if self._tokens is None:
                claims = None
                _refuse_web_pages(headers)
            else:
                claims = await self._tokens.claims(headers.get("Authorization"))
            activity = read_activity(_parse_body(headers, await read_body()))
            self._allowlist.check(activity, claims)
        except RejectedRequestError as error:
            log.warning("Teams request rejected", error=type(error).__name__, cause=str(error))
            return HttpAnswer(error.status)
        except UnreadableBodyError as error:
            log.warning("Teams request rejected", error=type(error).__name__, cause=str(error))
            return HttpAnswer(error.status)
        return await self._process(activity)

    async def _process(self, activity: IncomingActivity) -> HttpAnswer:
        try:
            with for_workspace(activity.tenant):
                result = await self._adapter.process(activity)
        except Refusal as refusal:
            return self._refuse(activity, refusal, 200)
        except DeliveryError as error:  # the effects are committed, only the reply was not delivered
            log.warning("reply not sent", type=activity.type, reason=str(error))
            return HttpAnswer(200)
        except Exception as error:  # the edge of the process: one friendly sentence out, the cause to the log
            reference = secrets.token_hex(4)
            log.exception(
                "activity failed",
                reference=reference,
                type=activity.type,
                name=activity.name,
                error=type(error).__name__,
            )
            return self._refuse(activity, NotNowError("refusal.trouble", reference=reference), 500)
        return HttpAnswer(200) if result is None else HttpAnswer(result.status, result.body)

    def _refuse(self, activity: IncomingActivity, refusal: Refusal, status: int) -> HttpAnswer:
        """Show a refusal in the form that the invoke needs; for a message to the bot, reply with it.

        `status` is for activities that have no such form.
        """
        sentence = refusal.sentence(self._teams.wording)
        if activity.type == "message" and (activity.is_personal or activity.mentions_bot):
            self._teams.background.run(self._send(activity, sentence))
        result = sentence_response(activity.name, sentence) if activity.type == "invoke" else None
        return HttpAnswer(status) if result is None else HttpAnswer(result.status, result.body)

    async def _send(self, activity: IncomingActivity, sentence: str) -> None:
        try:
            await self._teams.connector.send(activity.service_url, activity.conversation, OutboundActivity(sentence))
        except DeliveryError as error:
            log.warning("refusal not sent", reason=str(error))


def _refuse_web_pages(headers: Mapping[str, str]) -> None:
    """In the anonymous mode every program on this machine is trusted, but no web page in its browser."""
    if headers.get("Origin") is not None:
        raise UntrustedRequestError("a web page has sent it")


def _parse_body(headers: Mapping[str, str], body: bytes) -> Json:
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise MalformedActivityError("the content type is not application/json")
    if len(body) > BODY_LIMIT:
        raise UnreadableBodyError(413, "the body is too large")
    try:
        parsed = json.loads(body.decode("utf-8"), parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedActivityError(f"the body is not JSON: {type(error).__name__}") from error
    if not isinstance(parsed, dict):
        raise MalformedActivityError("the body is not an object")
    if _is_deeper_than(DEPTH_LIMIT, parsed):
        raise MalformedActivityError("the body is nested too deeply")
    activity: Json = replace_surrogates(parsed)
    return activity


def _reject_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _is_deeper_than(limit: int, value: Any) -> bool:
    level: list[Any] = [value]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
