"""Undelivered messages on Teams: shown to the admins in the settings, with working buttons, and to nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.settings import Settings
from bot.teams import adaptive_cards
from bot.views import home as home_view
from handlers.home.overview import DEALS_SHOWN
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.reminders.undelivered import SHOWN
from handlers.requests import Caller
from sandbox.teams.chats import ADA, BRUNO, CARLA, Person
from sandbox.teams.faults import Fault
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.repo import test_surfaces
from tests.teams.card_driver import CardDriver
from tests.teams.teams_driver import PATIENCE, TENANT, WINS, Company, until
from tests.teams.test_activity_handler import card, invoke, last, mention, press, say
from tests.teams.test_adaptive_cards import OPTIONS, TEXTS
from tests.teams.test_conversation_references import tenant_state
from tests.wording import fixed_part, wording

BY_NAME = "ADA.KEMP@Brightside.onmicrosoft.example"
MAIL = "ada@brightside.example"
BLOCKED = "ConversationBlockedByUser"


@pytest.fixture
def admins() -> str | None:
    """The default of TEAMS_ADMINS; a test may override it."""
    return f"00000000-0000-4000-8000-0000000000ff, {ADA.person.upper()}"


@pytest.fixture
def settings(settings: Settings, admins: str | None) -> Settings:
    return settings.model_copy(update={"teams_admins": admins})


def card_rows(session: Session) -> list[tuple[str, str | None]]:
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.kind == "card").order_by(OutboxRow.id),
        execution_options={ALL_TENANTS: True},
    )
    return [(row.state, row.reason) for row in rows]


async def settled(company: Company, *states: str) -> list[str | None]:
    """Wait until the deals' cards are in these states; returns their reasons."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await company.bot.database.read(card_rows)
            if [state for state, _ in found] == list(states):
                return [reason for _, reason in found]
            await asyncio.sleep(0.02)


async def report_deal(company: Company, who: Person, customer: str = "Harbor Bakery") -> None:
    """A person reports a deal outside of Teams, so that only the bot writes there."""
    report = DealReported(Caller("teams", TENANT, who.person, f"told:{customer}"), customer, None, None)
    await company.bot.database.write(reported_deal.record_reported, report, company.bot.clock.now())
    company.bot.scheduler.wake()


async def refused(company: Company, reason: str = BLOCKED) -> None:
    """Teams refuses Bruno's card."""
    await say(company, "hello", BRUNO)
    company.chat(BRUNO).blocked = reason
    await report_deal(company, BRUNO)
    assert await settled(company, "dead") == [reason]


async def test_an_admin_sees_undelivered_messages_and_retries_them(company: Company) -> None:
    await refused(company)
    shown = await say(company, "home")
    assert wording("undelivered.title") in shown.text
    assert wording("undelivered.card") in shown.text
    assert "Bruno Costa, " in shown.text
    assert BLOCKED in shown.text
    assert "Harbor" not in str(shown.content)

    again = await press(company, shown, wording("undelivered.retry"))
    assert wording("undelivered.title") not in again.text
    await settled(company, "dead")
    shown = await say(company, "home")
    company.chat(BRUNO).blocked = None
    again = await press(company, shown, wording("undelivered.retry"))
    assert BLOCKED not in again.text
    await card(company, wording("card.title_open", customer="Harbor Bakery"), BRUNO)
    await settled(company, "sent")


async def test_an_admin_discards_a_message(company: Company) -> None:
    await refused(company)
    shown = await say(company, "home")
    number = list(company.chat().messages)[-1]
    after = await press(company, shown, wording("undelivered.cancel"), reply_to=number)
    assert wording("undelivered.title") not in after.text
    assert await settled(company, "cancelled") == [f"given up by {ADA.person}"]
    await until(lambda: company.chat().updates == 1)
    assert wording("undelivered.title") not in last(company).text


async def test_only_admins_see_undelivered_messages_and_can_use_their_buttons(company: Company) -> None:
    await refused(company)
    shown = await say(company, "home")
    assert wording("undelivered.title") not in (await say(company, "home", CARLA)).text
    for title in (wording("undelivered.retry"), wording("undelivered.cancel")):
        value = {"action": {"type": "Action.Execute", "data": shown.pressed(title)}}
        answer = await invoke(company, "adaptiveCard/action", value, CARLA)
        assert answer["type"] == "application/vnd.microsoft.activity.message"
        assert answer["value"] == wording("refusal.admins_only")
    assert await settled(company, "dead") == [BLOCKED]


async def test_home_requested_in_a_channel_is_answered_in_the_personal_chat(company: Company) -> None:
    await refused(company)
    await say(company, "hello")
    await company.post(company.activity(**mention("home")))
    await until(lambda: wording("undelivered.title") in last(company).text)
    assert BLOCKED not in str(company.teams.chats.all[WINS].messages)


