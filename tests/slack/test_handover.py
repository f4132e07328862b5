"""Deals change hands on Slack: the command, the form, and what each of the two sees."""

from __future__ import annotations

from datetime import timedelta

from bot.ui.ids import ActionId
from tests.sandbox.user_driver import ADA, BRUNO
from tests.slack.slack_driver import Office
from tests.slack.test_channels import EMEA, question
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


async def test_the_deals_of_a_deactivated_user_are_handed_over_by_who_manages_the_wins(office: Office) -> None:
    await office.people.post("join", as_=BRUNO, channel=EMEA)
    await office.people.post("invite", as_=BRUNO, channel=EMEA)
    await office.tap(await question(office, EMEA, BRUNO), ActionId.CHANNEL_WINS, BRUNO)
    await office.monday_morning(after=timedelta(0))
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card(fixed_part("card.title_open"))

    user = {"id": ADA, "deleted": True, "profile": {}, "is_bot": False}
    office.sandbox.state.events.publish({"type": "user_change", "user": user, "event_ts": "1999999999.1"})
    await office.people.idle()
    await office.later(timedelta(hours=8))  # it waits for the manager's working hours
    asked = await office.card(fixed_part("handover.left"), who=BRUNO)
    assert "Northwind Dental" in str(asked["blocks"])

    await office.tap(asked, ActionId.HANDOVER_TO, BRUNO, value={"selected_user": BRUNO})
    card = await office.card(fixed_part("card.title_open"), who=BRUNO)
    assert ActionId.CARD_GO_ON in str(card["blocks"])
