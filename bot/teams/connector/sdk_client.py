"""The SDK's client of the Bot Connector, on our own HTTP session and with our own tokens.

Left to itself it sends by blocking requests in threads, tries a post again that may have arrived, and is built anew for
every activity, which is most of what the stock adapter costs (`script/bench teams`).
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
MOST_KEPT = 256
"""Clients that are kept, one for each service address. Microsoft has a handful of them a tenant."""


class SdkClients(ConnectorFactory):  # type: ignore[misc]  # the SDK has no types
    """Gives the client of a service address, the same one as long as it is in use."""

    def __init__(self, session: ClientSession, tokens: AccessTokens | None) -> None:
        self._session = session
        self._tokens = tokens
        self._kept = lru_cache(maxsize=MOST_KEPT)(self._made)

    async def create(self, service_url: str, audience: str = "") -> TeamsClient:  # noqa: ARG002 (the SDK's contract)
        """The client, as the SDK asks for it."""
        return self._kept(service_url)

    def at(self, service_url: str) -> TeamsClient:
        """The client of an address that was checked."""
        return self._kept(service_url)

    def refused(self) -> None:
        """The Bot Connector did not accept our token."""
        if self._tokens is not None:
            self._tokens.forget()

    def _made(self, service_url: str) -> TeamsClient:
        return TeamsClient(
            # No credentials in the SDK's terms: it puts one object of them into two pipelines, and they end up in the
            # wrong one, which sends by blocking requests.
            SansIOHTTPPolicy(),
            base_url=service_url,
            pipeline_type=AsyncBfPipeline,
            sender=_Sender(self._session, self._tokens),
        )


class TeamsClient(ConnectorClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client, with the call that the SDK itself has for blocking requests only."""

    async def team_channels(self, team: str) -> Any:
        """The SDK's `ConversationList` of a team. Raises as the SDK's own calls do."""
        team_id = self._serialize.url("team", team, "str")
        url = self._client.format_url("/v3/teams/{teamId}/conversations", teamId=team_id)
        request = self._client.get(url, {}, {"Accept": "application/json"})
        response = await self._client.async_send(request, stream=False)
        if response.status_code != 200:
            raise HttpOperationError(self._deserialize, response)
        return self._deserialize("ConversationList", response)


class _Sender(AsyncHTTPSender[Any, Any]):
    """Sends by the session that the whole bot shares, with our token. A post goes out once, whatever becomes of it."""

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
            allow_redirects=False,  # our token is for this address
        ) as answer:
            return Response(request, _Answer(http, answer, await answer.read()))

    async def __aexit__(self, *_details: object) -> None:
        """The session is not ours to close."""


class _Answer(AsyncClientResponse):
    """An answer that has been read."""

    def __init__(self, request: ClientRequest, answer: ClientResponse, body: bytes) -> None:
        super().__init__(request, self)  # what the SDK's errors hand on
        self.status_code = answer.status
        self.headers = dict(answer.headers)
        self.reason = answer.reason
        self._read = body

    def body(self) -> bytes:
        return self._read
