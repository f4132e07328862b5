"""The cache of Slack users and channels: one call per look-up, least recently used out first, failures not kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.slack.directory import CACHE_SECONDS, SlackDirectory
from bot.slack.web_api import web_client
from sandbox.server import Sandbox, running
from tests.manual_timer import ManualTimer
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import ADA, BRUNO, MARIT, People


@pytest.fixture
def timer() -> ManualTimer:
    return ManualTimer()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running(patient_slack()) as sandbox:
        yield sandbox


@pytest.fixture
async def people(sandbox: Sandbox) -> AsyncIterator[People]:
    async with aiohttp.ClientSession() as http:
        yield People(sandbox.url, http)


@pytest.fixture
async def directory(sandbox: Sandbox, timer: ManualTimer) -> AsyncIterator[SlackDirectory]:
    """With room for two users and two channels."""
    async with aiohttp.ClientSession() as http:
        client = web_client(sandbox.state.config.bot_token, sandbox.api_url, http)
        yield SlackDirectory(client, timer, cache_size=2)


async def calls(people: People, method: str) -> int:
    """How often the bot has called a method of the Web API."""
    requests = (await people.get("requests"))["requests"]
    return sum(request["direction"] == "to_slack" and request["name"] == method for request in requests)


async def test_a_user_is_looked_up_once_an_hour(directory: SlackDirectory, people: People, timer: ManualTimer) -> None:
    for _ in range(3):
        profile = await directory.profile(ADA)
        assert profile is not None
        assert profile.locale == "en-GB"
    timer.now += CACHE_SECONDS - 1
    await directory.profile(ADA)
    assert await calls(people, "users.info") == 1
    timer.now += 1
    await directory.profile(ADA)
    assert await calls(people, "users.info") == 2


async def test_the_least_recently_used_user_is_evicted(directory: SlackDirectory, people: People) -> None:
    for user in (ADA, BRUNO, ADA, MARIT, ADA):
        assert await directory.member(user) is not None
    assert await calls(people, "users.info") == 3
    await directory.member(BRUNO)
    assert await calls(people, "users.info") == 4


async def test_the_least_recently_used_channel_is_evicted(
    directory: SlackDirectory, people: People, sandbox: Sandbox
) -> None:
    first, second, third = (
        sandbox.state.workspace.add_channel(f"more-{number}", {ADA}, creator=ADA).id for number in range(3)
    )
    for channel in (first, second, first, third, first):
        assert await directory.channel(channel) is not None
    assert await calls(people, "conversations.info") == 3
    await directory.channel(second)
    assert await calls(people, "conversations.info") == 4


async def test_a_failed_user_look_up_is_tried_again(directory: SlackDirectory, people: People) -> None:
    await people.post("faults", errors={"users.info": {"error": "fatal_error", "count": 1}})
    assert await directory.member(ADA) is None
    assert await directory.member(ADA) is not None


async def test_a_failed_channel_look_up_is_tried_again(
    directory: SlackDirectory, people: People, sandbox: Sandbox
) -> None:
    wins = sandbox.state.workspace.channel_by_name("wins")
    assert wins is not None
    await people.post("faults", errors={"conversations.info": {"error": "fatal_error", "count": 1}})
    assert await directory.channel_name(wins.id) is None
    assert await directory.channel_name(wins.id) == "wins"


async def test_all_users_are_listed_once_an_hour(
    directory: SlackDirectory, people: People, sandbox: Sandbox, timer: ManualTimer
) -> None:
    name = sandbox.state.workspace.people[BRUNO].real_name
    for _ in range(3):
        assert await directory.find_person(f" {name.upper()} ") == BRUNO
    assert await calls(people, "users.list") == 1
    timer.now += CACHE_SECONDS
    await directory.find_person(name)
    assert await calls(people, "users.list") == 2


async def test_a_failed_list_of_users_is_tried_again(
    directory: SlackDirectory, people: People, sandbox: Sandbox
) -> None:
    name = sandbox.state.workspace.people[BRUNO].real_name
    await people.post("faults", errors={"users.list": {"error": "fatal_error", "count": 1}})
    assert await directory.find_person(name) is None
    assert await directory.find_person(name) == BRUNO
