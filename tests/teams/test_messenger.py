"""Calls to the Bot Connector, their failures as errors of the port, and access tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.ports.messenger import RefusedError, ThrottledError, UnreachableError
from bot.ports.retry_after import DEFAULT_WAIT
from bot.settings import TeamsCredentials
from bot.teams.connector.access_tokens import ClientSecret, ManagedIdentity, access_tokens
from bot.teams.connector.connector import Connector, Member, OutboundActivity
from bot.teams.connector.sdk_client import SdkClients
from sandbox.teams.chats import ADA, BRUNO, CARLA
from sandbox.teams.faults import Fault
from sandbox.teams.server import TeamsSandbox
from tests.manual_timer import ManualTimer
from tests.teams.bare_endpoint import connector, credentials
from tests.teams.teams_driver import APP_ID, BOT, TENANT, WINS

HELLO = OutboundActivity("hello")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(teams: TeamsSandbox, http: aiohttp.ClientSession) -> Connector:
    return connector(teams, http)


async def test_a_message_is_posted_and_updated(client: Connector, teams: TeamsSandbox) -> None:
    number = await client.send(teams.service_url, WINS, HELLO)
    await client.update(teams.service_url, WINS, number, OutboundActivity("bye"))
    [message] = teams.chats.all[WINS].messages.values()
    assert (message["id"], message["text"], message["type"]) == (number, "bye", "message")


async def test_a_personal_chat_is_opened_once(client: Connector, teams: TeamsSandbox) -> None:
    opened = [await client.open_personal(teams.service_url, bot=BOT, user=BRUNO.user, tenant=TENANT) for _ in range(2)]
    assert opened[0] == opened[1]
    assert teams.chats.all[opened[0]].members == [BRUNO]


async def test_members_are_listed_page_by_page(client: Connector, teams: TeamsSandbox) -> None:
    members = [member async for member in client.members(teams.service_url, WINS)]
    assert [member.person for member in members] == [ADA.person, BRUNO.person, CARLA.person]
    mail, principal = "ada@brightside.example", "Ada.Kemp@brightside.onmicrosoft.example"
    assert members[0] == Member(ADA.user, ADA.person, "Ada Kemp", mail, principal, role="user")
    assert len([path for _, path in teams.requests if path.endswith("pagedmembers")]) == 2


async def test_one_member_is_found_by_either_id(client: Connector, teams: TeamsSandbox) -> None:
    for id_ in (BRUNO.user, BRUNO.person):
        assert (await client.member(teams.service_url, WINS, id_)).name == "Bruno Costa"
    with pytest.raises(RefusedError, match="MemberNotFoundInConversation"):
        await client.member(teams.service_url, WINS, "29:nobody")


@pytest.mark.parametrize(("retry_after", "wait"), [(7, timedelta(seconds=7)), (None, DEFAULT_WAIT)])
async def test_429_is_throttled(
    retry_after: int | None, wait: timedelta, client: Connector, teams: TeamsSandbox
) -> None:
    teams.faults.add(Fault(429, path="activities", retry_after=retry_after))
    with pytest.raises(ThrottledError) as caught:
        await client.send(teams.service_url, WINS, HELLO)
    assert caught.value.wait == wait


@pytest.mark.parametrize(
    ("status", "code", "whole"),
    [
        (403, "BotNotInConversationRoster", False),
        (403, "ConversationBlockedByUser", False),
        (403, "ForbiddenOperationException", False),
        (403, "BotDisabledByAdmin", True),
        (404, "ConversationNotFound", False),
        (413, "MessageSizeTooBig", False),
        (400, "BadSyntax", False),
    ],
)
async def test_a_refusal_has_microsofts_error_code(
    status: int, code: str, whole: bool, client: Connector, teams: TeamsSandbox
) -> None:
    teams.faults.add(Fault(status, code, path="activities"))
    with pytest.raises(RefusedError, match=code) as caught:
        await client.send(teams.service_url, WINS, HELLO)
    assert caught.value.whole_workspace is whole


@pytest.mark.parametrize("fault", [Fault(500), Fault(503), Fault(412), Fault(408), Fault(0), Fault(401)])
async def test_temporary_failures_are_unreachable_and_never_retried(
    fault: Fault, client: Connector, teams: TeamsSandbox
) -> None:
    fault.path = "activities"
    teams.faults.add(fault)
    with pytest.raises(UnreachableError):
        await client.send(teams.service_url, WINS, HELLO)
    posts = [path for method, path in teams.requests if method == "POST" and path.endswith("activities")]
    assert len(posts) == 1, "a post that may have arrived was sent again"
    await client.send(teams.service_url, WINS, HELLO)


async def test_a_closed_port_is_unreachable(http: aiohttp.ClientSession) -> None:
    with pytest.raises(UnreachableError):
        await Connector(SdkClients(http, None)).send("http://127.0.0.1:1/emea/", WINS, HELLO)


async def test_a_token_is_cached_until_shortly_before_it_expires(
    teams: TeamsSandbox, http: aiohttp.ClientSession
) -> None:
    timer = ManualTimer()
    tokens = ClientSecret(http, credentials(teams), teams.url, timer)
    first = {*(await asyncio.gather(*(tokens.token() for _ in range(20))))}
    assert len(first) == len(teams.tokens) == 1
    timer.now += 3600 - 301
    assert {await tokens.token()} == first
    timer.now += 2
    assert {await tokens.token()} != first


async def test_a_refused_token_is_replaced(client: Connector, teams: TeamsSandbox) -> None:
    await client.send(teams.service_url, WINS, HELLO)
    teams.tokens.clear()
    with pytest.raises(UnreachableError, match="401"):
        await client.send(teams.service_url, WINS, HELLO)
    await client.send(teams.service_url, WINS, HELLO)


async def test_an_expired_secret_is_reported_without_the_secret(
    teams: TeamsSandbox, http: aiohttp.ClientSession
) -> None:
    client = Connector(SdkClients(http, access_tokens(http, credentials(teams, "a-secret-that-has-ended"))))
    with pytest.raises(UnreachableError, match="invalid_client") as caught:
        await client.send(teams.service_url, WINS, HELLO)
    assert "a-secret-that-has-ended" not in str(caught.value)


async def test_a_failing_login_is_unreachable(teams: TeamsSandbox, client: Connector) -> None:
    for fault in (Fault(500, path="token"), Fault(0, path="token")):
        teams.faults.add(fault)
        with pytest.raises(UnreachableError, match="token"):
            await client.send(teams.service_url, WINS, HELLO)


async def test_the_token_does_not_follow_redirects(client: Connector, teams: TeamsSandbox) -> None:
    teams.faults.add(Fault(307, path="activities"))
    with pytest.raises(RefusedError):
        await client.send(teams.service_url, WINS, HELLO)


def test_each_type_of_bot_gets_its_tokens(http: aiohttp.ClientSession) -> None:
    def given(app_id: str, password: str | None) -> TeamsCredentials:
        return TeamsCredentials(app_id, password, TENANT, None, None)

    assert isinstance(access_tokens(http, given(APP_ID, "secret")), ClientSecret)
    assert isinstance(access_tokens(http, given(APP_ID, None)), ManagedIdentity)
    assert access_tokens(http, given("", None)) is None


async def test_a_managed_identity_acquires_its_token_from_its_host(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, identity_endpoint: str
) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", identity_endpoint)
    monkeypatch.setenv("IDENTITY_HEADER", "the-machines-own-header")
    tokens = access_tokens(http, TeamsCredentials(APP_ID, None, TENANT, None, None))
    assert tokens is not None
    assert await tokens.token() == f"a token of {APP_ID}"


@pytest.fixture
async def identity_endpoint() -> AsyncIterator[str]:
    """The endpoint that Azure's App Service offers to what runs in it."""
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["X-IDENTITY-HEADER"] == "the-machines-own-header"
        assert request.query["resource"] == "https://api.botframework.com"
        token = f"a token of {request.query['client_id']}"
        return web.json_response({"access_token": token, "expires_on": "4102444800", "token_type": "Bearer"})

    app = web.Application()
    app.router.add_get("/msi/token", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/msi/token"
    await runner.cleanup()
