"""Web API calls: accepted in every format, and refused with the reason."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.config import SandboxConfig
from sandbox.server import Sandbox, running
from tests.sandbox.block_kit import section
from tests.sandbox.refusals import refusal, refused
from tests.sandbox.user_driver import ADA, BOT, People

AUTH = {"Authorization": "Bearer xoxb-sandbox"}
BLOCKS = [section("*Hello*", block_id="b")]


async def test_auth_test_identifies_the_bot(slack: AsyncWebClient, sandbox: Sandbox) -> None:
    answer = await slack.auth_test()
    assert answer["user_id"] == BOT
    assert answer["bot_id"] == "B0FIRSTCAL"
    assert answer["team"] == "Brightside Software"
    assert answer["url"] == f"{sandbox.url}/"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize("how", ["json", "form", "form with json inside", "query", "multipart"])
async def test_arguments_may_be_in_query_form_or_json(http: aiohttp.ClientSession, sandbox: Sandbox, how: str) -> None:
    inside = {"channel": "#wins", "text": "Hi", "blocks": json.dumps(BLOCKS), "unfurl_links": "true"}
    url = f"{sandbox.api_url}chat.postMessage"
    multipart = aiohttp.FormData(inside, default_to_multipart=True)
    calls: dict[str, dict[str, Any]] = {
        "json": {"json": {**inside, "blocks": BLOCKS, "thread_ts": None}, "headers": AUTH},
        "form": {"data": {"channel": "#wins", "text": "Hi", "blocks": json.dumps(BLOCKS), "token": "xoxb-sandbox"}},
        "form with json inside": {"data": inside, "headers": AUTH},
        "query": {"params": {**inside, "token": "xoxb-sandbox"}},
        "multipart": {"data": multipart, "headers": AUTH},
    }
    request = http.get if how == "query" else http.post
    async with request(url, **calls[how]) as response:
        answer = await response.json()
    assert response.status == 200
    assert answer["ok"], answer
    assert answer["message"]["blocks"][0]["text"]["text"] == "*Hello*"


async def test_tokens_are_checked(sandbox: Sandbox) -> None:
    def client(token: str | None) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=sandbox.api_url)

    assert await refusal(client(None).auth_test()) == "not_authed"
    assert await refusal(client("xoxb-other").auth_test()) == "invalid_auth"
    assert await refusal(client("xapp-sandbox").auth_test()) == "not_allowed_token_type"
    assert (
        await refusal(client("xoxb-sandbox").apps_connections_open(app_token="xoxb-sandbox"))
        == "not_allowed_token_type"
    )
    assert (await client(None).api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert await refusal(client(None).api_test(error="my_error")) == "my_error"


async def test_an_unknown_method_is_refused(slack: AsyncWebClient) -> None:
    assert await refused(slack.api_call("chat.scream")) == {
        "ok": False,
        "error": "unknown_method",
        "req_method": "chat.scream",
    }


@pytest.mark.parametrize(
    ("scope", "method", "arguments"),
    [
        ("chat:write", "chat.postMessage", {"channel": "#wins", "text": "x"}),
        ("im:write", "conversations.open", {"users": ADA}),
        ("channels:history", "conversations.history", {"channel": "#wins"}),
        ("channels:read", "conversations.list", {}),
        ("channels:read", "conversations.info", {"channel": "#wins"}),
        ("channels:join", "conversations.join", {"channel": "#random"}),
        ("groups:read", "conversations.list", {"types": "private_channel"}),
        ("users:read", "users.info", {"user": ADA}),
        ("users.profile:read", "users.profile.get", {"user": ADA}),
        ("reactions:write", "reactions.add", {"channel": "#wins", "timestamp": "1.1", "name": "tada"}),
        ("files:write", "files.getUploadURLExternal", {"filename": "a", "length": 1}),
        ("team:read", "team.info", {}),
    ],
)
async def test_a_missing_scope_is_named(
    config: SandboxConfig, scope: str, method: str, arguments: dict[str, Any]
) -> None:
    scopes = config.scopes - {scope}
    async with running(replace(config, scopes=scopes)) as sandbox:
        slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
        answer = await refused(slack.api_call(method, json=arguments))
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == scope
    assert answer["provided"] == ",".join(sorted(scopes))


async def test_users_are_described_as_in_slack(slack: AsyncWebClient, config: SandboxConfig) -> None:
    user = (await slack.users_info(user=ADA, include_locale=True))["user"]
    assert (user["real_name"], user["tz"], user["locale"]) == ("Ada Kemp", "Europe/London", "en-GB")
    assert user["profile"]["display_name"] == "Ada"
    assert user["profile"]["email"] == "ada@brightside.example"
    assert user["tz_offset"] in {0, 3600}
    assert await refusal(slack.users_info(user="U0NOBODY")) == "user_not_found"
    assert (await slack.users_lookupByEmail(email="ada@brightside.example"))["user"]["id"] == ADA
    assert await refusal(slack.users_lookupByEmail(email="x@y.z")) == "users_not_found"
    assert (await slack.users_profile_get(user=ADA))["profile"]["title"] == "Account Executive"
    zones = {each["tz"] for each in (await slack.users_list())["members"]}
    assert {"Europe/London", "America/New_York", "Asia/Kolkata"} <= zones
    async with running(replace(config, scopes=config.scopes - {"users:read.email"})) as sandbox:
        plain = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
        assert "email" not in (await plain.users_info(user=ADA))["user"]["profile"]


async def test_lists_are_paged(slack: AsyncWebClient) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while cursor != "":
        page = await slack.users_list(limit=2, cursor=cursor)
        assert len(page["members"]) <= 2
        seen.extend(each["id"] for each in page["members"])
        cursor = page["response_metadata"]["next_cursor"]
    assert len(seen) == len(set(seen)) == 6
    assert await refusal(slack.users_list(cursor="nonsense")) == "invalid_cursor"
    assert await refusal(slack.users_list(limit="many")) == "invalid_arguments"  # type: ignore[arg-type]


async def test_bots_and_teams_are_described(slack: AsyncWebClient) -> None:
    assert (await slack.bots_info(bot="B0FIRSTCAL"))["bot"]["user_id"] == BOT
    assert await refusal(slack.bots_info(bot="B0OTHER")) == "bot_not_found"
    assert (await slack.team_info())["team"]["domain"] == "brightside"


@pytest.mark.filterwarnings("ignore:BasicAuth:DeprecationWarning")  # of aiohttp, on what slack_sdk does
async def test_an_install_gives_a_token_once(http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    back = "http://127.0.0.1:1/back"
    query = {"client_id": "sandbox-client", "scope": "chat:write", "state": "s", "redirect_uri": back}
    async with http.get(f"{sandbox.url}/oauth/v2/authorize", params=query, allow_redirects=False) as response:
        assert response.status == 302
        location = response.headers["Location"]
    assert location.startswith(f"{back}?code=")
    assert location.endswith("&state=s")
    code = location.partition("code=")[2].partition("&")[0]
    slack = AsyncWebClient(base_url=sandbox.api_url)

    def access(**changes: str) -> Any:
        right = {"client_id": "sandbox-client", "client_secret": "sandbox-client-secret", "code": code}
        return slack.oauth_v2_access(**{**right, "redirect_uri": back, **changes})

    assert await refusal(access(client_id="x")) == "invalid_client_id"
    assert await refusal(access(client_secret="x")) == "bad_client_secret"
    assert await refusal(access(code="x")) == "invalid_code"
    assert await refusal(access(redirect_uri="http://elsewhere")) == "bad_redirect_uri"
    answer = await access()
    assert answer["access_token"] == "xoxb-sandbox"
    assert answer["scope"] == "chat:write"
    assert answer["bot_user_id"] == BOT
    assert await refusal(access()) == "code_already_used"


async def test_a_file_is_uploaded_in_three_steps(slack: AsyncWebClient, people: People, sandbox: Sandbox) -> None:
    wins = await people.channel_id("wins")
    answer = await slack.files_upload_v2(channel=wins, content="a,b\n1,2\n", filename="deals.csv", title="Deals")
    file = answer["files"][0]
    assert (file["name"], file["title"], file["size"]) == ("deals.csv", "Deals", 8)
    async with people.http.get(file["url_private"]) as response:
        assert await response.text() == "a,b\n1,2\n"
    last = (await people.reads("#wins"))[-1]
    assert last["subtype"] == "file_share"
    assert last["files"][0]["id"] == file["id"]
    assert (await slack.files_info(file=file["id"]))["file"]["title"] == "Deals"
    assert await refusal(slack.files_info(file="F0NONE")) == "file_not_found"
    assert await refusal(slack.files_getUploadURLExternal(filename="a", length=10**9)) == "file_upload_size_restricted"
    announced = await slack.files_getUploadURLExternal(filename="a", length=1)
    missing = slack.files_completeUploadExternal(files=[{"id": announced["file_id"], "title": "a"}])
    assert await refusal(missing) == "file_not_found"
    async with people.http.post(f"{sandbox.url}/upload/F0NONE", data=b"x") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"text": "\\ud800"}',
        b"[" * 100_000,
        b'{"blocks": ' + b"[" * 500 + b"]" * 500 + b"}",
        b"[" + b" " * 2_100_000 + b"]",
    ],
    ids=["half", "a list", "no text", "half a character", "endless", "deep", "huge"],
)
async def test_unreadable_bodies_are_refused(http: aiohttp.ClientSession, sandbox: Sandbox, body: bytes) -> None:
    headers = {**AUTH, "Content-Type": "application/json"}
    async with http.post(f"{sandbox.api_url}chat.postMessage", data=io.BytesIO(body), headers=headers) as response:
        assert response.status == 200
        assert (await response.json())["error"] == "invalid_json"
    async with http.post(f"{sandbox.url}/sandbox/messages", data=io.BytesIO(body), headers=headers) as response:
        assert response.status == 400
        assert (await response.json()).keys() == {"error"}
