"""The same product over Socket Mode, for hosts that Slack cannot reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app import running as bot_running
from bot.ui.ids import ActionId
from sandbox.server import running as sandbox_running
from storage.migrate import upgrade
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import People
from tests.slack.slack_driver import Office
from tests.wording import wording


@pytest.fixture
async def remote_office(tmp_path: Path) -> AsyncIterator[Office]:
    url = f"sqlite:///{tmp_path}/firstcall.db"
    upgrade(url)
    config = patient_slack(socket_mode=True)
    async with sandbox_running(config) as sandbox:
        settings = slack_settings(url, config, sandbox.api_url, socket_mode=True)
        async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
            office = Office(bot, sandbox, People(sandbox.url, http))
            yield office
            assert await office.refused() == []


async def ready(office: Office) -> dict[str, bool]:
    async with office.people.http.get(f"{office.bot.url}/readyz") as answer:
        found: dict[str, bool] = await answer.json()
        return found


async def test_the_main_path_over_socket_mode_survives_a_disconnect(remote_office: Office) -> None:
    office = remote_office
    async with office.people.http.post(f"{office.bot.url}/slack/events", data=b"{}") as answer:
        assert answer.status == 404  # nothing listens there

    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    answer = await office.submit(expectations="", priorities="")
    assert wording("refusal.no_statement") in answer["errors"]["expectations"]
    await office.capture("One\nTwo", "")
    await office.tap_in_view(ActionId.READ_AGREED)
    assert "“Two”" in str((await office.view())["blocks"])
    assert await ready(office) == {"sweep": True, "database": True, "socket": True, "slack_token": True}

    await office.people.post("socket/disconnect")
    await office.until(lambda found: found["socket"], lambda: ready(office))
    await office.post("We won Harbor Point Hotels! $120k")
    await office.card("Harbor Point Hotels")
