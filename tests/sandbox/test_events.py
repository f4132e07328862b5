"""Events to the bot: signed, complete, retried as by Slack, duplicated and reordered on request."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.config import SandboxConfig
from sandbox.server import Sandbox, running
from sandbox.simulation import Simulation
from tests.patience import PATIENCE
from tests.sandbox.fake_bot import FakeBot, Received
from tests.sandbox.user_driver import ADA, BOT, BRUNO, People


async def test_a_message_event_is_signed_and_complete(people: People, bot: FakeBot) -> None:
    message = await people.says("Just closed *Northwind* & <co>! @bruno")
    received = bot.received[0]
    assert received.signed
    assert abs(int(received.headers["X-Slack-Request-Timestamp"]) - time.time()) < 5
    callback = received.content
    assert callback["type"] == "event_callback"
    assert callback["event_id"].startswith("Ev")
    assert (callback["team_id"], callback["api_app_id"]) == ("T0BRIGHTSD", "A0FIRSTCAL")
    assert callback["authorizations"][0]["user_id"] == BOT
    event = received.event
    assert event["text"] == f"Just closed *Northwind* &amp; &lt;co&gt;! <@{BRUNO}>"
    assert (event["channel_type"], event["user"], event["ts"]) == ("channel", ADA, message["ts"])
    assert event["client_msg_id"]
    assert event["blocks"][0]["type"] == "rich_text"


async def test_the_signature_fails_with_another_secret(config: SandboxConfig, bot: FakeBot, people: People) -> None:
    async with running(replace(config, signing_secret="another")) as sandbox:
        await People(sandbox.url, people.http).says("Hi")
    assert not bot.received[0].signed


async def test_the_bot_gets_events_only_of_its_own_conversations(people: People, bot: FakeBot) -> None:
    await people.says("Lunch?", channel="#random")
    await people.says("Psst", channel=BRUNO)
    assert bot.received == []
    message = await people.says("Hello bot", channel=BOT)
    assert bot.events()[0]["channel_type"] == "im"
    assert message["channel"].startswith("D")


async def test_the_bot_gets_its_own_messages_and_mentions(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    await slack.chat_postMessage(channel="#wins", text="Me")
    await people.idle()
    assert bot.events()[0]["bot_id"] == "B0FIRSTCAL"
    await people.says("@firstcall help")
    assert bot.events("app_mention")[0]["text"] == f"<@{BOT}> help"


async def test_edits_and_deletions_are_events(people: People, bot: FakeBot) -> None:
    message = await people.says("Jus closed")
    channel, ts = message["channel"], message["ts"]
    await people.post("messages/edit", as_=ADA, channel=channel, ts=ts, text="Just closed & <done>")
    await people.post("messages/delete", as_=ADA, channel=channel, ts=ts)
    await people.idle()
    by_kind = {each.get("subtype"): each for each in bot.events()}
    changed, deleted = by_kind["message_changed"], by_kind["message_deleted"]
    assert changed["message"]["text"] == "Just closed &amp; &lt;done&gt;"
    assert changed["message"]["edited"]["user"] == ADA
    assert changed["previous_message"]["text"] == "Jus closed"
    assert changed["ts"] != ts
    assert deleted["deleted_ts"] == ts


async def test_another_app_can_post_through_a_person(people: People, bot: FakeBot) -> None:
    attachments = [{"fallback": "Deal won", "fields": [{"title": "Amount", "value": "45k"}]}]
    profile = {"id": "B0CRM", "name": "CRM"}
    await people.says("", subtype="bot_message", bot_profile=profile, attachments=attachments)
    event = bot.events()[0]
    assert (event["subtype"], event["bot_id"], event["username"]) == ("bot_message", "B0CRM", "CRM")
    assert event["attachments"] == attachments
    assert "user" not in event
    assert "client_msg_id" not in event
    await people.says("<!channel> raw & ready", raw=True, bot_profile=profile)
    assert bot.events()[1]["text"] == "<!channel> raw & ready"


async def test_events_need_a_subscription(config: SandboxConfig, bot: FakeBot, people: People) -> None:
    async with running(replace(config, events=frozenset({"message.im"}))) as sandbox:
        inside = People(sandbox.url, people.http)
        await inside.says("In the channel")
        await inside.says("In the DM", channel=BOT)
        assert (await inside.post("home/open", as_=ADA))["delivery"] is None
    assert [each["channel_type"] for each in bot.events()] == ["im"]


# --- retries ----------------------------------------------------------------------------------------------------


async def test_a_failed_event_is_retried_at_once_after_one_minute_and_after_five(people: People, bot: FakeBot) -> None:
    bot.fail_with(500)
    await people.says("Hi")
    assert [each.headers.get("X-Slack-Retry-Num") for each in bot.received] == [None, "1"]
    await people.post("clock", move="+30s")
    await people.idle()
    assert len(bot.received) == 2
    await people.post("clock", move="+30s")
    await people.idle()
    assert len(bot.received) == 3
    await people.post("clock", move="+4m")
    await people.idle()
    assert len(bot.received) == 3
    await people.post("clock", move="+1m")
    await people.idle()
    assert [each.headers.get("X-Slack-Retry-Num") for each in bot.received] == [None, "1", "2", "3"]
    assert {each.headers["X-Slack-Retry-Reason"] for each in bot.received[1:]} == {"http_error"}
    assert len({each.content["event_id"] for each in bot.received}) == 1
    assert all(each.signed for each in bot.received)
    await people.post("clock", move="+1d")
    assert (await people.get("idle"))["waiting"] == 0
    assert len(bot.received) == 4


async def test_a_successful_retry_is_the_last_one(people: People, bot: FakeBot) -> None:
    bot.fail_with(503)
    await people.says("Hi")
    bot.answer = lambda _: web.Response()
    await people.post("clock", move="+1m")
    await people.idle()
    await people.post("clock", move="+1h")
    await people.idle()
    assert len(bot.received) == 3


async def test_the_bot_can_decline_retries(people: People, bot: FakeBot) -> None:
    bot.fail_with(500, {"X-Slack-No-Retry": "1"})
    await people.says("Hi")
    assert len(bot.received) == 1
    assert (await people.get("idle"))["waiting"] == 0


async def test_a_late_response_is_a_timeout(config: SandboxConfig, bot: FakeBot, people: People) -> None:
    async with running(replace(config, answer_within=0.05)) as sandbox:
        inside = People(sandbox.url, people.http)
        bot.block_until = asyncio.Event()
        await inside.says("Hi")
        bot.block_until.set()
        log = (await inside.get("requests"))["requests"]
    assert bot.received[1].headers["X-Slack-Retry-Reason"] == "http_timeout"
    tries = [each for each in log if each["direction"] == "to_bot"]
    assert [(each["status"], each["refused"], each["attempt"]) for each in tries] == [
        (None, "http_timeout", 1),
        (None, "http_timeout", 2),
    ]


async def test_a_bot_gets_missed_events_when_it_is_back(people: People, bot: FakeBot) -> None:
    await people.post("faults", deliver="off")
    await people.says("Hi")
    assert bot.received == []
    assert (await people.get("idle"))["waiting"] == 1
    await people.post("faults", deliver="on")
    await people.post("clock", move="+1m")
    await people.idle()
    assert [each.headers["X-Slack-Retry-Reason"] for each in bot.received] == ["connection_failed"]


async def test_retries_move_with_a_clock_that_goes_back(people: People, bot: FakeBot) -> None:
    await people.post("clock", move="+1d")
    await people.post("faults", deliver="off")
    await people.says("Hi")
    await people.post("faults", deliver="on")
    await people.post("clock", move="reset")
    await people.idle()
    assert bot.received == []
    await people.post("clock", move="+1m")
    await people.idle()
    assert len(bot.received) == 1


async def test_a_bot_can_start_after_the_sandbox(config: SandboxConfig, bot: FakeBot, people: People) -> None:
    async with running(replace(config, bot_url=None, bot_clock_url=None)) as sandbox:
        inside = People(sandbox.url, people.http)
        await inside.says("Nobody listens")
        answer = await inside.post("bot", url=bot.url)
        assert answer == {"url": bot.url, "clock_url": None, "socket_connections": 0}
        await inside.says("Somebody listens")
        assert "on this machine" in await inside.refusal("bot", url="http://slack.example/events")
    assert [each["text"] for each in bot.events()] == ["Somebody listens"]


# --- disorder ---------------------------------------------------------------------------------------------------


async def test_duplicates_carry_the_same_event_id(people: People, bot: FakeBot) -> None:
    await people.post("faults", duplicate=1)
    await people.says("One")
    await people.says("Two")
    ids = [each.content["event_id"] for each in bot.received]
    assert len(ids) == 3
    assert len(set(ids)) == 2
    assert not any("X-Slack-Retry-Num" in each.headers for each in bot.received)


async def test_events_can_be_reordered(people: People, bot: FakeBot) -> None:
    await people.post("faults", out_of_order=True)
    first = people.post("messages", as_=ADA, channel="#wins", text="First")
    await first
    await people.says("Second")
    assert [each["text"] for each in bot.events()] == ["Second", "First"]
    await people.says("Alone")
    assert bot.events()[-1]["text"] == "Alone"


async def test_a_reset_drops_pending_retries(sandbox: Sandbox, people: People, bot: FakeBot) -> None:
    bot.fail_with(500)
    await people.says("Hi")
    await people.post("reset")
    assert sandbox.state.events.waiting == 0


@pytest.mark.parametrize("status", [200, 204])
async def test_every_2xx_response_is_a_success(people: People, bot: FakeBot, status: int) -> None:
    def answer(_: Received) -> web.Response:
        return web.Response(status=status)

    bot.answer = answer
    await people.says("Hi")
    assert len(bot.received) == 1


@pytest.mark.parametrize("steps", range(8))
async def test_it_stops_while_something_wakes_the_retries(steps: int, config: SandboxConfig) -> None:
    simulation = Simulation(config)
    await simulation.start()
    await asyncio.sleep(0.01)
    simulation.clock.move("+1m")
    for _ in range(steps):
        await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE):
        await simulation.close()
