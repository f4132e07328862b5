"""Announced wins in the simulated Slack: in which thread, whom they notify, what a crowd of taps makes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.ui.ids import ActionId
from handlers.deal.announced import ANNOUNCEMENT_UPDATE
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.sandbox.user_driver import ADA, BRUNO, MARIT, Json
from tests.slack.slack_driver import Office

WIN = "We closed Northwind Dental, $45,000!"


async def announced(office: Office, *, thread: str = "", **entries: Any) -> Json:
    """The post, after the rep has submitted the form, in the channel or in the thread."""
    await office.command("/firstcall announce northwind")
    await office.people.idle()
    await office.submit(ADA, **entries)
    where = {"thread_ts": thread} if thread else {}

    async def look() -> list[Json]:
        return await office.people.reads("#wins", **where)

    found = await office.until(lambda messages: any("announce.thanks" in str(each) for each in messages), look)
    [post] = [each for each in found if "announce.thanks" in str(each)]
    return dict(post)


@pytest.mark.reported("discourse/discourse-chat-integration#159")
async def test_it_stands_in_the_thread_of_the_message_also_if_that_is_a_reply(office: Office) -> None:
    parent = await office.post("Any news?")
    await office.post(WIN, thread_ts=parent["ts"])
    await office.card("Northwind")
    post = await announced(office, thread=parent["ts"])
    assert post["thread_ts"] == parent["ts"]


@pytest.mark.reported("ResultadosDigitais/hellper#17")
@pytest.mark.reported("ahrefs/monorobot#105")
async def test_the_reps_line_notifies_nobody_and_a_hidden_amount_is_nowhere(office: Office) -> None:
    message = await office.post(WIN)
    await office.card("Northwind")
    line = "Thanks <!here> and <!channel> & <@U0BRUNO>"
    post = await announced(office, thread=message["ts"], note=line, amount=("hide",))
    sent = json.dumps(post)
    assert not any(each in sent for each in ("<!here>", "<!channel>", "45,000", "45000"))
    assert "&lt;!here&gt;" in sent


@pytest.mark.reported("innogames/slack-bot#163")
async def test_a_crowd_that_taps_twice_makes_few_edits_and_no_message(office: Office) -> None:
    message = await office.post(WIN)
    await office.card("Northwind")
    post = await announced(office, thread=message["ts"])
    before = len(await office.dm(ADA))
    await asyncio.gather(
        *(office.tap(post, ActionId.ANNOUNCE_THANKS, who) for who in (BRUNO, MARIT, BRUNO, MARIT, BRUNO, ADA))
    )

    async def look() -> list[Json]:
        return await office.people.reads("#wins", thread_ts=message["ts"])

    await office.until(lambda found: any(BRUNO in str(each) and MARIT in str(each) for each in found), look)
    assert len(await office.dm(ADA)) == before

    def edits(session: Session) -> int:
        counted = select(func.count(OutboxRow.id)).where(OutboxRow.kind == ANNOUNCEMENT_UPDATE)
        return session.scalar(counted, execution_options={ALL_TENANTS: True}) or 0

    assert await office.bot.database.read(edits) <= 2
