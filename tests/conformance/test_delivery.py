"""Delivery on board, from the rep's question to the deal that was taken, on every platform (M8.2, M8.3, M10.1)."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.models import Tenant
from tests.conformance.platform import NOTHING, PlatformUnderTest, exported
from tests.conformance.test_same_call import play
from tests.wording import wording

AT_ANY_HOUR = {"hours": "00:00-23:59", "days": "mon tue wed thu fri sat sun", "holidays": "none"}


def work_at_any_hour(session: Session) -> None:
    """Everybody works whenever this test runs: delivery is written to in its working hours."""
    session.execute(update(Tenant).values(cadence={"person": AT_ANY_HOUR}))


async def test_delivery_doubts_a_promise_and_then_takes_the_deal(platform: PlatformUnderTest) -> None:
    colleague = platform.colleague
    await platform.introduce(colleague)
    await platform.database.write(work_at_any_hour)
    await play(platform)
    [deal] = await exported(platform)
    customer = str(deal["customer"])

    # can it be kept?
    shown = await platform.command(f"handoff {customer}")
    assert shown.view == "handoff"
    shown = await platform.click(shown, "call.edit_list")
    shown = await platform.click(shown, "feasibility.ask")
    assert shown.view == "feasibilityask"
    await platform.submit(shown, {"receiver": colleague})
    question = await platform.message(wording("feasibility.question", customer=customer), colleague)
    form = await platform.click(question, "feasibility.at_risk", who=colleague)
    assert form.view == "feasibilitydoubt"
    await platform.submit(form, {"reason": "needs the new firmware"}, who=colleague)
    doubt = await platform.message("needs the new firmware")
    kept = await platform.click(doubt, "feasibility.keep")
    assert kept is NOTHING or wording("feasibility.kept") in kept.text

    # the handoff, from behind the card's "…"
    card = await platform.message(wording("card.title_recapped", customer=customer))
    shown = await platform.click(card, "handoff.show")
    assert "needs the new firmware" in shown.text
    await platform.submit(shown, {"receiver": colleague})
    offer = await platform.message(wording("handoff.offer_title", customer=customer), colleague)
    page = await platform.click(offer, "handoff.take", who=colleague)
    assert page.view == "handoffread"
    while page.view == "handoffread":
        fields = page.fields or {}
        page = await platform.submit(
            page, {name: "we will do that for them" for name in fields if name.startswith("words_")}, who=colleague
        )
    offer = await platform.message(wording("handoff.offer_title", customer=customer), colleague)
    await platform.click(offer, "handoff.introduced", who=colleague)

    [deal] = await exported(platform)
    [handoff] = deal["handoffs"]  # type: ignore[misc, attr-defined]
    assert handoff["state"] == "taken"
    assert handoff["introduced_at"] is not None
    assert {each["said"] for each in handoff["read_back"]} == {"confirmed"}
    [asked] = deal["feasibility"]  # type: ignore[misc, attr-defined]
    assert (asked["answer"], asked["reason"]) == ("at_risk", "needs the new firmware")
    assert deal["stage"] == "delivering"
