"""A deal from the post to three referrals and the next order, in simulated ninety days on a phone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.app import running as bot_running
from tests.browser.conftest import PATIENCE_MS, NewPage
from tests.browser.ninety_days import Walk
from tests.browser.test_first_call import opened
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings

pytestmark = pytest.mark.asyncio(loop_scope="session")
expect.set_options(timeout=PATIENCE_MS)


async def test_ninety_days_from_the_post_to_three_referrals(
    tmp_path: Path, sqlite_template: Path, new_page: NewPage
) -> None:
    stations: list[str] = []

    async def station(_: Page, name: str) -> None:
        stations.append(name)

    shutil.copyfile(sqlite_template, tmp_path / "firstcall.db")
    config = patient_slack()
    async with opened(config) as (sandbox, people):
        settings = slack_settings(f"sqlite:///{tmp_path / 'firstcall.db'}", config, sandbox.api_url)
        async with bot_running(settings) as bot:
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            await Walk(sandbox.url, people, new_page, station).walk()
            await people.idle()
    assert stations[-1] == "next-order"
