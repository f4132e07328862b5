"""The SDK's client for the Bot Connector, on the bot's own HTTP session and access tokens.

By default the SDK sends blocking requests in threads, retries posts that may have arrived, and builds a new client for
each activity, which is most of what the stock adapter costs (`script/bench teams`).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from aiohttp import ClientSession
from botframework.connector import AsyncBfPipeline
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import ConnectorFactory
from msrest.exceptions import HttpOperationError
from msrest.pipeline import Request, Response, SansIOHTTPPolicy
from msrest.pipeline.async_abc import AsyncHTTPSender
from msrest.universal_http import ClientRequest
from msrest.universal_http.async_abc import AsyncClientResponse

from bot.ports.http_calls import HttpAnswer, HttpCalls
from bot.ports.messenger import UnreachableError
from bot.ports.retry_after import retry_after
from bot.teams.connector.access_tokens import AccessTokens

CACHE_SIZE = 256
"""Cached clients, one per service address. A tenant has a handful of those."""


class SdkClients(ConnectorFactory):  # type: ignore[misc]  # the SDK has no types
    """One cached client per service address."""

    def __init__(self, session: ClientSession, tokens: AccessTokens | None) -> None:
        self._calls = HttpCalls(session)
        self._tokens = tokens
        self._cached = lru_cache(maxsize=CACHE_SIZE)(self._create)

    async def create(self, service_url: str, audience: str = "") -> TeamsClient:  # noqa: ARG002 (the SDK's contract)
        """The client; called by the SDK."""
        return self._cached(service_url)

    def at(self, service_url: str) -> TeamsClient:
        """The client for a service address that has passed the allowlist."""
        return self._cached(service_url)

    async def ready(self) -> bool | str:
        """True, or why Microsoft refuses the bot's credentials. A company that has disabled the bot does not count."""
        return True if self._tokens is None else await self._tokens.ready()

    def token_refused(self) -> None:
        """The Bot Connector refused the access token: request a new one next time."""
        if self._tokens is not None:
            self._tokens.forget()

    def _create(self, service_url: str) -> TeamsClient:
        return TeamsClient(
            # No SDK credentials: the SDK would share one such object between two pipelines, and it ends up in the
            # wrong one, which sends blocking requests.
            SansIOHTTPPolicy(),
            base_url=service_url,
            pipeline_type=AsyncBfPipeline,
            sender=_Sender(self._calls, self._tokens),
        )


class TeamsClient(ConnectorClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client, plus a call that the SDK offers as a blocking request only."""

    async def team_channels(self, team: str) -> Any:
        """The SDK's `ConversationList` of a team. Raises like the SDK's own calls."""
        team_id = self._serialize.url("team", team, "str")
        url = self._client.format_url("/v3/teams/{teamId}/conversations", teamId=team_id)
        request = self._client.get(url, {}, {"Accept": "application/json"})
        response = await self._client.async_send(request, stream=False)
        if response.status_code != 200:
            raise HttpOperationError(self._deserialize, response)
        return self._deserialize("ConversationList", response)


class _Sender(AsyncHTTPSender[Any, Any]):
    """Sends as `HttpCalls` does, with the bot's access token. Never retries.

    Raises `UnreachableError` for an answer that is not Microsoft's, such as the page of a proxy.
    """

    def __init__(self, calls: HttpCalls, tokens: AccessTokens | None) -> None:
        self._calls = calls
        self._tokens = tokens

    async def send(self, request: Request[Any], **_config: Any) -> Response[Any, Any]:
        http: ClientRequest = request.http_request
        headers = dict(http.headers)
        if self._tokens is not None:
            headers["Authorization"] = f"Bearer {await self._tokens.token()}"
        kind = _kind(http.method, http.url)
        answer = await self._calls.send(
            http.method, http.url, kind=kind, reads=http.method == "GET", headers=headers, data=http.data
        )
        if not _is_microsofts(answer) and not (http.method == "PUT" and _is_bare(answer)):
            raise unreadable(answer, kind)
        return Response(request, _Answer(http, answer))

    async def __aexit__(self, *_details: object) -> None:
        """The shared session stays open."""


class _Answer(AsyncClientResponse):
    """An answer as the SDK reads it."""

    def __init__(self, request: ClientRequest, answer: HttpAnswer) -> None:
        super().__init__(request, self)  # the SDK attaches it to its errors
        self.status_code = answer.status
        # The content is JSON, which was checked; what else the header says would stop the SDK from reading it.
        self.headers = {**answer.headers, "Content-Type": "application/json"}
        self.reason = ""
        self._read = answer.body

    def body(self) -> bytes:
        return self._read


def unreadable(answer: HttpAnswer, kind: str) -> UnreachableError:
    """The error for an answer that is not Microsoft's."""
    wait = retry_after(answer.headers.get("Retry-After")) if answer.status in (429, 503) else None
    return UnreachableError(f"{kind}: the answer could not be read ({answer.kind})", wait)


def _kind(method: str, url: str) -> str:
    """What is called, without ids: `POST activities`."""
    known = ("activities", "pagedmembers", "members", "conversations")
    return f"{method} {next((each for each in known if f'/{each}' in url), 'other')}"


def _is_bare(answer: HttpAnswer) -> bool:
    """A yes without a word. It is enough for an update, whose id is known; a new message would have no id."""
    return answer.status in (200, 201, 202) and not answer.body


def _is_microsofts(answer: HttpAnswer) -> bool:
    """Whether the body is a JSON object; for an error one that says which. A failing server may say less."""
    if answer.status in (401, 429) or answer.status >= 500:
        return True
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(data, dict):
        return False
    if answer.status < 300:
        return isinstance(data.get("id", ""), str)
    return bool({"error", "message"} & data.keys())
