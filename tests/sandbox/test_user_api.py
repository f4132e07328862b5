"""The user API: the workspace, unread counts, the clock, the live socket, reset, and clear errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from sandbox.user_api.endpoint import CALLS
from sandbox.webapi.endpoint import METHODS
from tests.patience import PATIENCE
from tests.sandbox.block_kit import home, modal, section
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.user_driver import ADA, BOT, BRUNO, MARIT, People

Json = dict[str, Any]


@asynccontextmanager
async def looking(people: People, who: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with people.http.ws_connect(f"{people.url}live?as={who}") as socket:
        yield socket


async def changes(socket: aiohttp.ClientWebSocketResponse, until: str) -> list[Json]:
    """The changes that the page gets up to the first one of this type; without the inspector's requests."""
    heard: list[Json] = []
    while not heard or heard[-1]["type"] != until:
        change = json.loads(await asyncio.wait_for(socket.receive_str(), PATIENCE))
        if change["type"] != "request" or until == "request":
            heard.append(change)
    return heard


async def test_the_workspace_lists_people_channels_and_commands(people: People) -> None:
    place = await people.get("workspace")
    assert place["bot"] == {"user_id": BOT, "bot_id": "B0FIRSTCAL", "app_id": "A0FIRSTCAL", "name": "FirstCall"}
    assert {each["id"] for each in place["people"]} >= {ADA, BRUNO, MARIT}
    assert [each["real_name"] for each in place["people"] if each["is_admin"]] == ["Paula Gray"]
    assert place["commands"][0]["command"] == "/firstcall"
    assert place["shortcuts"][0]["type"] == "message"
    assert place["offset_seconds"] == 0


async def test_unread_messages_are_counted_until_they_are_read(people: People) -> None:
    async def unread(who: str) -> int:
        listed = (await people.get("conversations", as_=who))["conversations"]
        return int(next(each["unread"] for each in listed if each["name"] == "wins"))

    await people.says("One")
    await people.says("Two")
    assert (await unread(ADA), await unread(BRUNO)) == (0, 2)
    await people.reads("#wins", BRUNO)
    assert await unread(BRUNO) == 0


async def test_the_live_socket_sends_changes(people: People, slack: AsyncWebClient, bot: FakeBot) -> None:
    async with looking(people, ADA) as page:
        message = await people.says("Hello")
        where = {"as_": ADA, "channel": message["channel"], "ts": message["ts"]}
        assert await changes(page, "message") == [
            {"type": "message", "channel": message["channel"], "ts": message["ts"], "thread_ts": None}
        ]
        await people.post("messages/edit", text="Hullo", **where)
        await people.post("reactions", name="tada", **where)
        await people.post("messages/delete", **where)
        await people.post("clock", move="+1h")
        kinds = [each["type"] for each in await changes(page, "clock")]
        assert kinds == ["message_changed", "reaction", "message_deleted", "clock"]
        await people.post("commands", as_=ADA, channel="#wins", text="/firstcall call")
        view = (await slack.views_open(trigger_id=bot.last["trigger_id"], view=modal()))["view"]
        assert (await changes(page, "view"))[-1]["view_id"] == view["id"]
        await slack.views_publish(user_id=ADA, view=home())
        assert (await changes(page, "home"))[-1]["type"] == "home"
        await slack.chat_postEphemeral(channel="#wins", user=ADA, text="Psst")
        await changes(page, "ephemeral")
        assert (await changes(page, "request"))[-1]["name"]
        bot.fail_with(500)
        await people.post("commands", as_=ADA, channel="#wins", text="/firstcall call")
        assert "500" in (await changes(page, "notice"))[-1]["text"]


async def test_the_live_socket_hides_private_changes(people: People, slack: AsyncWebClient) -> None:
    async with looking(people, MARIT) as page:
        await people.says("Psst", channel=BRUNO)
        await slack.chat_postMessage(channel=ADA, text="For Ada")
        await slack.chat_postEphemeral(channel="#wins", user=ADA, text="For Ada")
        message = await people.says("For all")
        assert [each.get("ts") for each in await changes(page, "message")] == [message["ts"]]


async def test_the_bots_clock_moves_too(people: People, bot: FakeBot) -> None:
    moved = await people.post("clock", move="+1h")
    assert moved["offset_seconds"] == 3_600
    assert bot.clock == [moved]
    monday = await people.post("clock", move="next monday 9:00")
    assert monday["now"].endswith(("T09:00:00+00:00", "T08:00:00+00:00"))
    assert (await people.get("clock"))["offset_seconds"] == monday["offset_seconds"]
    assert (await people.post("clock", move="reset"))["offset_seconds"] == 0
    for nonsense in ("", "tomorrow", "+1y", "next monday 25:00", "+999999w"):
        assert await people.refusal("clock", move=nonsense)


