"""conversations.* and reactions.*: the bot's conversations, their messages and reactions."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.refusals import refusal
from tests.sandbox.user_driver import ADA, BOT, BRUNO, People


async def test_opening_a_dm(slack: AsyncWebClient) -> None:
    first = await slack.conversations_open(users=ADA)
    again = await slack.conversations_open(users=[ADA], return_im=True)
    assert not first["already_open"]
    assert again["already_open"]
    assert again["channel"]["user"] == ADA
    assert again["channel"]["id"] == first["channel"]["id"]
    known = await slack.conversations_open(channel=first["channel"]["id"])
    assert known["channel"]["id"] == first["channel"]["id"]
    assert await refusal(slack.conversations_open(users="")) == "users_list_not_supplied"
    assert await refusal(slack.conversations_open(users="U0NONE")) == "user_not_found"
    assert await refusal(slack.conversations_open(users=BOT)) == "cannot_dm_bot"
    assert await refusal(slack.conversations_open(users=[ADA, BRUNO])) == "method_not_supported_for_channel_type"


async def test_listing_conversations_and_their_info(slack: AsyncWebClient, people: People) -> None:
    await slack.conversations_open(users=ADA)
    public = {each["name"]: each for each in (await slack.conversations_list())["channels"]}
    assert public.keys() == {"general", "wins", "sales-emea", "random"}
    assert public["wins"]["is_member"]
    assert not public["random"]["is_member"]
    assert [each["user"] for each in (await slack.conversations_list(types="im"))["channels"]] == [ADA]
    mine = {each["name"] for each in (await slack.users_conversations())["channels"]}
    assert mine == {"general", "wins"}
    hers = {each["name"] for each in (await slack.users_conversations(user=BRUNO))["channels"]}
    assert hers == {"general", "wins", "random"}
    info = await slack.conversations_info(channel=public["wins"]["id"], include_num_members=True)
    assert info["channel"]["num_members"] == 6
    members = (await slack.conversations_members(channel=public["wins"]["id"]))["members"]
    assert {ADA, BOT} <= set(members)
    assert await refusal(slack.conversations_list(types="secret")) == "invalid_types"
    assert await refusal(slack.conversations_info(channel="C0NONE")) == "channel_not_found"
    assert await refusal(slack.conversations_members(channel="C0NONE")) == "channel_not_found"


async def test_history_has_bounds_and_pages(slack: AsyncWebClient, people: People) -> None:
    sent = [(await people.says(str(number)))["ts"] for number in range(6)]
    wins = await people.channel_id("wins")

    async def between(**window: str | bool) -> list[str]:
        answer = await slack.conversations_history(channel=wins, **window)  # type: ignore[arg-type]
        return [each["ts"] for each in answer["messages"]]

    assert await between() == sent[::-1]
    assert await between(oldest=sent[3]) == [sent[5], sent[4]]
    assert await between(latest=sent[1]) == [sent[0]]
    assert await between(oldest=sent[2], latest=sent[4], inclusive=True) == sent[2:5][::-1]
    first = await slack.conversations_history(channel=wins, limit=4)
    assert first["has_more"]
    rest = await slack.conversations_history(channel=wins, limit=4, cursor=first["response_metadata"]["next_cursor"])
    assert [each["ts"] for each in rest["messages"]] == [sent[1], sent[0]]
    assert not rest["has_more"]
    assert await refusal(slack.conversations_history(channel=wins, oldest="soon")) == "invalid_ts_oldest"
    assert await refusal(slack.conversations_history(channel=wins, latest="soon")) == "invalid_ts_latest"
    assert await refusal(slack.conversations_history(channel=wins, cursor="x")) == "invalid_cursor"
    assert await refusal(slack.conversations_history(channel="#random")) == "not_in_channel"


async def test_joining_and_being_invited(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    random = await people.channel_id("random")
    joined = await slack.conversations_join(channel=random)
    assert joined["channel"]["is_member"]
    assert (await slack.conversations_join(channel=random))["warning"] == "already_in_channel"
    dm = (await slack.conversations_open(users=ADA))["channel"]["id"]
    assert await refusal(slack.conversations_join(channel=dm)) == "method_not_supported_for_channel_type"
    await people.post("invite", as_=ADA, channel="#sales-emea")
    await people.post("join", as_=BRUNO, channel="#sales-emea")
    await people.idle()
    joins = [(each["user"], each["channel"]) for each in bot.events("member_joined_channel")]
    emea = await people.channel_id("sales-emea")
    assert sorted(joins) == sorted([(BOT, random), (BOT, emea), (BRUNO, emea)])
    assert [each.get("inviter") for each in bot.events("member_joined_channel")] == [None, ADA, None]


@pytest.mark.parametrize("name", ["tada", "thumbsup::skin-tone-3", "+1"])
async def test_reactions(slack: AsyncWebClient, people: People, bot: FakeBot, name: str) -> None:
    message = await people.says("Won!")
    channel, ts = message["channel"], message["ts"]
    await slack.reactions_add(channel=channel, timestamp=ts, name=name)
    assert await refusal(slack.reactions_add(channel=channel, timestamp=ts, name=name)) == "already_reacted"
    await people.post("reactions", as_=BRUNO, channel=channel, ts=ts, name=name)
    got = await slack.reactions_get(channel=channel, timestamp=ts)
    assert got["message"]["reactions"] == [{"name": name, "users": [BOT, BRUNO], "count": 2}]
    await slack.reactions_remove(channel=channel, timestamp=ts, name=name)
    assert await refusal(slack.reactions_remove(channel=channel, timestamp=ts, name=name)) == "no_reaction"
    await people.post("reactions", as_=BRUNO, channel=channel, ts=ts, name=name, remove=True)
    assert "reactions" not in (await people.reads("#wins"))[-1]
    await people.idle()
    assert [each["user"] for each in bot.events("reaction_added")] == [BOT, BRUNO]
    assert bot.events("reaction_added")[0]["item"]["ts"] == ts
    assert len(bot.events("reaction_removed")) == 2


async def test_an_impossible_reaction_is_refused(slack: AsyncWebClient, people: People) -> None:
    message = await people.says("Won!")
    channel, ts = message["channel"], message["ts"]
    assert await refusal(slack.reactions_add(channel=channel, timestamp="1.1", name="tada")) == "message_not_found"
    assert await refusal(slack.reactions_add(channel=channel, timestamp=ts, name="no such!")) == "invalid_name"
    assert await refusal(slack.reactions_add(channel="#random", timestamp=ts, name="tada")) == "message_not_found"
