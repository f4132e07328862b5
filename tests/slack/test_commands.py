"""The slash command over real HTTP: what is next, ambiguous names, and typos."""

from __future__ import annotations

from bot.ui.ids import ActionId
from tests.sandbox.user_driver import BRUNO
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording


async def test_next_opens_the_most_urgent_deal(office: Office) -> None:
    assert wording("next.nothing") in await office.command("/firstcall next")
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")

    await office.command("/firstcall next")

    view = await office.view()
    assert (view["callback_id"], "Northwind Dental" in str(view["blocks"])) == ("checklist", True)
    await office.capture("Weekly call", "")
    await office.people.post("views/close", as_="U0ADAKEMP", view_id=view["id"])
    await office.command("/firstcall next")
    assert "“Weekly call”" in str((await office.view())["blocks"])
    assert wording("next.nothing") in await office.command("/firstcall next", who=BRUNO)


async def test_a_typo_is_asked_about_and_not_run(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")

    asked = await office.command("/firstcall shwo northwind")
    assert wording("help.meant", typed="shwo") in asked
    assert "'value': 'show northwind'" in asked
    mrkdwn, _, _buttons = (await office.command("/firstcall cal <!channel>")).partition("'type': 'actions'")
    assert "<!channel>" not in mrkdwn
    assert fixed_part("help.unknown") in await office.command("/firstcall yodel")
    assert await office.views() == []


async def test_an_ambiguous_name_leads_to_a_choice(office: Office) -> None:
    for name in ("Northwind Dental", "Northwind Freight", "Harbor Point Hotels"):
        await office.post(f"Just closed {name}! $45k ARR")
    await office.dms(3)

    for verb, tap in (("show", ActionId.CARD_RECORD), ("call", ActionId.CARD_GO_ON), ("next", ActionId.CARD_GO_ON)):
        answer = await office.command(f"/firstcall {verb} northw")
        assert answer.count(tap) == 2, answer
    listed = await office.command("/firstcall list northw")
    assert ("Northwind Freight" in listed, "Harbor" in listed) == (True, False)
    assert fixed_part("refusal.nothing_fits") in await office.command("/firstcall list fabrikam")


async def test_the_first_card_introduces_the_bot(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    assert wording("card.introduction") in str(await office.card("Northwind Dental"))
    await office.post("Just closed Harbor Point Hotels! $45k ARR")
    assert wording("card.introduction") not in str(await office.card("Harbor Point Hotels"))


async def test_a_reminder_is_snoozed_to_a_typed_time(office: Office) -> None:
    assert wording("refusal.nothing_to_snooze") in await office.command("/firstcall snooze tomorrow 10")
    for name in ("Northwind Dental", "Harbor Point Hotels"):
        await office.post(f"Just closed {name}! $45k ARR")
    await office.dms(2)

    assert fixed_part("snooze.done") in await office.command("/firstcall snooze northw tomorrow 10")
    assert wording("refusal.when_unreadable") not in await office.command("/firstcall snooze harbor")
    assert (await office.view())["callback_id"] == "snooze"
    assert (await office.command("/firstcall snooze tomorrow 10")).count(ActionId.COMMAND_RUN) == 2
    assert wording("refusal.when_past") in await office.command("/firstcall snooze northwind 2 January 2020 10:00")


async def test_a_guest_of_the_workspace_is_not_shown_the_teams_wins(office: Office) -> None:
    office.sandbox.state.workspace.people[BRUNO].is_guest = True
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")

    for asked in ("team", "summary here"):
        answer = await office.command(f"/firstcall {asked}", who=BRUNO)
        assert wording("refusal.colleagues_only") in answer
        assert "Northwind" not in answer


async def test_team_and_settings_are_shown(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")

    team = await office.command("/firstcall team", who=BRUNO)
    assert wording("team.this_week") in team
    assert "Northwind Dental" in team
    settings = await office.command("/firstcall settings")
    assert wording("settings.keep_none") in settings
    assert ActionId.REMINDERS_CHANGE in settings
