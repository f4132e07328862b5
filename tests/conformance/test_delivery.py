"""Delivery on board, from the rep's question to the deal that was taken, on every platform (M8.2, M8.3, M10.1)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.ports.affiliation import Affiliation
from storage.models import DeliveryContact, Tenant
from storage.tenancy import ALL_TENANTS
from tests.conformance.invented_platform import BEN, PhoneBook, invented_platform
from tests.conformance.platform import NOTHING, PlatformUnderTest, exported
from tests.conformance.test_same_call import play
from tests.wording import wording

AT_ANY_HOUR = {"hours": "00:00-23:59", "days": "mon tue wed thu fri sat sun", "holidays": "none"}


def work_at_any_hour(session: Session) -> None:
    """Everybody works whenever this test runs: delivery is written to in its working hours."""
    session.execute(update(Tenant).values(cadence={"person": AT_ANY_HOUR}))


async def test_m8_2_m8_3_m10_1_m10_6_delivery_doubts_a_promise_and_then_takes_the_deal(
    platform: PlatformUnderTest,
) -> None:
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


class Guests(PhoneBook):
    """The colleague is only a guest of the workspace."""

    async def affiliation(self, user_id: str, home: str | None = None) -> Affiliation:
        return Affiliation.GUEST if user_id == BEN else Affiliation.COLLEAGUE


async def test_a_guest_neither_gets_a_deal_nor_takes_one(database_url: str) -> None:
    async with invented_platform(database_url) as platform:
        await platform.database.write(work_at_any_hour)
        await play(platform)
        [deal] = await exported(platform)
        form = await platform.command(f"handoff {deal['customer']}")
        await platform.submit(form, {"receiver": platform.colleague})
        offer = await platform.message(wording("handoff.offer_title", customer=deal["customer"]), platform.colleague)

        platform.context = replace(platform.context, directory=Guests())
        for action in ("handoff.take", "handoff.send_back", "handoff.introduced", "handoff.kickoff"):
            refused = await platform.click(offer, action, who=platform.colleague)
            assert refused.text == wording("refusal.colleagues_only")
        refused = await platform.submit(form, {"receiver": platform.colleague})
        assert refused.text == wording("handoff.receiver_missing")


async def test_a_channel_is_asked_where_the_command_was_typed(platform: PlatformUnderTest) -> None:
    assert (await platform.command("delivery")).text.strip().endswith(wording("refusal.admins_only"))
    await platform.post("good morning, everybody")
    nobodys = await platform.command("delivery", in_channel=True)
    assert nobodys.text.strip().endswith(wording("refusal.admins_only"))
    await platform.click(await platform.command("channel", in_channel=True), "channel.wins")
    form = await platform.click(await platform.command("delivery", in_channel=True), "delivery.add")
    assert form.view == "delivery"
    await platform.submit(form, {"where": "here", "product": "seats"})
    [rule] = await platform.database.read(rules)
    assert rule.channel
    assert (rule.person_id, rule.product) == (None, "seats")


def rules(session: Session) -> list[DeliveryContact]:
    """Every rule about who delivers."""
    return list(session.scalars(select(DeliveryContact), execution_options={ALL_TENANTS: True}))


async def test_delivery_settles_what_it_keeps_and_the_rep_sees_who_said_so(platform: PlatformUnderTest) -> None:
    """M8.3, M7.1."""
    colleague = platform.colleague
    await platform.introduce(colleague)
    await platform.database.write(work_at_any_hour)
    await play(platform)
    [deal] = await exported(platform)
    customer = str(deal["customer"])
    form = await platform.command(f"handoff {customer}")
    listed = await platform.click(form, "call.edit_list")
    details = await platform.click(listed, "list.details")
    await platform.submit(details, {"owner": "delivery"})
    form = await platform.command(f"handoff {customer}")
    await platform.submit(form, {"receiver": colleague})
    offer = await platform.message(wording("handoff.offer_title", customer=customer), colleague)
    page = await platform.click(offer, "handoff.take", who=colleague)
    while page.view == "handoffread":
        words = {name: "we will do that for them" for name in page.fields or {} if name.startswith("words_")}
        page = await platform.submit(page, words, who=colleague)
    taken = wording("handoff.offer_taken", introduced=False, kickoff="")

    offer = await platform.message(taken, colleague)
    board = await platform.click(offer, "promises.open", who=colleague)
    assert board.view == "promises"
    assert "promises.complete" not in dict(board.clickable)
    form = await platform.click(board, "promises.renegotiate", who=colleague)
    assert form.view == "promiserenegotiate"
    await platform.submit(form, {"reason": "the firmware is late"}, who=colleague)
    await platform.message("the firmware is late")
    offer = await platform.message(taken, colleague)
    board = await platform.click(offer, "promises.open", who=colleague)
    await platform.click(board, "promises.missed", who=colleague)
    told = await platform.message("says we missed")
    assert {"card.challenge", "promises.open"} <= set(dict(told.clickable))
    own = await platform.click(told, "promises.open")
    assert "says so" in own.text
    form = await platform.click(own, "promises.note")
    own = await platform.submit(form, {"text": "Kim knows the way", "colleague": colleague})
    assert "Kim knows the way" in own.text
    note = await platform.message("Kim knows the way", colleague)
    assert (await platform.click(note, "promises.open", who=colleague)).view == "promises"
    [deal] = await exported(platform)
    assert [each["text"] for made in deal["statements"] for each in made["notes"]] == ["Kim knows the way"]  # type: ignore[attr-defined]


async def test_a_posted_brief_is_pinned_where_a_bot_can(platform: PlatformUnderTest) -> None:
    await play(platform)
    await platform.database.write(work_at_any_hour)
    [deal] = await exported(platform)
    offered = await platform.command(f"handoff {deal['customer']}", in_channel=True)
    posted = await platform.click(offered, "handoff.post")
    if "handoff.pin" in dict(posted.clickable):
        pinned = await platform.click(posted, "handoff.pin")
        while "handoff.pin" in dict(pinned.clickable):  # the worker has not posted it yet
            pinned = await platform.click(pinned, "handoff.pin")
        assert wording("pin.done", customer=deal["customer"]) in pinned.text
