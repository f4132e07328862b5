"""Fault injection in the Web API: errors, hangs and resets, before or after the effect; and rate limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.config import SandboxConfig
from sandbox.faults import Faults
from sandbox.ratelimit import RateLimits
from sandbox.server import Sandbox, running
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.refusals import refusal, refused
from tests.sandbox.user_driver import ADA, People

Json = dict[str, Any]


@pytest.fixture
def short_timeout(sandbox: Sandbox) -> AsyncWebClient:
    """A client with a short timeout and no retries."""
    return AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url, timeout=0.2, retry_handlers=[])  # type: ignore[arg-type]


async def texts(people: People) -> list[str]:
    return [each["text"] for each in await people.reads("#wins")]


async def test_an_error_applies_to_its_method_count_times(slack: AsyncWebClient, people: People) -> None:
    await people.post("faults", errors={"chat.postMessage": {"error": "fatal_error", "count": 2}})
    assert (await slack.auth_test())["ok"]
    for _ in range(2):
        assert await refusal(slack.chat_postMessage(channel="#wins", text="x")) == "fatal_error"
    assert (await slack.chat_postMessage(channel="#wins", text="Through"))["ok"]
    assert await texts(people) == ["Through"]
    assert (await people.get("faults"))["errors"] == {}


async def test_an_error_can_apply_to_any_method(slack: AsyncWebClient, people: People) -> None:
    await people.post("faults", errors={"*": {"error": "account_inactive", "count": 2}})
    assert await refusal(slack.auth_test()) == "account_inactive"
    assert await refusal(slack.conversations_list()) == "account_inactive"
    assert (await slack.auth_test())["ok"]


async def test_a_server_error_and_a_rate_limit(http: aiohttp.ClientSession, people: People, sandbox: Sandbox) -> None:
    errors = {
        "auth.test": {"status": 500, "count": 1},
        "team.info": {"status": 429, "retry_after": 7, "count": 1},
        "users.list": {"error": "ratelimited", "count": 1},
    }
    await people.post("faults", errors=errors)
    async with http.post(f"{sandbox.api_url}auth.test") as response:
        assert (response.status, (await response.json())["error"]) == (500, "internal_error")
    async with http.post(f"{sandbox.api_url}team.info") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        assert (await response.json())["error"] == "ratelimited"
    async with http.post(f"{sandbox.api_url}users.list") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "1")


@pytest.mark.parametrize("kind", ["hang", "reset"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_hang_or_reset_before_or_after_the_effect(
    short_timeout: AsyncWebClient, slack: AsyncWebClient, people: People, kind: str, after: bool
) -> None:
    await people.post("faults", **{kind: {"count": 1, "method": "chat.postMessage", "after": after}})
    assert (await slack.auth_test())["ok"]
    with pytest.raises((TimeoutError, aiohttp.ClientError)):
        await short_timeout.chat_postMessage(channel="#wins", text="Lost?")
    assert await texts(people) == (["Lost?"] if after else [])
    log = (await people.get("requests"))["requests"]
    struck = next(each for each in log if each["name"] == "chat.postMessage")
    assert (struck["status"], struck["answer"]) == (None, f"fault: {kind}")
    assert (await slack.chat_postMessage(channel="#wins", text="Again"))["ok"]


async def test_an_error_after_the_effect(slack: AsyncWebClient, people: People) -> None:
    await people.post("faults", errors={"chat.postMessage": {"status": 500, "error": "internal_error"}}, after=True)
    assert await refusal(slack.chat_postMessage(channel="#wins", text="Taken")) == "internal_error"
    assert await texts(people) == ["Taken"]


async def test_a_plain_count_applies_to_every_method(short_timeout: AsyncWebClient, people: People) -> None:
    await people.post("faults", reset=2)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await short_timeout.auth_test()
    assert (await short_timeout.auth_test())["ok"]


async def test_slow_responses(slack: AsyncWebClient, people: People) -> None:
    await people.post("faults", slow_ms=60)
    await slack.auth_test()
    assert (await people.get("requests"))["requests"][-1]["took_ms"] >= 55
    await people.post("faults", clear=True)
    assert (await people.get("faults"))["slow_ms"] == 0


def test_only_the_named_faults_change() -> None:
    faults = Faults()
    faults.change({"errors": {"auth.test": {"error": "x", "count": 3}}, "slow_ms": 5, "deliver": "off"})
    faults.change({"hang": 2, "out_of_order": True, "duplicate": 4})
    faults.change({"reset": [{"count": 1, "method": "auth.test"}, {"count": 2, "after": True}]})
    assert faults.shown() == {
        "errors": {"auth.test": {"status": 200, "error": "x", "retry_after": None, "count": 3, "after": False}},
        "hang": [{"method": "*", "count": 2, "after": False}],
        "reset": [
            {"method": "auth.test", "count": 1, "after": False},
            {"method": "*", "count": 2, "after": True},
        ],
        "slow_ms": 5.0,
        "duplicate": 4,
        "out_of_order": True,
        "deliver": "off",
    }
    shown = faults.shown()
    faults.change(shown)
    assert faults.shown() == shown
    faults.change({"errors": {}, "clear": True})
    assert faults.shown() == Faults().shown()


@pytest.mark.parametrize(
    "body",
    [
        {"fire": 1},
        {"deliver": "maybe"},
        {"errors": []},
        {"errors": {"x": 1}},
        {"errors": {"x": {"count": "many"}}},
        {"errors": {"x": {"retry_after": -1}}},
        {"hang": "often"},
        {"reset": -1},
        {"slow_ms": True},
        {"duplicate": None},
    ],
)
async def test_an_invalid_fault_is_refused(people: People, body: Json) -> None:
    before = await people.get("faults")
    assert await people.refusal("faults", **body)
    assert await people.get("faults") == before


# --- rate limits ------------------------------------------------------------------------------------------------


class RealTime:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_one_message_per_second_and_channel(config: SandboxConfig, people: People, bot: FakeBot) -> None:
    async with running(replace(config, rate_limits=True)) as sandbox:
        time = RealTime()
        sandbox.state.limits = RateLimits(enabled=True, clock=time)
        slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url, retry_handlers=[])
        for _ in range(3):
            await slack.chat_postMessage(channel="#wins", text="x")
        assert (await refused(slack.chat_postMessage(channel="#wins", text="x")))["error"] == "ratelimited"
        assert (await slack.chat_postMessage(channel="#general", text="x"))["ok"]
        time.seconds += 1
        answer = await slack.chat_postMessage(channel="#wins", text="x")
        assert answer["ok"]
        url = f"{sandbox.api_url}chat.postMessage"
        headers = {"Authorization": "Bearer xoxb-sandbox"}
        async with people.http.post(url, data={"channel": "#wins", "text": "x"}, headers=headers) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "1")


async def test_the_tiers(config: SandboxConfig) -> None:
    async with running(replace(config, rate_limits=True)) as sandbox:
        time = RealTime()
        sandbox.state.limits = RateLimits(enabled=True, clock=time)
        slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
        for _ in range(20):
            await slack.conversations_list()
        assert await refusal(slack.conversations_list()) == "ratelimited"
        for _ in range(50):
            await slack.conversations_info(channel="#wins")
        assert await refusal(slack.conversations_info(channel="#wins")) == "ratelimited"
        time.seconds += 3
        assert (await slack.conversations_list())["ok"]
        assert await refusal(slack.conversations_list()) == "ratelimited"


async def test_rate_limits_can_be_off(slack: AsyncWebClient) -> None:
    for _ in range(10):
        assert (await slack.chat_postMessage(channel=ADA, text="x"))["ok"]
