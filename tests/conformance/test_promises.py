"""From the recap to the completed deal, on every platform: the card, the board, the reasons, the customer's word."""

from __future__ import annotations

from typing import Any

from bot.ui.ids import ActionId, ViewId
from tests.conformance.platform import PlatformUnderTest, Shown, exported
from tests.conformance.test_platforms import WIN


async def recapped(platform: PlatformUnderTest) -> None:
    """Post a win, make the call, and send the recap."""
    await platform.post(WIN)
    modal = await platform.click(await platform.message("Northwind Dental"), ActionId.CARD_GO_ON)
    entries = {"reached": "Dana", "steps": [], "expectations": "Go-live by 1 May", "priorities": "40 seats"}
    modal = await platform.submit(modal, entries)
    while modal.view != ViewId.WRAP_UP:
        agree = modal.view == ViewId.READ_BACK
        modal = await (platform.click(modal, ActionId.READ_AGREED) if agree else platform.submit(modal, {}))
    assert modal.boxes is not None
    answers = {"objectives": [*modal.boxes["objectives"]], "outcome": "agreed", "why_missing": "no_time"}
    modal = await platform.submit(modal, answers)
    assert modal.view == ViewId.RECAP
    await platform.submit(modal, {})


def of(shown: Shown, action_id: ActionId) -> list[str]:
    """What the buttons with this action carry."""
    return [value for name, value in shown.clickable if name == action_id]


async def stored(platform: PlatformUnderTest) -> Any:
    [deal] = await exported(platform)
    return deal


async def outcomes(platform: PlatformUnderTest) -> list[list[tuple[str, str, str | None]]]:
    """What became of each statement: state, whose word, why."""
    statements = (await stored(platform))["statements"]
    return [[(o["state"], o["said_by"], o["reason"]) for o in each["outcomes"]] for each in statements]


async def test_m7_3_m8_1_m8_4_m10_2_every_promise_is_settled_and_the_deal_completed(
    platform: PlatformUnderTest,
) -> None:
    await recapped(platform)
    shown = await platform.command("promises northwind")
    assert shown.view == ViewId.PROMISES
    seats = of(shown, ActionId.PROMISES_MISSED)[1]

    why = await platform.click(shown, ActionId.PROMISES_MISSED, value=seats)
    assert why.view == ViewId.PROMISE
    told = await platform.click(why, ActionId.PROMISES_DELIVERY)
    shown = await platform.click(told, ActionId.PROMISES_OPEN)
    assert shown.view == ViewId.PROMISES
    assert shown.text.index("40 seats") < shown.text.index("Go-live by 1 May")  # missed comes first (M8.4)
    shown = await platform.click(shown, ActionId.PROMISES_COMPLETE)
    assert (await stored(platform))["stage"] == "delivering"

    shown = await platform.click(shown, ActionId.PROMISES_KEPT)
    form = await platform.click(shown, ActionId.PROMISES_EVIDENCE, value=of(shown, ActionId.PROMISES_THEY_SAID_SO)[-1])
    assert form.view == ViewId.PROMISE_EVIDENCE
    shown = await platform.submit(form, {"said_by": "customer", "evidence": "Dana by phone"})
    assert "Dana by phone" in shown.text
    assert await outcomes(platform) == [
        [("kept", "us", None), ("kept", "customer", None)],
        [("missed", "us", None), ("missed", "us", "delivery")],
    ]

    summary = await platform.click(shown, ActionId.PROMISES_COMPLETE)

    assert (await stored(platform))["stage"] == "completed"
    assert platform.texts.plain("promises.completed", customer="Northwind Dental") in summary.text
    assert of(summary, ActionId.PROMISES_KEPT) == []


async def test_m10_4_the_card_leads_to_the_promises_and_says_that_nothing_changed(platform: PlatformUnderTest) -> None:
    await recapped(platform)
    listed = await platform.command("list")
    assert of(listed, ActionId.PROMISES_UNCHANGED) != []

    shown = await platform.click(listed, ActionId.PROMISES_OPEN)
    assert shown.view == ViewId.PROMISES
    form = await platform.click(shown, ActionId.PROMISES_VALUE_DAY)
    shown = await platform.submit(form, {"when": "in 2 weeks"})

    assert shown.view == ViewId.PROMISES
    assert (await stored(platform))["value_on"] is not None
    await platform.click(shown, ActionId.PROMISES_EXCEEDED)
    again = await platform.click_again()
    assert (again.view, len(of(again, ActionId.PROMISES_EXCEEDED))) == (ViewId.PROMISES, 1)
    assert await outcomes(platform) == [[("exceeded", "us", None)], []]
