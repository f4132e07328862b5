"""Teams over HTTP: a request is proven to be Microsoft's before its body is read, and checked before it has an effect.

401 without a detail for what is not proven, 400 for what cannot be read, 403 for a company that we do not work for. The
log has the cause. Whatever strangers send, 500 is only ever an error of ours.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from bot.ports.messenger import DeliveryError
from bot.teams.activity import IncomingActivity, Json, MalformedActivityError, read_activity
from bot.teams.connector.adapter import TeamsAdapter
from bot.teams.connector.allowlist import Allowlist, UnknownTenantError
from bot.teams.connector.contract import InvokeResult
from bot.teams.connector.jwt_validation import TokenValidator, UntrustedError
from bot.teams.connector.outbound_activity import OutboundActivity
from bot.teams.context import TeamsContext
from handlers.errors import NotNowError, Refusal

LARGEST_BODY = 256 * 1024
"""Teams' own limit for what people send is far below this."""
DEEPEST = 64
"""Objects and lists within each other. A card that somebody submits has about ten."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a request is answered with; a body of None is an empty one."""

    status: int
    body: Json | None = None


class TeamsEndpoint:
    """Where the Bot Connector posts activities. `tokens` is None in the anonymous mode: then nobody proves anything."""

    def __init__(
        self, tokens: TokenValidator | None, trust: Allowlist, adapter: TeamsAdapter, teams: TeamsContext
    ) -> None:
        self._tokens = tokens
        self._trust = trust
        self._adapter = adapter
        self._front = teams

    async def handle(self, request: web.Request) -> web.Response:
        """The aiohttp handler."""
        outcome = await self.answer(request.headers, request.read)
        if outcome.body is None:
            return web.Response(status=outcome.status)
        return web.json_response(outcome.body, status=outcome.status)

    async def answer(self, headers: Mapping[str, str], read_body: Callable[[], Awaitable[bytes]]) -> HttpAnswer:
        """The answer to one request."""
        try:
            claims = None if self._tokens is None else await self._tokens.claims(headers.get("Authorization"))
            turn = read_activity(_parsed(headers, await read_body()))
            self._trust.check(turn, claims)
        except UntrustedError as error:
            log.warning("a request to Teams' address was turned away", cause=str(error))
            return HttpAnswer(401)
        except MalformedActivityError as error:
            log.warning("an activity cannot be read", cause=str(error))
            return HttpAnswer(400)
        except UnknownTenantError as error:
            log.warning("an activity of another tenant was turned away", tenant=str(error))
            return HttpAnswer(403)
        except web.HTTPRequestEntityTooLarge:
            log.warning("an activity is too large")
            return HttpAnswer(413)
        return await self._handled(turn)

    async def _handled(self, activity: IncomingActivity) -> HttpAnswer:
        try:
            answer = await self._adapter.process(activity)
        except Refusal as refusal:
            return self._refusal_answer(activity, refusal, 200)
        except DeliveryError as error:  # what was said is committed; only the reply did not arrive
            log.warning("a reply could not be sent", kind=activity.kind, reason=str(error))
            return HttpAnswer(200)
        except Exception as error:  # the edge of the process: one friendly sentence out, the cause to the log
            reference = secrets.token_hex(4)
            log.exception(
                "an activity failed",
                reference=reference,
                kind=activity.kind,
                name=activity.name,
                error=type(error).__name__,
            )
            return self._refusal_answer(activity, NotNowError("refusal.trouble", reference=reference), 500)
        if answer is None:
            return HttpAnswer(200)
        return HttpAnswer(answer.status, answer.body)

    def _refusal_answer(self, activity: IncomingActivity, refusal: Refusal, otherwise: int) -> HttpAnswer:
        """A friendly no, in the form that the invoke's name asks for; who wrote to us gets it as a message.

        `otherwise` is the status for what has no form of its own.
        """
        sentence = refusal.sentence(self._front.wording)
        if activity.kind == "message" and (activity.is_personal or activity.mentioned):
            self._front.background.run(self._say(activity, sentence))
        answer = invoke_notice(activity.name, sentence) if activity.kind == "invoke" else None
        return HttpAnswer(otherwise) if answer is None else HttpAnswer(answer.status, answer.body)

    async def _say(self, activity: IncomingActivity, sentence: str) -> None:
        try:
            await self._front.connector.send(activity.service_url, activity.conversation, OutboundActivity(sentence))
        except DeliveryError as error:
            log.warning("a refusal could not be sent", reason=str(error))


def invoke_notice(name: str, sentence: str) -> InvokeResult | None:
    """A sentence as the answer to an invoke; None for one that nobody would see it on."""
    if name == "adaptiveCard/action":
        body: Json = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": sentence}
        return InvokeResult(body)
    if name.partition("/")[0] in {"task", "composeExtension"}:
        return InvokeResult({"task": {"type": "message", "value": sentence}})
    return None


def _parsed(headers: Mapping[str, str], body: bytes) -> Json:
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise MalformedActivityError("the content type is not application/json")
    if len(body) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(max_size=LARGEST_BODY, actual_size=len(body))
    try:
        parsed = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise MalformedActivityError(f"the body is no JSON: {type(error).__name__}") from error
    if not isinstance(parsed, dict):
        raise MalformedActivityError("the body is no object")
    if _is_deeper(parsed, DEEPEST):
        raise MalformedActivityError("the body is nested too deep")
    return parsed


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON's")


def _is_deeper(value: Any, most: int) -> bool:
    level: list[Any] = [value]
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
