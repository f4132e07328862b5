"""The real bot, in this process, on a simulated Slack that has the scopes of the manifest and refuses like Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.app import running as bot_running
from sandbox.server import running as sandbox_running
from tests.patient_slack import patient_slack
from tests.plain_tracebacks import plain_tracebacks
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import People
from tests.slack.slack_driver import Office

__all__ = ["plain_tracebacks"]


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """The bot, its database and Slack. At the end, Slack must have refused nothing that the bot sent."""
    config = patient_slack()
    async with sandbox_running(config) as sandbox:
        settings = slack_settings(database_url, config, sandbox.api_url)
        async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
            people = People(sandbox.url, http)
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            office = Office(bot, sandbox, people)
            yield office
            await people.idle()
            assert await office.refused() == []
