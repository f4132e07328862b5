"""Hosts that reach the platforms through a proxy only."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.cli import doctor_checks
from bot.ports.http_calls import HttpCalls
from bot.ports.messenger import UnreachableError
from bot.ports.proxies import proxy_for
from bot.settings import Settings
from bot.slack.socket_mode import SocketMode
from bot.slack.web_client import SlackWebClient
from sandbox.server import running as sandbox_running
from tests.patience import PATIENCE
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings

SLACK, TEAMS = "https://slack.com/api/auth.test", "https://smba.trafficmanager.net/emea/v3/conversations"
PROXY = "http://proxy.example:3128"
WEB_SOCKET = "wss://wss-primary.slack.example/link"
reported = pytest.mark.reported
SDK = reported("slackapi/python-slack-sdk#738", "slackapi/python-slack-sdk#948", "slackapi/python-slack-sdk#952")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@SDK
@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, SLACK, None),
        ({"HTTPS_PROXY": PROXY}, SLACK, PROXY),
        ({"https_proxy": PROXY}, TEAMS, PROXY),
        ({"HTTPS_PROXY": PROXY}, WEB_SOCKET, PROXY),
        ({"ALL_PROXY": PROXY}, WEB_SOCKET, PROXY),
        ({"HTTP_PROXY": PROXY}, SLACK, None),
        ({"HTTPS_PROXY": ""}, SLACK, None),
        ({"HTTPS_PROXY": "proxy.example:3128"}, SLACK, PROXY),
        ({"HTTPS_PROXY": "http://ada:p%40ss@proxy.example:3128"}, SLACK, "http://ada:p%40ss@proxy.example:3128"),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, SLACK, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".trafficmanager.net,slack.example"}, TEAMS, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".slack.example"}, WEB_SOCKET, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, SLACK, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "lack.com"}, SLACK, PROXY),
        ({"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY}, "http://127.0.0.1:8010/api/auth.test", None),
        ({"HTTP_PROXY": PROXY}, "http://[::1]:8010/api/auth.test", None),
    ],
)
def test_the_environment_names_the_proxy(
    environment: dict[str, str], url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy


@reported("slackapi/python-slack-sdk#557", "slackapi/python-slack-sdk#329")
def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5h://ada:secret@proxy.example:1080")
    with pytest.raises(UnreachableError, match="of the kind socks5h is not supported") as refused:
        proxy_for(SLACK)
    assert "secret" not in str(refused.value)


@dataclass
class Proxy:
    """A proxy that answers every call itself; `asked` are the first lines of the requests that it got."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    tunnelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first = head.decode().partition("\r\n")[0]
        self.asked.append(first)
        if first.startswith("CONNECT"):
            self.tunnelled.set()
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        else:
            body = json.dumps({"ok": True, "url": WEB_SOCKET}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def a_proxy() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()


@reported("slackapi/bolt-python#1369", "slackapi/slack-github-action#217")
async def test_every_call_goes_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_proxy() as proxy, aiohttp.ClientSession() as session:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        answer = await HttpCalls(session).send("GET", "http://teams.example/v3/conversations", kind="any")
    assert (answer.status, proxy.asked) == (200, ["GET http://teams.example/v3/conversations HTTP/1.1"])


@reported("openclaw/openclaw#62878", "slackapi/python-slack-sdk#948", "mbakgun/n8n-slack-socket-mode#2")
async def test_the_web_socket_goes_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_proxy() as proxy, aiohttp.ClientSession() as session:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        client = SlackWebClient("xoxb-1", "http://slack.example/api/", session)
        socket = SocketMode(AsyncApp(client=client, signing_secret="x", request_verification_enabled=False), "xapp-1")
        connecting = asyncio.create_task(socket.connect())
        async with asyncio.timeout(PATIENCE):
            await proxy.tunnelled.wait()
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        await socket.close()
    assert proxy.asked[0].startswith("POST http://slack.example/api/apps.connections.open")
    assert proxy.asked[1] == "CONNECT wss-primary.slack.example:443 HTTP/1.1"


@reported("slackapi/python-slack-sdk#738", "own trial: a proxy for the world, and Slack's address on this machine")
async def test_doctor_knows_what_needs_no_proxy(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = patient_slack()
    async with sandbox_running(config) as slack:
        settings: Settings = slack_settings(database_url, config, slack.api_url)
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(urllib.request, "_opener", None)  # it keeps the proxies of its first call
        found = await asyncio.to_thread(lambda: list(doctor_checks.slack(settings)))
    assert [each.state for each in found if each.check == "slack"] == ["ok"]
