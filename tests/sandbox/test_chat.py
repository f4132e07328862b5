"""chat.*: messages are posted, read and changed as in Slack, and refused with Slack's error names."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.block_kit import actions, button, mrkdwn, section
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.refusals import refusal, refused
from tests.sandbox.user_driver import ADA, BOT, BRUNO, People

METADATA = {"event_type": "outbox", "event_payload": {"row": 7}}


async def test_a_posted_message_is_returned_as_in_slack(slack: AsyncWebClient, people: People) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="Hi", blocks=[section("*Hi*"), actions(button())])
    message = posted["message"]
    assert posted["channel"] == await people.channel_id("wins")
    assert (message["user"], message["bot_id"], message["app_id"]) == (BOT, "B0FIRSTCAL", "A0FIRSTCAL")
    assert message["bot_profile"]["name"] == "FirstCall"
    assert "subtype" not in message
    assert all(block["block_id"] for block in message["blocks"])
    assert (await people.reads("#wins"))[-1]["ts"] == posted["ts"]


async def test_timestamps_are_unique_and_increase_even_if_the_clock_goes_back(
    slack: AsyncWebClient, people: People
) -> None:
    seen = [(await slack.chat_postMessage(channel="#wins", text="x"))["ts"]]
    for move in ("+1d", "reset"):
        await people.post("clock", move=move)
        seen.extend([(await slack.chat_postMessage(channel="#wins", text="x"))["ts"] for _ in range(3)])
    assert seen == sorted(set(seen))
    assert float(seen[1]) - float(seen[0]) > 86_000


async def test_posting_to_a_person_opens_the_dm(slack: AsyncWebClient, people: People) -> None:
    posted = await slack.chat_postMessage(channel=ADA, text="Well done")
    opened = await slack.conversations_open(users=ADA)
    assert posted["channel"] == opened["channel"]["id"]
    listed = (await people.get("conversations", as_=ADA))["conversations"]
    dm = next(each for each in listed if each["with"] == BOT)
    assert (dm["kind"], dm["unread"], dm["latest"]) == ("dm", 1, posted["ts"])
    assert not any(each["id"] == dm["id"] for each in (await people.get("conversations", as_=BRUNO))["conversations"])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
        ({"channel": "#wins"}, "no_text"),
        ({"channel": "#wins", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "#random", "text": "x"}, "not_in_channel"),
        ({"channel": "#wins", "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": "#wins", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": "#wins", "text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        ({"channel": "#wins", "text": "x", "attachments": "x"}, "invalid_attachments"),
        ({"channel": "#wins", "text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"channel": "#wins", "text": "x", "attachments": [{"blocks": [{"type": "x"}]}]}, "invalid_blocks"),
        ({"channel": "#wins", "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"channel": "#wins", "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"channel": "#wins", "text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_schema"),
        (
            {"channel": "#wins", "text": "x", "metadata": {"event_type": "x", "event_payload": {"x": "y" * 9_000}}},
            "metadata_too_large",
        ),
        ({"text": "x"}, "invalid_arguments"),
    ],
)
async def test_an_invalid_message_is_refused(slack: AsyncWebClient, arguments: dict[str, Any], error: str) -> None:
    assert await refusal(slack.api_call("chat.postMessage", json=arguments)) == error


async def test_forty_thousand_characters_are_accepted(slack: AsyncWebClient) -> None:
    assert (await slack.chat_postMessage(channel="#wins", text="x" * 40_000))["ok"]


async def test_invalid_blocks_are_refused_with_a_json_pointer(slack: AsyncWebClient) -> None:
    answer = await refused(slack.chat_postMessage(channel="#wins", text="x", blocks=[section(), section("x" * 3_001)]))
    said = "must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    assert answer["errors"] == [said]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {said}"]


async def test_an_archived_channel_refuses_messages(slack: AsyncWebClient, sandbox: Sandbox) -> None:
    channel = sandbox.state.workspace.channel_by_name("wins")
    assert channel is not None
    channel.is_archived = True
    assert await refusal(slack.chat_postMessage(channel="#wins", text="x")) == "is_archived"


async def test_the_bot_cannot_find_private_channels_and_other_peoples_dms(
    slack: AsyncWebClient, people: People, sandbox: Sandbox
) -> None:
    private = sandbox.state.workspace.add_channel("board", {ADA}, creator=ADA, kind="group")
    between = await people.says("Psst", channel=BRUNO)
    for channel in (private.id, between["channel"]):
        assert await refusal(slack.chat_postMessage(channel=channel, text="x")) == "channel_not_found"
        assert await refusal(slack.conversations_history(channel=channel)) == "channel_not_found"


async def test_metadata_is_returned_only_on_request(slack: AsyncWebClient) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="x", metadata=METADATA)
    channel = posted["channel"]
    quiet = await slack.conversations_history(channel=channel, limit=1)
    assert "metadata" not in quiet["messages"][0]
    asked = await slack.conversations_history(channel=channel, limit=1, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == METADATA


async def test_an_update_changes_the_message_and_marks_it_as_edited(
    slack: AsyncWebClient, people: People, bot: FakeBot
) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="One", blocks=[section("One")])
    await slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="Two", blocks=[section("Two")])
    message = (await people.reads("#wins"))[-1]
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("Two", "Two")
    assert message["edited"]["user"] == BOT
    await people.idle()
    changed = next(each for each in bot.events() if each.get("subtype") == "message_changed")
    assert changed["message"]["text"] == "Two"
    assert changed["previous_message"]["text"] == "One"
    await slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="Three")
    assert "blocks" not in (await people.reads("#wins"))[-1]


async def test_the_bot_can_change_only_its_own_messages(slack: AsyncWebClient, people: People) -> None:
    message = await people.says("Mine")
    channel, ts = message["channel"], message["ts"]
    assert await refusal(slack.chat_update(channel=channel, ts=ts, text="x")) == "cant_update_message"
    assert await refusal(slack.chat_delete(channel=channel, ts=ts)) == "cant_delete_message"
    assert await refusal(slack.chat_update(channel=channel, ts="1.1", text="x")) == "message_not_found"
    assert await refusal(slack.chat_delete(channel=channel, ts="1.1")) == "message_not_found"


async def test_deleting_a_message_removes_it_and_sends_an_event(
    slack: AsyncWebClient, people: People, bot: FakeBot
) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="Oops")
    await slack.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert all(each["ts"] != posted["ts"] for each in await people.reads("#wins"))
    await people.idle()
    deleted = next(each for each in bot.events() if each.get("subtype") == "message_deleted")
    assert deleted["deleted_ts"] == posted["ts"]
    assert deleted["previous_message"]["text"] == "Oops"


async def test_an_ephemeral_message_is_seen_by_one_person_only(slack: AsyncWebClient, people: People) -> None:
    whispered = await slack.chat_postEphemeral(channel="#wins", user=ADA, text="Only you")
    seen = (await people.reads("#wins"))[-1]
    assert (seen["ts"], seen["ephemeral_to"]) == (whispered["message_ts"], ADA)
    assert all(each["ts"] != seen["ts"] for each in await people.reads("#wins", BRUNO))
    history = await slack.conversations_history(channel=seen["channel"])
    assert all(each["ts"] != seen["ts"] for each in history["messages"])
    assert await refusal(slack.chat_postEphemeral(channel="#wins", user="U0NONE", text="x")) == "user_not_found"
    dm = (await slack.conversations_open(users=ADA))["channel"]["id"]
    assert await refusal(slack.chat_postEphemeral(channel=dm, user=BRUNO, text="x")) == "user_not_in_channel"


async def test_threads_count_their_replies(slack: AsyncWebClient, people: People) -> None:
    parent = await people.says("Who is in?")
    channel, ts = parent["channel"], parent["ts"]
    first = await slack.chat_postMessage(channel=channel, text="Me", thread_ts=ts)
    second = await slack.chat_postMessage(channel=channel, text="All", thread_ts=ts, reply_broadcast=True)
    assert first["message"]["parent_user_id"] == ADA
    assert second["message"]["subtype"] == "thread_broadcast"
    replies = (await slack.conversations_replies(channel=channel, ts=ts))["messages"]
    assert [each["ts"] for each in replies] == [ts, first["ts"], second["ts"]]
    assert (replies[0]["reply_count"], replies[0]["latest_reply"]) == (2, second["ts"])
    shown = [each["ts"] for each in (await slack.conversations_history(channel=channel))["messages"]]
    assert first["ts"] not in shown
    assert second["ts"] in shown
    assert [each["ts"] for each in await people.reads(channel, thread_ts=ts)] == [ts, first["ts"], second["ts"]]
    await slack.chat_delete(channel=channel, ts=first["ts"])
    assert (await people.reads(channel))[-2]["reply_count"] == 1
    await people.post("messages/delete", as_=ADA, channel=channel, ts=ts)
    assert (await people.reads(channel))[-2]["subtype"] == "tombstone"
    assert await refusal(slack.conversations_replies(channel=channel, ts="1.1")) == "thread_not_found"


async def test_a_permalink_redirects_to_the_message(slack: AsyncWebClient, sandbox: Sandbox) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="x")
    link = (await slack.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"]))["permalink"]
    assert link == f"{sandbox.url}/archives/{posted['channel']}/p{posted['ts'].replace('.', '')}"
    missing = slack.chat_getPermalink(channel=posted["channel"], message_ts="1.1")
    assert await refusal(missing) == "message_not_found"


@pytest.mark.parametrize(
    ("arguments", "rang"),
    [
        ({"text": "<!channel> look"}, ["channel"]),
        ({"text": "x", "blocks": [section("a <!here|here> b <!everyone>")]}, ["here", "everyone"]),
        ({"text": "x", "attachments": [{"text": "<!channel>"}]}, ["channel"]),
        ({"text": "@channel", "link_names": True}, ["channel"]),
        ({"text": "@channel and &lt;!channel&gt;"}, []),
        ({"text": "x", "blocks": [actions(button(text={"type": "plain_text", "text": "<!channel>"}))]}, []),
        (
            {
                "text": "x",
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}
                        ],
                    }
                ],
            },
            ["here"],
        ),
    ],
)
async def test_broadcast_mentions_are_logged(
    slack: AsyncWebClient, people: People, arguments: dict[str, Any], rang: list[str]
) -> None:
    await slack.api_call("chat.postMessage", json={"channel": "#wins", **arguments})
    log = (await people.get("requests"))["requests"]
    posted = next(each for each in reversed(log) if each["name"] == "chat.postMessage")
    assert posted["rang"] == rang
    assert "token" not in posted["request"]


async def test_a_full_channel_drops_its_oldest_messages(slack: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.state.workspace.messages_per_channel = 5
    sent = [(await slack.chat_postMessage(channel="#wins", text=str(n)))["ts"] for n in range(4)]
    for n in range(4):
        await slack.chat_postMessage(channel="#wins", text=str(n), thread_ts=sent[-1])
    channel = sandbox.state.workspace.channel_by_name("wins")
    assert channel is not None
    assert len(channel.messages) == 5
    assert sent[0] not in channel.messages
    for n in range(6):
        await slack.chat_postMessage(channel="#wins", text=str(n))
    assert channel.threads == {}


async def test_a_thread_outlives_its_first_message(slack: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.state.workspace.messages_per_channel = 3
    ts = (await slack.chat_postMessage(channel="#wins", text="First"))["ts"]
    sent = [(await slack.chat_postMessage(channel="#wins", text="x", thread_ts=ts))["ts"] for _ in range(8)]
    channel = sandbox.state.workspace.channel_by_name("wins")
    assert channel is not None
    assert list(channel.messages) == sent[-3:]
    for number in range(3):
        await slack.chat_postMessage(channel="#wins", text=str(number))
    assert channel.threads == {}


async def test_a_permalink_names_the_thread(slack: AsyncWebClient) -> None:
    parent = await slack.chat_postMessage(channel="#wins", text="x")
    reply = await slack.chat_postMessage(channel="#wins", text="y", thread_ts=parent["ts"])
    link = (await slack.chat_getPermalink(channel=parent["channel"], message_ts=reply["ts"]))["permalink"]
    assert link.endswith(f"?thread_ts={parent['ts']}&cid={parent['channel']}")


async def test_mrkdwn_fields_are_kept(slack: AsyncWebClient) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="x", blocks=[section(fields=[mrkdwn("*a*")])])
    assert posted["message"]["blocks"][0]["fields"] == [mrkdwn("*a*")]
