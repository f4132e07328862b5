"""The SDK's client for the Bot Connector, on the bot's own HTTP session and access tokens.

By default the SDK sends blocking requests in threads, retries posts that may have arrived, and builds a new client for
each activity, which is most of what the stock adapter costs (`script/bench teams`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from aiohttp import ClientResponse, ClientSession, ClientTimeout
from botframework.connector import AsyncBfPipeline
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import ConnectorFactory
from msrest.exceptions import HttpOperationError
from msrest.pipeline import Request, Response, SansIOHTTPPolicy
from msrest.pipeline.async_abc import AsyncHTTPSender
from msrest.universal_http import ClientRequest
from msrest.universal_http.async_abc import AsyncClientResponse

from bot.teams.connector.access_tokens import AccessTokens

TIMEOUT = ClientTimeout(total=15)
CACHE_SIZE = 256
"""Cached clients, one per service address. A tenant has a handful of those."""


class SdkClients(ConnectorFactory):  # type: ignore[misc]  # the SDK has no types
    """One cached client per service address."""

    def __init__(self, session: ClientSession, tokens: AccessTokens | None) -> None:
        self._session = session
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
            sender=_Sender(self._session, self._tokens),
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
    """Sends over the shared HTTP session, with the bot's access token. Never retries."""

    def __init__(self, session: ClientSession, tokens: AccessTokens | None) -> None:
        self._session = session
        self._tokens = tokens

    async def send(self, request: Request[Any], **_config: Any) -> Response[Any, Any]:
        http: ClientRequest = request.http_request
        headers = dict(http.headers)
        if self._tokens is not None:
            headers["Authorization"] = f"Bearer {await self._tokens.token()}"
        async with self._session.request(
            http.method,
            http.url,
            headers=headers,
            data=http.data,
            timeout=TIMEOUT,
            allow_redirects=False,  # the token must not go to another address
        ) as answer:
            return Response(request, _Answer(http, answer, await answer.read()))

    async def __aexit__(self, *_details: object) -> None:
        """The shared session stays open."""


class _Answer(AsyncClientResponse):
    """A response whose body has been read."""

    def __init__(self, request: ClientRequest, answer: ClientResponse, body: bytes) -> None:
        super().__init__(request, self)  # the SDK attaches it to its errors
        self.status_code = answer.status
        self.headers = dict(answer.headers)
        self.reason = answer.reason
        self._read = body

    def body(self) -> bytes:
        return self._read
