"""The words of the command over real HTTP: what is next, those that fit, and a typo."""

from __future__ import annotations

from bot.routes import Tap
from tests.sandbox.people import BRUNO
from tests.slack.office import Office


async def test_what_is_most_urgent_is_opened(office: Office) -> None:
    assert "Nothing waits for you" in await office.command("/firstcall next")
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")

    await office.command("/firstcall next")

    view = await office.view()
    assert (view["callback_id"], "Northwind Dental" in str(view["blocks"])) == ("checklist", True)
    await office.capture("Weekly call", "")
    await office.people.post("views/close", as_="U0ADAKEMP", view_id=view["id"])
    await office.command("/firstcall next")
    assert "“Weekly call”" in str((await office.view())["blocks"])
    assert "Nothing waits for you" in await office.command("/firstcall next", who=BRUNO)


async def test_a_typo_is_asked_about_and_not_obeyed(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")

    assert "Did you mean /firstcall show northwind?" in await office.command("/firstcall shwo northwind")
    assert "<!channel>" not in await office.command("/firstcall cal <!channel>")
    assert "Here is what I can do" in await office.command("/firstcall dance")
    assert await office.views() == []


async def test_a_part_of_a_name_that_several_have_leads_to_a_choice(office: Office) -> None:
    for name in ("Northwind Dental", "Northwind Freight", "Harbor Point Hotels"):
        await office.post(f"Just closed {name}! $45k ARR")
    await office.dms(3)

    for verb, tap in (("show", Tap.CARD_RECORD), ("call", Tap.CARD_GO_ON), ("next", Tap.CARD_GO_ON)):
        answer = await office.command(f"/firstcall {verb} northw")
        assert answer.count(tap) == 2, answer
    listed = await office.command("/firstcall list northw")
    assert ("Northwind Freight" in listed, "Harbor" in listed) == (True, False)
    assert "None of your deals fits" in await office.command("/firstcall list fabrikam")


async def test_the_first_card_introduces_us(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    assert "your manager and your team see the wins of the week" in str(await office.card("Northwind Dental"))
    await office.post("Just closed Harbor Point Hotels! $45k ARR")
    assert "your manager" not in str(await office.card("Harbor Point Hotels"))