async def test_a_failing_bot_clock_is_reported(people: People, bot: FakeBot) -> None:
    await people.post("bot", clock_url=bot.clock_url.replace("/dev/clock", "/nowhere"))
    assert "404" in (await people.post("clock", move="+1h"))["bot_clock_error"]


async def test_reset_restores_the_initial_state(
    people: People, slack: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    await people.says("Gone soon")
    await people.post("clock", move="+1d")
    await people.post("faults", slow_ms=1, duplicate=1)
    await slack.views_publish(user_id=ADA, view=home())
    await people.post("reset")
    assert await people.reads("#wins") == []
    assert (await people.get("home", as_=ADA))["view"] is None
    assert (await people.get("faults"))["slow_ms"] == 0
    assert (await people.get("clock"))["offset_seconds"] == 0
    before = len(bot.received)
    await people.says("New")
    assert bot.events()[-1]["text"] == "New"
    assert len(bot.received) == before + 1


async def test_any_request_can_be_sent_to_the_bot(people: People, bot: FakeBot) -> None:
    answer = await people.post("deliver", body="{", headers={"Content-Type": "application/json"})
    assert (answer["status"], answer["body"]) == (200, "")
    assert bot.received[-1].raw == b"{"
    await people.post("deliver", body="x=1", sign=False, headers={"X-Slack-Signature": "v0=forged"})
    await people.post("deliver", body="x=1", signed_at=1_000_000_000)
    assert [each.signed for each in bot.received] == [True, False, False]
    assert bot.received[-1].headers["X-Slack-Request-Timestamp"] == "1000000000"
    assert (await people.post("deliver", path="/nowhere", body=""))["status"] == 404
    for wrong in (
        {"body": 1},
        {"body": "", "path": "x"},
        {"body": "", "signed_at": "now"},
        {"body": "", "headers": []},
    ):
        assert await people.refusal("deliver", **wrong)


async def test_the_inspector_shows_both_directions(people: People, slack: AsyncWebClient) -> None:
    await people.says("Hi")
    await slack.chat_postMessage(channel="#wins", text="y", blocks=[section()])
    await people.idle()
    log = (await people.get("requests"))["requests"]
    assert [(each["direction"], each["name"]) for each in log] == [
        ("to_bot", "message"),
        ("to_slack", "chat.postMessage"),
        ("to_bot", "message"),
    ]
    assert log[0]["request"]["event"]["text"] == "Hi"
    assert log[1]["answer"]["ok"]
    later = (await people.get("requests", after=str(log[1]["id"])))["requests"]
    assert [each["id"] for each in later] == [log[2]["id"]]


async def test_the_log_is_bounded(sandbox: Sandbox, people: People, slack: AsyncWebClient) -> None:
    metadata = "x" * 200_000
    await slack.api_call("api.test", json={"long": metadata})
    entry = (await people.get("requests"))["requests"][-1]
    assert entry["request"]["characters"] > 200_000
    assert len(entry["request"]["shortened"]) == 48_000
    for _ in range(2_050):
        sandbox.state.log.add(type(sandbox.state.log.after(0)[0])("to_bot", "x", 200, 0, None, None, size=1_000_000))
    assert len(sandbox.state.log.after(0)) == 64


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("messages", {"as": ADA, "channel": "#wins"}),
        ("messages", {"as": ADA, "channel": "#nowhere", "text": "x"}),
        ("messages", {"as": ADA, "channel": "#wins", "text": 7}),
        ("messages", {"as": ADA, "channel": "#wins", "text": "x" * 40_001}),
        ("messages", {"as": BRUNO, "channel": "#sales-emea", "text": "x"}),
        ("messages", {"as": ADA, "channel": "#wins", "text": "x", "blocks": [{"type": "actions"}]}),
        ("messages", {"as": ADA, "channel": "#wins", "text": "x", "attachments": ["x"]}),
        ("messages", {"as": ADA, "channel": "#wins", "text": "x", "bot_profile": "x"}),
        ("messages", {"as": ADA, "channel": "#wins", "text": "x", "thread_ts": 1}),
        ("messages/edit", {"as": ADA, "channel": "#wins", "ts": "1.1", "text": "x"}),
        ("reactions", {"as": ADA, "channel": "#wins", "ts": "1.1", "name": "x"}),
        ("commands", {"as": ADA, "channel": "#wins", "text": "hello"}),
        ("invite", {"as": ADA, "channel": BRUNO}),
        ("clock", {}),
    ],
)
async def test_invalid_input_gets_one_sentence(people: People, call: str, body: Json) -> None:
    sentence = await people.refusal(call, **body)
    assert sentence.endswith(".") or sentence.endswith(")")


