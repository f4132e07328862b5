"""The endpoint of the Web API, `/api/<method>`: checks token, scope and rate limit, applies faults, logs the call."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox import json_body
from sandbox.errors import SlackRefusal
from sandbox.faults import Rule
from sandbox.requestlog import Exchange
from sandbox.simulation import Simulation
from sandbox.webapi import chat, conversations, files, pins, reactions, team, users, views
from sandbox.webapi.call import Call, Method

Json = dict[str, Any]
METHODS: dict[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **pins.METHODS,
    **reactions.METHODS,
    **team.METHODS,
    **users.METHODS,
    **views.METHODS,
}
SECRET_ARGUMENTS = ("token", "client_secret")
MAX_HANG = 600.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The response, and the broadcast mentions in the call."""

    status: int
    body: Json
    broadcasts: list[str]
    retry_after: int | None = None


class WebApi:
    """The Web API of one sandbox."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._scopes = ",".join(sorted(sim.config.scopes))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle one call."""
        started = time.perf_counter()
        name = request.match_info["method"]
        faults = self._sim.faults
        if faults.slow_ms:
            await asyncio.sleep(faults.slow_ms / 1_000)
        try:
            arguments, token = await _arguments(request)
        except (ValueError, web.HTTPRequestEntityTooLarge) as unreadable:
            return self._response(Reply(200, _unreadable(str(unreadable)), []))
        fault = faults.take(name, after=False)
        reply = self._fault_reply(fault) if fault else self._reply(name, arguments, token, _base_url(request))
        if not fault:
            fault = faults.take(name, after=True)
            if fault and fault.kind == "error":
                reply = self._fault_reply(fault)
        silent = fault is not None and fault.kind in {"hang", "reset"}
        self._sim.log.add(
            Exchange(
                "to_slack",
                name,
                None if silent else reply.status,
                (time.perf_counter() - started) * 1_000,
                {key: value for key, value in arguments.items() if key not in SECRET_ARGUMENTS},
                f"fault: {fault.kind}" if silent and fault else reply.body,
                refused=None if reply.body.get("ok") else str(reply.body.get("error")),
                broadcasts=reply.broadcasts,
                size=request.content_length or 0,
            )
        )
        if fault is not None and fault.kind == "hang":
            await _hang(request)
        if fault is not None and fault.kind == "reset":
            _reset(request)
        return self._response(reply)

    def _fault_reply(self, rule: Rule) -> Reply:
        refusal = rule.refusal()
        return Reply(refusal.status, refusal.answer(), [], refusal.retry_after)

    def _reply(self, name: str, arguments: Json, token: str | None, base_url: str) -> Reply:
        call = Call(self._sim, arguments, base_url)
        try:
            return Reply(200, {"ok": True, **self._run(name, call, token)}, call.broadcasts)
        except SlackRefusal as refusal:
            return Reply(refusal.status, refusal.answer(), call.broadcasts, refusal.retry_after)

    def _run(self, name: str, call: Call, token: str | None) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackRefusal("unknown_method", req_method=name)
        self._check_token(method, token)
        if method.scope is not None:
            call.need(method.scope)
        if method.tier is not None:
            self._sim.limits.spend_tier(name, method.tier)
        return method.run(call)

    def _check_token(self, method: Method, token: str | None) -> None:
        config = self._sim.config
        if method.token == "none":  # noqa: S105 - the kind of token
            return
        if not token:
            raise SlackRefusal("not_authed")
        wanted = config.app_token if method.token == "app" else config.bot_token  # noqa: S105
        if token == wanted:
            if method.token == "bot" and self._sim.token_refused is not None:  # noqa: S105 - as above
                raise SlackRefusal(self._sim.token_refused)
            return
        raise SlackRefusal(
            "not_allowed_token_type" if token in {config.app_token, config.bot_token} else "invalid_auth"
        )

    def _response(self, reply: Reply) -> web.Response:
        headers = {"X-OAuth-Scopes": self._scopes}
        if reply.retry_after is not None:
            headers["Retry-After"] = str(reply.retry_after)
        return web.Response(
            status=reply.status,
            body=json.dumps(reply.body).encode(),
            content_type="application/json",
            charset="utf-8",
            headers=headers,
        )


async def _arguments(request: web.Request) -> tuple[Json, str | None]:
    """The arguments of a call, from query, body and headers; and the token."""
    arguments: Json = dict(request.query)
    if request.can_read_body:
        arguments |= await _body_arguments(request)
    token: Any = arguments.pop("token", None)
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = credentials.strip()
    elif scheme.lower() == "basic":
        client_id, _, client_secret = _basic(credentials).partition(":")
        arguments = {"client_id": client_id, "client_secret": client_secret} | arguments
    return arguments, token if isinstance(token, str) else None


async def _body_arguments(request: web.Request) -> Json:
    if request.content_type == "multipart/form-data":
        form = await request.post()
        return {name: each for name, each in form.items() if isinstance(each, str)}
    content = await json_body.read(request)
    if request.content_type == "application/json":
        values = json_body.parsed(content)
        if not isinstance(values, dict):
            raise json_body.UnreadableBody("The body is no JSON object.")
        return {name: each for name, each in values.items() if each is not None}
    try:
        return dict(parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        raise json_body.UnreadableBody("The body is no form.") from None


def _basic(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode()
    except ValueError:
        return ""


def _base_url(request: web.Request) -> str:
    return f"http://{request.host}"


def _unreadable(sentence: str) -> Json:
    return SlackRefusal("invalid_json", messages=[sentence]).answer()


async def _hang(request: web.Request) -> None:
    """Stay silent until the client gives up."""
    deadline = time.monotonic() + MAX_HANG
    # aiohttp does not notify a handler when its client disconnects, so this polls.
    while request.transport is not None and not request.transport.is_closing() and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


def _reset(request: web.Request) -> None:
    """Break the connection with a TCP reset."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
