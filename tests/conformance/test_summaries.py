"""Wins on request, on every platform: seen by the person who asks, and posted to a channel with one tap, once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.ui.ids import ActionId
from storage.models import AuditEntry, OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.wording import fixed_part, wording

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conformance.platform import PlatformUnderTest


def asked_for(session: Session) -> list[OutboxRow]:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == "summary"), execution_options={ALL_TENANTS: True})
    return [row for row in rows if "asked" in row.payload]


def audited(session: Session) -> list[str]:
    actions = select(AuditEntry.action).where(AuditEntry.deal_id.is_(None))
    return list(session.scalars(actions, execution_options={ALL_TENANTS: True}))


async def test_wins_are_shown_privately_and_posted_once(platform: PlatformUnderTest) -> None:
    await platform.post("Just closed Northwind Dental! $45k ARR")
    await platform.message("Northwind Dental")
    assert fixed_part("settled.summary_here") in (await platform.command("summary here", in_channel=True)).text

    shown = await platform.command("summary this week")
    assert "Northwind Dental" in shown.text
    assert wording("figures.sum_year", sum="$45,000") in shown.text
    assert await platform.database.read(asked_for) == []

    posted = await platform.click(shown, ActionId.COMMAND_RUN)
    assert fixed_part("summary.posted") in posted.text
    again = await platform.click(await platform.command("summary this week"), ActionId.COMMAND_RUN)
    assert fixed_part("summary.posted_before") in again.text
    assert len(await platform.database.read(asked_for)) == 1
    assert (await platform.database.read(audited)).count("summary_posted") == 1

    empty = await platform.command("summary last month")
    assert fixed_part("summary.nothing") in empty.text
    assert ActionId.COMMAND_RUN not in dict(empty.clickable)


async def test_a_channel_gets_its_wins_when_its_manager_says(platform: PlatformUnderTest) -> None:
    await platform.command("summary here", in_channel=True)

    answer = await platform.command("summary daily at 17 Europe/Berlin", in_channel=True)
    when = wording("posting.day", time="17:00", zone="Europe/Berlin")
    assert when in answer.text
    assert (await platform.database.read(audited)).count("summary_scheduled") == 1

    unknown = await platform.command("summary daily at 17 Mars/Olympus", in_channel=True)
    assert fixed_part("refusal.no_such_zone") in unknown.text
    assert fixed_part("help.unknown") in (await platform.command("summary hourly", in_channel=True)).text
