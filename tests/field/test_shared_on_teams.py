"""Guests, people of other tenants, and shared channels on Teams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.app import running as bot_running
from sandbox.teams.chats import ADA, BRUNO, CARLA, Person
from sandbox.teams.faults import Fault
from sandbox.teams.server import TeamsSandbox
from sandbox.teams.server import running as teams_running
from storage.models import OutboxRow
from tests.plain_tracebacks import plain_tracebacks
from tests.running_bot import APP_ID, PASSWORD, TENANT, teams_settings
from tests.teams.listening_bot import deals
from tests.teams.teams_driver import BOT, TEAM, WINS, Company, Json, until
from tests.teams.test_messages import kept, rows
from tests.wording import fixed_part, wording

__all__ = ["plain_tracebacks"]

ELSEWHERE = "00000000-1111-4222-8333-444444444444"
GRETA = Person("Greta Moe", "29:greta", "00000000-0000-4000-8000-0000000000e5", is_guest=True)
TOM = Person("Tom Quill", "29:tom", "00000000-0000-4000-8000-0000000000f6", tenant=ELSEWHERE)
OUTSIDERS = pytest.mark.parametrize("who", [GRETA, TOM], ids=["a guest", "of another tenant"])
TEXT = "Just closed Northwind Dental! $45k ARR"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsSandbox]:
    """A Bot Connector with one team; two people of other companies are in its channel."""
    async with teams_running(APP_ID, PASSWORD, TENANT) as sandbox:
        sandbox.chats.add_channel(TEAM, WINS, "wins", ADA, BRUNO, CARLA, GRETA, TOM)
        sandbox.chats.people += [GRETA, TOM]
        yield sandbox


@pytest.fixture
async def company(database_url: str, teams: TeamsSandbox) -> AsyncIterator[Company]:
    """A company whose admin is Carla."""
    settings = teams_settings(database_url, teams).model_copy(update={"teams_admins": CARLA.person})
    async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
        yield Company(bot, teams, http)


def mentioned(company: Company, text: str, who: Person, **more: Any) -> Json:
    """A message in the channel that mentions the bot."""
    entity = {"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": BOT, "name": "FirstCall"}}
    return company.activity(who=who, channel=WINS, text=f"<at>FirstCall</at> {text}", entities=[entity], **more)


def in_channel(company: Company) -> str:
    return str(list(company.teams.chats.all[WINS].messages.values()))


def shared(name: str = "type") -> Json:
    """The channel of an activity, as Teams describes a shared one."""
    return {"channel": {"id": WINS, "name": "wins", name: "shared"}, "team": {"id": TEAM}, "tenant": {"id": TENANT}}


@OUTSIDERS
@pytest.mark.reported("microsoft/Agents#179", "MicrosoftDocs/msteams-docs#13206")
async def test_a_win_of_another_companys_person_is_not_ours(company: Company, who: Person) -> None:
    before = await rows(company)

    assert await company.post(company.activity(who=who, channel=WINS, text=TEXT)) == (200, None)

    assert await rows(company) == before


@OUTSIDERS
@pytest.mark.reported("MicrosoftDocs/OfficeDocs-SkypeForBusiness#9029")
@pytest.mark.parametrize("typed", ["won Contoso $5k", "list", "team", "settings", "home", "channel", "help", TEXT])
async def test_whatever_another_companys_person_types_is_refused_politely(
    company: Company, who: Person, typed: str
) -> None:
    before = await rows(company)

    await company.post(company.activity(who=who, text=typed))
    await until(lambda: company.said(who) == [wording("refusal.colleagues_only")])
    await company.post(mentioned(company, typed, who))
    await until(lambda: wording("refusal.colleagues_only") in in_channel(company))

    assert await rows(company) == before


@OUTSIDERS
@pytest.mark.reported("MicrosoftDocs/OfficeDocs-SkypeForBusiness#9029")
async def test_the_message_extension_opens_no_form_for_another_companys_person(company: Company, who: Person) -> None:
    before = await rows(company)
    value = {"commandId": "closedDeal", "data": {"customer": "Contoso", "amount": ""}, "messagePayload": {}}

    for name in ("composeExtension/fetchTask", "composeExtension/submitAction"):
        _, answer = await company.post(company.activity("invoke", who, channel=WINS, name=name, value=value))
        assert wording("refusal.colleagues_only") in str(answer)

    assert await rows(company) == before


@pytest.mark.reported("MicrosoftDocs/OfficeDocs-SkypeForBusiness#9029")
async def test_a_guest_who_installs_the_app_for_themselves_does_not_become_known(company: Company) -> None:
    before = await rows(company)

    await company.post(company.activity("installationUpdate", GRETA, action="add"))

    assert await rows(company) == before


@pytest.mark.reported("microsoft/teams.net#100")
async def test_a_guest_who_adds_the_app_to_a_team_sets_nothing(company: Company) -> None:
    await company.post(company.activity("installationUpdate", GRETA, channel=WINS, action="add"))

    assert company.said(GRETA) == []
    assert await deals(company) == []


@pytest.mark.reported("PostHog/posthog#64804")
async def test_somebody_who_cannot_be_looked_up_is_asked_to_try_again(company: Company) -> None:
    before = await rows(company)
    company.teams.faults.add(Fault(503, path="/members/"))

    await company.post(company.activity(who=TOM, text="team"))

    await until(lambda: company.said(TOM) == [wording("refusal.identity_unknown")])
    assert await rows(company) == before


@pytest.mark.reported("microsoft/teams.net#100", "microsoft/Agents-for-python#71")
@pytest.mark.parametrize("name", ["type", "channelType", "membershipType"])
async def test_a_shared_channel_is_no_wins_channel_by_its_name(company: Company, name: str) -> None:
    await company.post(company.activity(channel=WINS, text="Kestrel in, 45k", channelData=shared(name)))
    await company.post(company.activity(channel=WINS, text=TEXT, channelData=shared(name)))

    assert [deal["customer"] for deal in await deals(company)] == ["Northwind Dental"]
    assert await kept(company, OutboxRow.id, OutboxRow.kind == "summary") == []


@pytest.mark.reported("MicrosoftDocs/msteams-docs#13206", "PostHog/posthog#61571")
@pytest.mark.parametrize("data", [{}, shared()], ids=["with guests", "a shared one"])
@pytest.mark.parametrize("typed", ["summary here", "channel"])
async def test_only_an_admin_is_asked_about_wins_where_others_read(company: Company, typed: str, data: Json) -> None:
    await company.post(mentioned(company, typed, ADA, channelData=data))
    seen = in_channel(company) + str(list(company.chat(ADA).messages.values()))
    assert fixed_part("channel.shared_note") in seen
    assert wording("channel.external_wins") not in seen

    await company.post(mentioned(company, typed, CARLA, channelData=data))
    private = str(list(company.chat(CARLA).messages.values()))
    assert wording("channel.external_wins") in (private if data else in_channel(company))
    assert (wording("channel.external_wins") in in_channel(company)) is (not data)
    assert await kept(company, OutboxRow.id, OutboxRow.kind == "summary") == []


@pytest.mark.reported("microsoft/Agents#179", "microsoft/botbuilder-dotnet#6427")
@pytest.mark.parametrize(("tenant", "asked"), [(ELSEWHERE, True), (TENANT, False)], ids=["foreign", "our own"])
async def test_an_admin_is_asked_when_a_wins_channel_is_shared(company: Company, tenant: str, asked: bool) -> None:
    await company.post(company.activity(who=CARLA, text="help"))
    await company.post(company.activity(channel=WINS, text=TEXT, channelData={"channel": {"id": WINS, "name": "wins"}}))
    with_team = {"sharedWithTeams": [{"id": "19:their@thread.tacv2", "tenantId": tenant}]}
    data = {**shared(), "eventType": "channelShared", **with_team}

    await company.post(company.activity("conversationUpdate", channel=WINS, channelData=data))

    if asked:
        await until(lambda: fixed_part("channel.shared_became") in str(list(company.chat(CARLA).messages.values())))
    assert bool(await kept(company, OutboxRow.id, OutboxRow.kind == "shared_channel")) is asked