async def test_people_can_change_only_their_own_messages(people: People) -> None:
    message = await people.says("Mine")
    where = {"channel": message["channel"], "ts": message["ts"]}
    assert "own messages" in await people.refusal("messages/edit", as_=BRUNO, text="x", **where)
    assert "own messages" in await people.refusal("messages/delete", as_=BRUNO, **where)
    await people.post("reactions", as_=BRUNO, name="tada", **where)
    assert "already_reacted" in await people.refusal("reactions", as_=BRUNO, name="tada", **where)


async def test_an_ephemeral_message_can_be_dismissed(people: People, slack: AsyncWebClient) -> None:
    ts = (await slack.chat_postEphemeral(channel="#wins", user=ADA, text="x"))["message_ts"]
    await people.post("messages/delete", as_=ADA, channel="#wins", ts=ts)
    assert await people.reads("#wins") == []


async def test_the_page_is_served(people: People, sandbox: Sandbox) -> None:
    async with people.http.get(f"{sandbox.url}/") as response:
        assert response.status == 200
    async with people.http.get(f"{sandbox.url}/sandbox/static/../server.py") as response:
        assert response.status == 404
    async with people.http.get(f"{people.url}nothing") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example:80"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
async def test_requests_from_other_pages_are_refused(people: People, sandbox: Sandbox, headers: dict[str, str]) -> None:
    for address in ("/", "/sandbox/clock", "/api/auth.test", "/sandbox/live?as=x"):
        async with people.http.get(f"{sandbox.url}{address}", headers=headers) as response:
            assert response.status == 403
    async with people.http.get(f"{people.url}clock", headers={"Origin": sandbox.url}) as response:
        assert response.status == 200


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.just(ADA)
    | st.just("#wins"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "action_id",
        "as",
        "attachments",
        "block_id",
        "blocks",
        "body",
        "bot_profile",
        "callback_id",
        "channel",
        "channel_id",
        "clear",
        "code",
        "container",
        "cursor",
        "deliver",
        "duplicate",
        "errors",
        "external_id",
        "filename",
        "files",
        "force",
        "hang",
        "hash",
        "headers",
        "latest",
        "length",
        "limit",
        "metadata",
        "move",
        "name",
        "oldest",
        "path",
        "raw",
        "replace_original",
        "reply_broadcast",
        "reset",
        "response_type",
        "signed_at",
        "state",
        "subtype",
        "text",
        "thread_ts",
        "timestamp",
        "token",
        "trigger_id",
        "ts",
        "types",
        "url",
        "user",
        "user_id",
        "username",
        "users",
        "value",
        "view",
        "view_id",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
async def test_no_input_causes_a_500(people: People, sandbox: Sandbox, data: st.DataObject) -> None:
    """Every call of both APIs with random input responds with an error name or a sentence, never with a 500."""
    method = data.draw(st.sampled_from(sorted(METHODS)))
    _, call = data.draw(st.sampled_from(sorted(each for each in CALLS if each[0] == "POST" and each[1] != "bot")))
    body = {"as": ADA, "channel": "#wins"} | data.draw(st.dictionaries(NAMES, JUNK, max_size=8))
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    async with people.http.post(f"{sandbox.api_url}{method}", json=body, headers=headers) as response:
        assert response.status == 200, body
    sandbox.state.faults.clear()
    async with people.http.post(f"{people.url}{call}", json=body) as response:
        assert response.status in {200, 400}, (call, body)
    sandbox.state.faults.clear()


async def test_a_changed_profile_is_an_event(people: People, bot: FakeBot, slack: AsyncWebClient) -> None:
    await people.post("profile", as_=ADA, tz="Asia/Tokyo")
    await people.post("profile", as_=ADA, tz="America/New_York", quiet=True)
    await people.idle()

    (event,) = (each.event for each in bot.received)
    assert (event["type"], event["user"]["id"], event["user"]["tz"]) == ("user_change", ADA, "Asia/Tokyo")
    assert (await slack.users_info(user=ADA))["user"]["tz"] == "America/New_York"
    assert "time zone" in await people.refusal("profile", as_=ADA, tz="Mars")
