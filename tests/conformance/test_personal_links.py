"""The secret links over HTTP, on Slack and on Teams: asked for in the chat, opened in a calendar and a browser."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.app import running as bot_running
from bot.http.personal_links import FEEDS, RateLimit
from sandbox.server import running as sandbox_running
from sandbox.teams.server import TeamsSandbox
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings, teams_settings
from tests.sandbox.user_driver import People
from tests.slack.slack_driver import Office
from tests.teams.conftest import teams
from tests.teams.teams_driver import Company, until

__all__ = ["teams"]

URL = "https://firstcall.example.com"
LINK = re.compile(rf"{URL}(/(?:calendar|export)/[0-9a-f]{{64}}\.(?:ics|csv))")


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """The bot on Slack, with a public address."""
    config = patient_slack()
    async with sandbox_running(config) as sandbox:
        settings = slack_settings(database_url, config, sandbox.api_url).model_copy(update={"public_url": URL})
        async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
            people = People(sandbox.url, http)
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            yield Office(bot, sandbox, people)


@pytest.fixture
async def company(database_url: str, teams: TeamsSandbox) -> AsyncIterator[Company]:
    """The bot on Teams, with a public address."""
    settings = teams_settings(database_url, teams).model_copy(update={"public_url": URL})
    async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
        yield Company(bot, teams, http)


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None, text
    return found[1]


async def test_a_calendar_follows_the_link_until_it_is_turned_off(office: Office) -> None:
    said = await office.command("/firstcall calendar")
    assert said, [str(each) for each in await office.refused()]
    path = link_in(said)
    async with aiohttp.ClientSession(office.bot.url) as http:
        async with http.get(path) as answer:
            assert (answer.status, answer.content_type) == (200, "text/calendar")
            assert (await answer.text()).startswith("BEGIN:VCALENDAR\r\n")
            etag = answer.headers["ETag"]
        async with http.get(path, headers={"If-None-Match": f"W/{etag}, *"}) as answer:
            assert answer.status == 304
        assert "Get a new link" in await office.command("/firstcall calendar")
        await office.command("/firstcall calendar off")
        async with http.get(path) as answer:
            assert answer.status == 404
        newest = link_in(await office.command("/firstcall calendar new"))
        async with http.head(newest) as answer:
            assert answer.status == 200
        for _ in range(FEEDS[0]):
            async with http.get(newest) as answer:
                last = answer
        assert (last.status, int(last.headers["Retry-After"]) > 0) == (429, True)


async def test_what_opens_links_does_not_use_the_export_up(office: Office) -> None:
    """Chat apps and mail filters look at every link; the person presses the button of the page."""
    path = link_in(await office.command("/firstcall export"))
    async with aiohttp.ClientSession(office.bot.url) as http:
        for _ in range(3):
            async with http.get(path) as answer:
                assert (answer.status, answer.content_type) == (200, "text/html")
                assert answer.headers["Cache-Control"] == "private, no-cache"
        async with http.post(path) as answer:
            assert (answer.status, answer.content_type) == (200, "text/csv")
            assert (await answer.read()).startswith(b"\xef\xbb\xbfworkspace,deal,customer")
        async with http.post(path) as answer:
            assert answer.status == 404


async def test_on_teams_it_is_the_same(company: Company) -> None:
    for text, kind in (("calendar", "/calendar/"), ("export", "/export/")):
        await company.post(company.activity(text=text))
        await until(lambda kind=kind: kind in json.dumps(list(company.chat().messages.values())))  # type: ignore[misc]
        found = [each for each in LINK.findall(json.dumps(list(company.chat().messages.values()))) if kind in each]
        async with aiohttp.ClientSession(company.bot.url) as http, http.get(found[0]) as answer:
            assert answer.status == 200


def test_a_limit_counts_by_key_and_forgets() -> None:
    now = 0.0
    limit = RateLimit(2, 60.0, clock=lambda: now)
    assert [limit.seconds_to_wait("a") for _ in range(3)] == [0.0, 0.0, 60.0]
    assert limit.seconds_to_wait("b") == 0.0
    now = 61.0
    assert limit.seconds_to_wait("a") == 0.0
