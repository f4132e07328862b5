"""After the call, on every platform: the next step, another amount, a cancelled order, and what an app reports."""

from __future__ import annotations

from typing import Any

from bot.ui.ids import ActionId, ViewId
from tests.conformance.platform import NOTHING, PlatformUnderTest, exported
from tests.conformance.test_same_call import play


async def the_deal(platform: PlatformUnderTest) -> dict[str, Any]:
    [deal] = await exported(platform)
    return deal


async def test_m9_1_an_order_is_changed_and_comes_back_with_its_next_step(platform: PlatformUnderTest) -> None:
    assert (await play(platform))["stage"] == "recapped"

    said = await platform.command("step northwind kickoff call tomorrow")
    assert "kickoff call tomorrow" in said.text
    assert (await the_deal(platform))["next_step_on"] is not None

    said = await platform.command("amount northwind $52k")
    assert "$52,000" in said.text

    asked = await platform.command("cancelled northwind")
    assert (await the_deal(platform))["stage"] == "recapped"
    form = await platform.click(asked, ActionId.CARD_ORDER)
    assert form.view == ViewId.ORDER
    assert await platform.submit(form, {"change": "cancelled", "reason": "their budget was cut"}) == NOTHING
    assert (await the_deal(platform))["stage"] == "cancelled"

    await platform.command("reopen northwind")
    deal = await the_deal(platform)
    assert (deal["stage"], deal["amount"]) == ("recapped", "52000.00")
    changed = [(each["kind"], each["reason"]) for each in deal["order_changes"]]
    assert changed == [("amount_changed", None), ("cancelled", "their budget was cut"), ("reopened", None)]

    card = await platform.command("list northwind")
    step = await platform.click(card, ActionId.CARD_STEP)
    assert step.view == ViewId.STEP
    notice = await platform.submit(step, {"step": "Visit the clinic", "when": "in 2 weeks"})
    assert "Visit the clinic" in notice.text
    assert [each["outcome"] for each in (await the_deal(platform))["next_steps"]] == [None, "dropped", None]
