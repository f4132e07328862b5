"""A colleague stands in for a rep, on every platform: asked by command, accepted with one tap, and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.ui.ids import ActionId, ViewId
from tests.conformance.invented_platform import invented_platform
from tests.conformance.platform import PlatformUnderTest, exported
from tests.conformance.test_deal_team import WRITTEN
from tests.conformance.test_delivery import Guests, work_at_any_hour
from tests.conformance.test_promises import recapped
from tests.wording import wording

CUSTOMER = "Northwind Dental"
ASKS = wording("cover.ask_asked", rep="", count=1, until="").partition(" for ")[0]


def _at(platform: str) -> str:
    """The colleague as somebody types them: a name on Teams needs the sign, a mention has it."""
    written = WRITTEN[platform]
    return written if written.startswith("@") else f"@{written}"


async def the_covers(platform: PlatformUnderTest) -> list[str]:
    """The state of each time that somebody was asked."""
    [deal] = await exported(platform)
    found: Any = deal["covers"]
    return [each["state"] for each in found]


async def test_a_colleague_covers_and_the_deal_comes_back(platform: PlatformUnderTest) -> None:
    colleague = platform.colleague
    await platform.introduce(colleague)
    await platform.database.write(work_at_any_hour)
    await recapped(platform)

    form = await platform.command("cover northwind until Friday")
    assert form.view == ViewId.COVER
    await platform.submit(form, {"stand_in": colleague})
    assert await the_covers(platform) == ["asked"]

    question = await platform.message(ASKS, colleague)
    await platform.click(question, ActionId.COVER_ACCEPT, who=colleague)
    assert await the_covers(platform) == ["accepted"]
    card = await platform.message(wording("card.title_recapped", customer=CUSTOMER), colleague)
    board = await platform.click(card, ActionId.PROMISES_OPEN, who=colleague)
    assert board.view == ViewId.PROMISES

    ended = await platform.command("cover back")
    assert wording("cover.ended", count=1) in ended.text
    assert await the_covers(platform) == ["returned"]
    refused = await platform.click(card, ActionId.PROMISES_OPEN, who=colleague)
    assert wording("refusal.not_yours") in refused.text

    if platform.name in WRITTEN:
        asked = await platform.command(f"cover northwind {_at(platform.name)} until Friday")
        assert CUSTOMER in asked.text
        assert await the_covers(platform) == ["returned", "asked"]


async def test_a_colleague_who_gives_it_back_is_replaced_with_one_tap(platform: PlatformUnderTest) -> None:
    colleague = platform.colleague
    await platform.introduce(colleague)
    await platform.database.write(work_at_any_hour)
    await recapped(platform)
    form = await platform.command("cover northwind until Friday")
    await platform.submit(form, {"stand_in": colleague})
    question = await platform.message(ASKS, colleague)
    await platform.click(question, ActionId.COVER_DECLINE, who=colleague)

    news = await platform.message(wording("cover.rep_declined", who="", customer=CUSTOMER, more=0).partition("  ")[2])
    await platform.click(news, ActionId.COVER_AGAIN, user=colleague)
    assert await the_covers(platform) == ["declined", "asked"]


async def test_a_guest_is_not_asked_to_cover(database_url: str) -> None:
    async with invented_platform(database_url) as platform:
        await platform.database.write(work_at_any_hour)
        await recapped(platform)
        platform.context = replace(platform.context, directory=Guests())
        form = await platform.command("cover northwind")
        answered = await platform.submit(form, {"stand_in": platform.colleague})
        assert wording("handoff.receiver_missing") in answered.text
        assert await the_covers(platform) == []
