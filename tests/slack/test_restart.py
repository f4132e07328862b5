"""The bot is killed during the read-back: the answers are stored, and "Continue" leads back to the same statement."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import aiohttp
import pytest

from bot.app import Running
from bot.ui.ids import ActionId
from sandbox.server import running
from tests.bot_program import BotProgram
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import ADA, Json, People
from tests.slack.slack_driver import Office
from tests.wording import wording


@dataclass(frozen=True)
class Floor:
    """An office whose bot is a program of its own."""

    office: Office
    bot: BotProgram

    async def killed_and_started(self) -> None:
        """What the killed one was just sending is taken over when its lease has ended."""
        await self.bot.end(signal.SIGKILL)
        await self.bot.start()
        await self.office.people.post("clock", move="+3m")


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    config = patient_slack()
    async with running(config) as sandbox, aiohttp.ClientSession() as http:
        bot = BotProgram(tmp_path, sandbox.api_url, config)
        people = People(sandbox.url, http)
        await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
        await bot.start()
        yield Floor(Office(cast("Running", None), sandbox, people), bot)
        await bot.end(signal.SIGTERM)


async def drawn(office: Office, form: str, saying: str = "") -> Json:
    """The top modal, once it is that one and says that."""
    view: Json = await office.until(
        lambda found: found["callback_id"] == form and saying in str(found["blocks"]), office.view
    )
    return view


async def close(office: Office) -> None:
    view = await office.view()
    await office.people.post("views/close", as_=ADA, view_id=view["id"])


async def test_a_kill_in_the_middle_of_the_read_back_loses_nothing(floor: Floor) -> None:
    office = floor.office
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture("One\nTwo\nThree", "Four")
    await office.tap_in_view(ActionId.READ_AGREED)
    await drawn(office, "readback", "“Two”")
    await office.tap_in_view(ActionId.READ_ALL)
    await drawn(office, "readall")
    await floor.killed_and_started()

    # The modal of before the kill still works, and says the same.
    view = await drawn(office, "readall")
    rows = [block for block in view["blocks"] if str(block.get("block_id")).startswith("answer:")]
    assert len(rows) == 3
    answered = {"value": rows[0]["elements"][0]["value"]}
    await office.tap_in_view(ActionId.READ_WITHDRAWN, block_id=rows[0]["block_id"], value=answered)
    await drawn(office, "readall", wording("readall.all_read", count=1))
    await close(office)
    await floor.killed_and_started()

    await office.tap(await office.card("2 of 4 statements settled"), ActionId.CARD_GO_ON)
    assert "“Three”" in str((await office.view())["blocks"])
    await office.tap_in_view(ActionId.READ_AGREED)
    await drawn(office, "readback", "“Four”")
    await office.tap_in_view(ActionId.READ_AGREED)
    await drawn(office, "wrapup")
    await close(office)
    await floor.killed_and_started()
    await office.tap(await office.card(wording("card.progress_done", total=4)), ActionId.CARD_GO_ON)
    assert (await office.view())["callback_id"] == "wrapup"
