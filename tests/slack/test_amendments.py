"""A post is corrected, retracted or deleted before the call: the card follows, and only the rep is asked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ui.ids import ActionId
from storage.models import Sighting
from storage.tenancy import ALL_TENANTS
from tests.sandbox.user_driver import ADA, BRUNO, Json
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

YOU_CLOSED = wording("card.title_open", customer="Northwind Dental")
TAKEN_BACK = wording("card.title_retracted_own", customer="Northwind Dental")

WIN = "Just closed Northwind Dental! $45k ARR"


async def posted(office: Office) -> Json:
    """Ada's post, once she has its card."""
    message = await office.post(WIN)
    await office.card(YOU_CLOSED)
    return message


async def about(office: Office, call: str, message: Json, **more: Any) -> None:
    """Ada does something with her message."""
    await office.people.post(f"messages/{call}", as_=ADA, channel=message["channel"], ts=message["ts"], **more)
    await office.people.idle()


async def texts(office: Office) -> list[str]:
    """What is kept of messages."""

    def read(session: Session) -> list[str]:
        return list(session.scalars(select(Sighting.text), execution_options={ALL_TENANTS: True}))

    return await office.bot.database.read(read)


async def test_the_card_leads_to_the_message(office: Office) -> None:
    message = await posted(office)
    place = f"{message['channel']}/p{message['ts'].replace('.', '')}"

    card = await office.card(YOU_CLOSED)

    assert f"<{office.sandbox.url}/archives/{place}|{wording('card.the_message')}>" in str(card)
    (deal,) = await office.export()
    assert deal["heard_in"][0]["link"] == f"{office.sandbox.url}/archives/{place}"


async def test_a_deal_is_detected_without_a_permalink(office: Office) -> None:
    await office.people.post("faults", errors={"chat.getPermalink": {"error": "internal_error", "count": 1}})
    await posted(office)
    card = await office.card(YOU_CLOSED)
    assert wording("card.the_message") not in str(card)
    office.sandbox.state.log.clear()


@pytest.mark.parametrize("said", ["correction: 23k, not 45k", "typo, it's $23k"])
async def test_a_correction_overwrites_the_amount_on_the_card(office: Office, said: str) -> None:
    message = await posted(office)
    await office.post(said, thread_ts=message["ts"] if "typo" in said else None)

    card = await office.card("$23,000")
    assert "$45,000" not in str(card)
    assert len(await office.dm()) == 1
    (deal,) = await office.export()
    assert [entry["action"] for entry in deal["timeline"]] == ["heard", "amount_corrected"]


async def test_a_deleted_post_is_asked_about_and_dismissing_it_erases_the_text(office: Office) -> None:
    message = await posted(office)
    assert await texts(office) == [WIN]

    await about(office, "delete", message)
    card = await office.card(wording("card.title_deleted_own", customer="Northwind Dental"))
    assert len(await office.dm()) == 1
    await office.tap(card, ActionId.CARD_DISMISS)
    await office.card(wording("card.dismissed_note"))

    assert await texts(office) == [""]
    for channel in ("#wins", "#general"):
        assert [m for m in await office.people.reads(channel) if "Northwind" in str(m)] == []


async def test_a_deleted_post_with_replies_is_asked_about_and_can_remain_a_deal(office: Office) -> None:
    message = await posted(office)
    await office.post("Congrats!", who=BRUNO, thread_ts=message["ts"])

    await about(office, "delete", message)
    card = await office.card(fixed_part("card.title_deleted_own"))
    await office.tap(card, ActionId.CARD_STAND_BY)

    again = await office.card(YOU_CLOSED)
    assert wording("card.the_message") not in str(again)
    assert len(await office.dm()) == 1


@pytest.mark.parametrize("in_thread", [True, False])
async def test_a_retracted_post_is_asked_about(office: Office, in_thread: bool) -> None:
    message = await posted(office)
    await office.post("scratch that, they pulled out", thread_ts=message["ts"] if in_thread else None)

    card = await office.card(TAKEN_BACK)
    await office.tap(card, ActionId.CARD_STAND_BY)
    await office.card(fixed_part("card.title_open"))


async def test_a_post_edited_to_something_else_is_asked_about(office: Office) -> None:
    message = await posted(office)
    await about(office, "edit", message, text="Lunch at noon, anyone?")

    await office.card(TAKEN_BACK)
    assert await texts(office) == [WIN]


async def test_amendments_by_others_change_nothing(office: Office) -> None:
    message = await posted(office)
    await office.post("scratch that, they pulled out", who=BRUNO, thread_ts=message["ts"])
    await office.post("correction: 23k, not 45k", who=BRUNO)

    (deal,) = await office.export()
    assert [entry["action"] for entry in deal["timeline"]] == ["heard"]


async def test_a_message_shape_dismissed_twice_is_confirmed_first(office: Office) -> None:
    for customer in ("Northwind Dental", "Alder Freight"):
        await office.post(f"Just closed {customer}! $45k ARR")
        await office.tap(await office.card(wording("card.title_open", customer=customer)), ActionId.CARD_DISMISS)
        await office.card(wording("card.title_dismissed", customer=customer))

    await office.post("Just closed Contoso Foods! $45k ARR")
    await office.card(wording("card.title_sighted", customer="Contoso Foods"))
