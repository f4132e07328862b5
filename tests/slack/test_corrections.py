"""The rep corrects a detected deal in one form; a new owner gets the card, and the old card becomes one line."""

from __future__ import annotations

from bot.ui.ids import ActionId
from tests.sandbox.user_driver import ADA, BOT, BRUNO
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

YOU_CLOSED = wording("card.title_open", customer="Northwind Clinics")


async def test_customer_amount_and_owner_in_one_step(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    card = await office.card("Northwind Dental")
    buttons = [
        each["text"]["text"] for block in card["blocks"] for each in block.get("elements", ()) if "value" in each
    ]
    assert buttons == [
        wording("card.start"),
        wording("card.schedule"),
        wording("card.brief"),
    ]

    await office.tap(card, ActionId.CARD_FIX)
    await office.submit(customer="Northwind Clinics", amount="€48k")
    assert await office.views() == []
    card = await office.card(YOU_CLOSED)
    assert "€48,000" in str(card["blocks"])

    await office.tap(card, ActionId.CARD_FIX)
    await office.submit(owner=BRUNO)
    assert "€48,000" in str((await office.card(YOU_CLOSED, who=BRUNO))["blocks"])
    old = await office.card(fixed_part("handed.line"))
    assert (old["ts"], f"<@{BRUNO}>" in old["text"]) == (card["ts"], True)
    assert not any(block["type"] == "actions" for block in old["blocks"])
    assert len(await office.dm()) == len(await office.dm(BRUNO)) == 1
    (deal,) = await office.export()
    assert (deal["customer"], deal["rep"]["id"]) == ("Northwind Clinics", BRUNO)
    assert [entry["action"] for entry in deal["timeline"]] == ["heard", "fixed", "handed_over"]


async def test_an_unreadable_value_has_an_error_below_its_field(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_FIX)

    assert wording("refusal.amount_unreadable") in (await office.submit(amount="a lot"))["errors"]["amount"]
    assert wording("refusal.owner_missing") in (await office.submit(owner=BOT))["errors"]["owner"]

    (deal,) = await office.export()
    assert deal["rep"]["id"] == ADA
