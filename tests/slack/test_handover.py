"""Deals change hands on Slack: the command, the form, and what each of the two sees."""

from __future__ import annotations

from bot.ui.ids import ActionId
from tests.sandbox.user_driver import ADA, BRUNO
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording


async def test_a_rep_hands_their_deals_to_a_colleague(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card(fixed_part("card.title_open"))

    await office.command("/firstcall handover", who=BRUNO)
    assert (await office.view(BRUNO))["callback_id"] == "handover"
    await office.submit(BRUNO, taker=ADA)
    assert wording("refusal.no_deals") in str(await office.views(BRUNO))

    await office.command("/firstcall handover northwind")
    await office.submit(taker=ADA)
    await office.submit(taker=BRUNO)

    received = fixed_part("handover.say")
    told = await office.until(lambda found: any(received in str(m) for m in found), lambda: office.dm(BRUNO))
    assert any("Northwind Dental" in str(m) for m in told)
    card = await office.until(
        lambda found: any(ActionId.CARD_GO_ON in str(m.get("blocks")) for m in found), lambda: office.dm(BRUNO)
    )
    assert card
    assert ActionId.CARD_GO_ON not in str([m.get("blocks") for m in await office.dm()])
