"""A win is announced, on every platform: posted once, and changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ui.ids import ActionId, ViewId
from handlers.deal.announced import ANNOUNCEMENT
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.conformance.platform import NOTHING, PlatformUnderTest, exported
from tests.conformance.test_delivery import work_at_any_hour

WIN = "We closed Northwind Dental, $45,000!"


async def announced(platform: PlatformUnderTest) -> Any:
    [deal] = await exported(platform)
    return deal["announcement"]


def posts(session: Session) -> list[tuple[str, str | None]]:
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.kind == ANNOUNCEMENT), execution_options={ALL_TENANTS: True}
    )
    return [(row.state, row.reason) for row in rows]


async def test_a_win_is_announced_once_and_can_be_changed(platform: PlatformUnderTest) -> None:
    await platform.introduce(platform.colleague)
    await platform.database.write(work_at_any_hour)
    await platform.post(WIN)
    card = await platform.message("Northwind Dental")
    await platform.click(await platform.command("channel", in_channel=True), ActionId.CHANNEL_WINS)
    form = await platform.click(card, ActionId.ANNOUNCE_OPEN)
    assert form.view == ViewId.ANNOUNCE
    shown = await platform.submit(form, {"note": "Great demo by <!here> @everyone"})
    assert shown == NOTHING
    assert (await announced(platform))["note"].startswith("Great demo")

    changed = await platform.command("announce northwind")
    assert changed.view == ViewId.ANNOUNCE
    await platform.submit(changed, {"note": "Thank you, Carla", "amount": "hide"})
    stored = await announced(platform)
    assert (stored["note"], stored["shows_amount"]) == ("Thank you, Carla", False)
    assert len(await platform.database.read(posts)) == 1