def looked_up(company: Company) -> list[str]:
    """Who was looked up, but for Bruno: a refused message is a reason to ask whether his account still exists."""
    return [path for _, path in company.teams.requests if "/members/" in path and BRUNO.user not in path]


ONCE_EACH = [f"/emea/v3/conversations/a:1{who.user[3:]}/members/{who.user}" for who in (ADA, CARLA)]
"""Everybody is looked up once, to know whether they belong to the company. Whether they are an admin needs no more."""


async def test_an_object_id_needs_no_look_up(company: Company) -> None:
    await refused(company)
    assert BLOCKED in (await say(company, "home")).text
    assert BLOCKED not in (await say(company, "home", CARLA)).text
    assert looked_up(company) == ONCE_EACH


@pytest.mark.parametrize("admins", [BY_NAME])
async def test_an_admin_is_recognized_by_user_principal_name(company: Company) -> None:
    await refused(company)
    for _ in range(2):
        shown = await say(company, "home")
        assert BLOCKED in shown.text
        assert BLOCKED not in (await say(company, "home", CARLA)).text
    assert looked_up(company) == ONCE_EACH
    await press(company, shown, wording("undelivered.cancel"))
    await settled(company, "cancelled")


@pytest.mark.parametrize("admins", [BY_NAME])
async def test_a_failed_look_up_makes_nobody_an_admin(company: Company) -> None:
    await refused(company)
    company.teams.faults.add(Fault(503, path="/members/"))
    await company.post(company.activity(text="home"))
    await until(lambda: company.said() == [wording("refusal.identity_unknown")])
    assert BLOCKED in (await say(company, "home")).text


@pytest.mark.parametrize("admins", [None, " , ", MAIL, BRUNO.person, "kemp@brightside.onmicrosoft.example"])
async def test_a_person_who_is_not_listed_is_not_an_admin(company: Company) -> None:
    await refused(company)
    assert BLOCKED not in (await say(company, "home")).text


def test_a_full_overview_has_room_for_all_undelivered_messages() -> None:
    deals = test_surfaces.in_hand()
    full = replace(deals, deals=(deals.deals * SHOWN)[:DEALS_SHOWN])
    screen = test_surfaces.UNDELIVERED
    overview = home_view.render(
        test_surfaces.a_home(full), TEXTS, replace(screen, messages=(screen.messages * SHOWN)[:SHOWN])
    )
    titles = CardDriver(adaptive_cards.message_card(overview, OPTIONS)).titles
    assert [
        titles.count(each)
        for each in (wording("undelivered.retry"), wording("undelivered.cancel"), wording("undelivered.unblock"))
    ] == [SHOWN, SHOWN, 1]


# --- when everything is refused ---


async def switched_off(company: Company) -> CardDriver:
    """An administrator blocks the app while Ada has her overview open; it lists Bruno's card."""
    await refused(company)
    shown = await say(company, "home")
    company.chat().blocked = "BotDisabledByAdmin"
    await report_deal(company, ADA, "Kestrel Foods")
    async with asyncio.timeout(PATIENCE):
        while (await company.bot.database.read(tenant_state))[0] != "BotDisabledByAdmin":
            await asyncio.sleep(0.02)
    await settled(company, "dead", "queued")
    return shown


async def test_an_admin_sees_a_blocked_tenant_and_resumes_sending(company: Company) -> None:
    shown = await switched_off(company)
    shown = await press(company, shown, wording("undelivered.cancel"))
    assert wording("undelivered.blocked", reason="BotDisabledByAdmin") in shown.text
    value = {"action": {"type": "Action.Execute", "data": shown.pressed(wording("undelivered.unblock"))}}
    answer = await invoke(company, "adaptiveCard/action", value, CARLA)
    assert answer["value"] == wording("refusal.admins_only")
    assert (await company.bot.database.read(tenant_state))[0] == "BotDisabledByAdmin"

    company.chat().blocked = None
    shown = await press(company, shown, wording("undelivered.unblock"))
    assert fixed_part("undelivered.blocked") not in shown.text
    assert (await company.bot.database.read(tenant_state))[0] is None
    await card(company, wording("card.title_open", customer="Kestrel Foods"))


async def test_the_first_message_of_anyone_resumes_sending(company: Company) -> None:
    await switched_off(company)
    company.chat().blocked = None
    await report_deal(company, CARLA, "Contoso")
    await settled(company, "dead", "queued", "queued")

    await say(company, "hello", CARLA)

    await card(company, wording("card.title_open", customer="Contoso"), CARLA)
    assert (await company.bot.database.read(tenant_state))[0] is None
    assert fixed_part("undelivered.blocked") not in (await say(company, "home")).text
    await card(company, wording("card.title_open", customer="Kestrel Foods"))  # what was refused meanwhile


async def test_a_message_of_a_recent_sender_resumes_sending_too(company: Company) -> None:
    await switched_off(company)
    company.chat().blocked = None
    assert fixed_part("undelivered.blocked") not in (await say(company, "home")).text
    assert (await company.bot.database.read(tenant_state))[0] is None
