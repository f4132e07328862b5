"""Socket Mode with slack_sdk's client: envelopes, acks with payloads, several connections, disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.config import SandboxConfig
from sandbox.server import Sandbox
from tests.patience import PATIENCE
from tests.sandbox.block_kit import modal
from tests.sandbox.user_driver import ADA, People

Json = dict[str, Any]
Connect = Callable[[], Awaitable["Listener"]]


class Listener:
    """A Socket Mode client that records its envelopes and acknowledges each with `payload`."""

    def __init__(self, sandbox: Sandbox) -> None:
        web = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
        self.client = SocketModeClient(app_token="xapp-sandbox", web_client=web, auto_reconnect_enabled=False)
        self.client.socket_mode_request_listeners.append(self._take)
        self.envelopes: list[SocketModeRequest] = []
        self.payload: Json | None = None
        self.acknowledges = True

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.envelopes.append(request)
        if self.acknowledges:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.payload))


@pytest.fixture
def config(config: SandboxConfig) -> SandboxConfig:
    return replace(config, bot_url=None)


@pytest.fixture
async def connect(sandbox: Sandbox) -> AsyncIterator[Connect]:
    listeners: list[Listener] = []

    async def connect() -> Listener:
        listener = Listener(sandbox)
        listeners.append(listener)
        await listener.client.connect()  # type: ignore[no-untyped-call]
        return listener

    yield connect
    for each in listeners:
        await each.client.close()  # type: ignore[no-untyped-call]


async def test_events_and_commands_are_sent_as_envelopes(people: People, connect: Connect) -> None:
    listener = await connect()
    await people.says("Just closed Northwind")
    event = listener.envelopes[0]
    assert event.type == "events_api"
    assert event.payload["event"]["text"] == "Just closed Northwind"
    assert (event.retry_attempt, event.accepts_response_payload) == (0, False)
    listener.payload = {"text": "At your service"}
    answer = await people.post("commands", as_=ADA, channel="#wins", text="/firstcall help")
    assert answer["delivery"]["status"] == 200
    assert listener.envelopes[1].type == "slash_commands"
    assert listener.envelopes[1].payload["text"] == "help"
    assert listener.envelopes[1].accepts_response_payload
    assert (await people.reads("#wins"))[-1]["text"] == "At your service"


async def test_an_ack_answers_a_submission(people: People, connect: Connect, slack: AsyncWebClient) -> None:
    listener = await connect()
    await people.post("commands", as_=ADA, channel="#wins", text="/firstcall call")
    view = (await slack.views_open(trigger_id=listener.envelopes[0].payload["trigger_id"], view=modal()))["view"]
    listener.payload = {"response_action": "update", "view": modal(callback_id="next")}
    await people.post("views/submit", as_=ADA, view_id=view["id"], state={})
    assert listener.envelopes[1].type == "interactive"
    assert (await people.get("views", as_=ADA))["views"][0]["callback_id"] == "next"


async def test_connections_take_turns(people: People, connect: Connect) -> None:
    listeners = [await connect(), await connect()]
    for number in range(4):
        await people.says(str(number))
    assert [len(each.envelopes) for each in listeners] == [2, 2]


@pytest.mark.parametrize("answer_within", [0.2])
async def test_an_envelope_without_ack_is_retried(people: People, connect: Connect) -> None:
    listener = await connect()
    listener.acknowledges = False
    await people.says("Hi")
    assert [(each.retry_attempt, each.retry_reason) for each in listener.envelopes] == [(0, ""), (1, "http_timeout")]


async def test_a_disconnected_client_reconnects(people: People, connect: Connect, sandbox: Sandbox) -> None:
    listener = await connect()
    await people.post("socket/disconnect")
    async with asyncio.timeout(PATIENCE):
        while sandbox.state.sockets.connected != 1 or not await listener.client.is_connected():
            await asyncio.sleep(0.01)
    await people.says("Welcome back")
    assert [each.payload["event"]["text"] for each in listener.envelopes] == ["Welcome back"]


async def test_a_warning_leaves_the_connection_open(
    slack: AsyncWebClient, http: aiohttp.ClientSession, people: People
) -> None:
    url = (await slack.apps_connections_open(app_token="xapp-sandbox"))["url"]
    async with http.ws_connect(url) as socket:
        await socket.receive_json()
        await people.post("socket/disconnect", warn=True)
        warning = await socket.receive_json()
        assert (warning["type"], warning["reason"]) == ("disconnect", "warning")
        await people.post("socket/disconnect")
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_an_envelope_on_a_breaking_connection_fails(people: People, connect: Connect) -> None:
    listener = await connect()
    listener.acknowledges = False
    command = asyncio.create_task(people.post("commands", as_=ADA, channel="#wins", text="/firstcall help"))
    while not listener.envelopes:
        await asyncio.sleep(0.005)
    await people.post("socket/disconnect")
    delivery = (await command)["delivery"]
    assert delivery["status"] is None
    assert "closed" in delivery["error"]


async def test_a_ticket_is_valid_for_one_connection(
    slack: AsyncWebClient, http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    url = (await slack.apps_connections_open(app_token="xapp-sandbox"))["url"]
    async with http.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": "A0FIRSTCAL"}
        for nonsense in ("no json", "[]", "[" * 50_000, '{"envelope_id": 7}'):
            await socket.send_str(nonsense)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(url)
        assert refused.value.status == 404
        assert not socket.closed


async def test_at_most_ten_connections(slack: AsyncWebClient, http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    sockets = []
    for _ in range(10):
        url = (await slack.apps_connections_open(app_token="xapp-sandbox"))["url"]
        sockets.append(await http.ws_connect(url))
        await sockets[-1].receive_json()
    url = (await slack.apps_connections_open(app_token="xapp-sandbox"))["url"]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(url)
    assert refused.value.status == 429
    for each in sockets:
        await each.close()
