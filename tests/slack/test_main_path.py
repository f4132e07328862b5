"""From the message to the last confirmation, over real HTTP with real signatures, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.ui.ids import ActionId
from handlers.call.wrap_up import ALL_OBJECTIVES
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

pytestmark = pytest.mark.both_databases

OBJECTIVES = [ALL_OBJECTIVES]


async def read_back_all(office: Office) -> None:
    while (await office.view())["callback_id"] == "readback":
        await office.tap_in_view(ActionId.READ_AGREED)


async def test_from_the_post_to_the_recap(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    card = await office.card("Northwind Dental")
    assert wording("card.title_open", customer="Northwind Dental") in card["text"]

    await office.tap(card, ActionId.CARD_GO_ON)
    await office.capture(
        "A call every Friday\nProblems told within 4 hours\nNo invoice before go-live", "Fast check-in\nNo lost letters"
    )
    await office.tap_in_view(ActionId.READ_AGREED)
    await office.tap_in_view(ActionId.READ_CORRECTED)
    await office.submit(wording="Problems told within 2 hours, by phone")
    again = await office.view()
    assert "Problems told within 2 hours, by phone" in str(again["blocks"])
    await read_back_all(office)

    assert (await office.view())["callback_id"] == "wrapup"
    await office.submit(objectives=OBJECTIVES, outcome=("agreed",), number="4")
    recap = await office.view()
    assert "problems told within two hours, by phone" in str(recap["blocks"])
    assert "four hours" not in str(recap["blocks"])
    await office.submit()
    assert await office.views() == []

    card = await office.card(fixed_part("card.title_recapped"))
    assert wording("card.referral_agreed", number=4) in str(card["blocks"])
    assert len(await office.dm()) == 1  # the one living card, updated in place

    (deal,) = await office.export()
    said = [(s["kind"], c["wording"], c["said"], c["said_by"]) for s in deal["statements"] for c in s["confirmations"]]
    assert said == [
        ("expectation", "A call every Friday", "agreed", "Dana Whitfield"),
        ("expectation", "Problems told within 4 hours", "corrected", "Dana Whitfield"),
        ("expectation", "Problems told within 2 hours, by phone", "agreed", "Dana Whitfield"),
        ("expectation", "No invoice before go-live", "agreed", "Dana Whitfield"),
        ("priority", "Fast check-in", "agreed", "Dana Whitfield"),
        ("priority", "No lost letters", "agreed", "Dana Whitfield"),
    ]


async def test_an_interrupted_call_continues_at_the_same_statement(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture("One\nTwo\nThree", "")
    await office.tap_in_view(ActionId.READ_AGREED)
    view = await office.view()
    await office.people.post("views/close", as_="U0ADAKEMP", view_id=view["id"])

    card = await office.card(wording("card.progress", settled=1, total=3))
    await office.tap(card, ActionId.CARD_GO_ON)
    assert "“Two”" in str((await office.view())["blocks"])


async def test_the_same_event_three_times_and_its_edit_make_one_deal_and_one_dm(office: Office) -> None:
    await office.people.post("faults", duplicate=2)
    message = await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("$45,000")
    await office.people.post(
        "messages/edit",
        as_="U0ADAKEMP",
        channel=message["channel"],
        ts=message["ts"],
        text="Just closed Northwind Dental! $54k ARR",
    )
    await office.card("$54,000")
    assert len(await office.dm()) == 1
    assert len(await office.export()) == 1


async def test_a_reminder_comes_when_the_call_was_not_made_and_a_summary_on_monday(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    await office.monday_morning(after=timedelta(days=3))
    await office.card(wording("reminder.title_2", customer="Northwind Dental"))
    posts = await office.until(
        lambda found: any(wording("summary.title") in m["text"] for m in found), lambda: office.people.reads("#wins")
    )
    summary = next(m for m in posts if wording("summary.title") in m["text"])
    assert "Northwind Dental" in str(summary["blocks"])


async def test_pointless_messages_do_not_stay_in_the_outbox(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_DISMISS)
    await office.card(wording("card.dismissed_note"))

    def rows(session: object) -> list[tuple[str, str]]:
        found = session.scalars(select(OutboxRow), execution_options={ALL_TENANTS: True})  # type: ignore[attr-defined]
        return [(row.kind, row.state) for row in found]

    states = await office.bot.database.read(rows)
    assert {state for kind, state in states if kind == "reminder"} == {"cancelled"}

    card = await office.card(wording("card.dismissed_note"))
    await office.tap(card, ActionId.CARD_STAND_BY)
    await office.card(fixed_part("card.title_open"))


async def test_several_deals_are_listed_chosen_and_shown_on_the_home_tab(office: Office) -> None:
    for name in ("Northwind Dental", "Northwind Freight", "Harbor Point Hotels"):
        await office.post(f"Just closed {name}! $45k ARR")
    await office.dms(3)
    listed = await office.command("/firstcall list")
    assert all(name in listed for name in ("Northwind Dental", "Northwind Freight", "Harbor Point Hotels"))
    assert fixed_part("choice.typed") in await office.command("/firstcall show northwind")
    await office.command("/firstcall call harbor")
    assert "Harbor Point Hotels" in str((await office.view())["blocks"])
    await office.people.post("home/open", as_="U0ADAKEMP")
    home = (await office.people.get("home", as_="U0ADAKEMP"))["view"]
    assert str(home["blocks"]).count(wording("card.start")) >= 3


async def test_not_a_deal_on_a_reminder_is_confirmed_in_place(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    await office.monday_morning(after=timedelta(days=3))
    reminder = await office.card(fixed_part("reminder.title_2"))
    assert not any(
        fixed_part("reminder.title_1") in m["text"] for m in await office.dm()
    )  # the two were due at once: one is enough
    await office.tap(reminder, ActionId.CARD_DISMISS)
    await office.until(
        lambda found: any(
            wording("card.title_dismissed", customer="Northwind Dental") in m["text"] and m.get("ephemeral_to")
            for m in found
        ),
        lambda: office.people.reads("U0FIRSTCAL"),
    )


async def test_a_summary_is_promised_only_where_it_can_be_posted(office: Office) -> None:
    assert fixed_part("refusal.not_in_channel") in await office.command(
        "/firstcall summary here", channel="#sales-emea"
    )
    assert "Europe/London" in await office.command("/firstcall summary here", channel="#general")
    assert fixed_part("settled.summary_off") in await office.command("/firstcall summary off", channel="#general")
    assert fixed_part("help.unknown") in await office.command("/firstcall summary soon", channel="#general")
