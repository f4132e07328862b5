"""A team installs the bot: messages can be sent to all its channels, by name, and a failed list does no harm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ports.messenger import RefusedError
from bot.teams.connector.connector import Channel
from bot.teams.messenger import TeamsMessenger
from bot.teams.team_channels import BATCH_SIZE
from handlers.workspace.conversation_references import REMOVED
from sandbox.teams.chats import ADA, BRUNO, CARLA
from sandbox.teams.faults import Fault
from storage.models import Channel as ManagedChannel
from storage.models import ConversationReference
from storage.tenancy import ALL_TENANTS
from tests.teams.bare_endpoint import connector
from tests.teams.card_driver import CardDriver
from tests.teams.teams_driver import BOT, PATIENCE, TEAM, WINS, Company, Json, until
from tests.teams.test_activity_handler import card, mention, press, say
from tests.teams.test_conversation_references import blocked, drawn, outbound
from tests.wording import fixed_part, wording

DEALS = "19:deals@thread.tacv2"
LISTING = f"/emea/v3/teams/{TEAM}/conversations"
OTHER = "19:otherteam@thread.tacv2"


@pytest.fixture(autouse=True)
def team(company: Company) -> None:
    """Channels older than the installation: the team's first one, which has no name, and #deals; and another team."""
    company.teams.chats.add_channel(TEAM, TEAM, None, ADA, BRUNO, CARLA)
    company.teams.chats.add_channel(TEAM, DEALS, "deals", ADA, BRUNO, CARLA)
    company.teams.chats.add_channel(OTHER, "19:secret@thread.tacv2", "secret", BRUNO)


def installation(company: Company, action: str = "add", picked: str | None = None) -> Json:
    more: Json = {} if picked is None else {"channelData": {"settings": {"selectedChannel": {"id": picked}}}}
    return company.activity("installationUpdate", channel=WINS, action=action, **more)


def listed(company: Company) -> int:
    """How often the team's channels were listed."""
    return company.teams.requests.count(("GET", LISTING))


def names(session: Session) -> dict[str, str | None]:
    found = session.scalars(select(ManagedChannel), execution_options={ALL_TENANTS: True})
    return {channel.external_id: channel.name for channel in found}


def reached(session: Session) -> set[str]:
    statement = select(ConversationReference.external_id).where(
        ConversationReference.team == TEAM, ConversationReference.blocked_reason.is_(None)
    )
    return {*session.scalars(statement, execution_options={ALL_TENANTS: True})}


async def install(company: Company, activity: Json | None = None) -> None:
    """The team installs the bot, and its channels are stored."""
    assert await company.post(activity or installation(company)) == (200, None)
    await known(company, DEALS)


async def known(company: Company, channel: str) -> None:
    """Wait until messages can be sent to that channel."""
    async with asyncio.timeout(PATIENCE):
        while channel not in await company.bot.database.read(reached):
            await asyncio.sleep(0.02)


async def test_all_channels_of_a_team_are_stored_by_name(company: Company) -> None:
    await install(company)
    assert await company.bot.database.read(names) == {
        TEAM: wording("teams.first_channel"),
        WINS: "wins",
        DEALS: "deals",
    }
    assert await company.bot.database.read(reached) == {TEAM, WINS, DEALS}
    messenger = TeamsMessenger(connector(company.teams, company.http), company.bot.database, drawn)
    for channel in (TEAM, WINS, DEALS):
        receipt = await messenger.deliver(outbound(channel=channel))
        assert company.teams.chats.all[channel].messages[receipt.ts]["summary"] == "drawn"
    with pytest.raises(RefusedError, match="not been let in"):
        await messenger.deliver(outbound(channel="19:secret@thread.tacv2"))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "conversationUpdate", "membersAdded": [{"id": ADA.user}, {"id": BOT}]},
        {"kind": "installationUpdate", "action": "add-upgrade"},
    ],
)
async def test_members_added_and_an_upgrade_store_them_too(company: Company, change: Json) -> None:
    await install(company, company.activity(channel=WINS, **change))
    assert await company.bot.database.read(reached) == {TEAM, WINS, DEALS}


@pytest.mark.both_databases
async def test_two_concurrent_installation_activities_store_the_channels_once(
    company: Company, logged: Callable[[], str]
) -> None:
    added = company.activity("conversationUpdate", channel=WINS, membersAdded=[{"id": BOT}])
    both = [company.post(each) for each in (installation(company), added)]
    assert await asyncio.gather(*both) == [(200, None)] * 2
    await known(company, DEALS)
    await until(lambda: listed(company) == 2)
    await card(company, wording("channel.wins"))
    assert await company.bot.database.read(names) == {
        TEAM: wording("teams.first_channel"),
        WINS: "wins",
        DEALS: "deals",
    }
    said = logged()
    assert "the signing keys were fetched" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "installationUpdate", "action": "add"},
        {"kind": "conversationUpdate", "channel": WINS, "membersAdded": [{"id": ADA.user}]},
        {"kind": "conversationUpdate", "channel": WINS, "channelData": {"eventType": "channelCreated"}},
    ],
)
async def test_nothing_is_listed_unless_a_team_installs_the_bot(company: Company, change: Json) -> None:
    assert await company.post(company.activity(**change)) == (200, None)
    assert listed(company) == 0


async def test_an_older_channel_is_named_in_answers(company: Company) -> None:
    await install(company)
    asked = {**mention("channel"), "channel": DEALS}
    await company.post(company.activity(**asked))
    [answer] = company.teams.chats.all[DEALS].messages.values()
    assert wording("channel.asked", channel="deals") in CardDriver(answer["attachments"][0]["content"]).text


async def test_the_question_names_the_selected_channel(company: Company) -> None:
    await company.post(installation(company, picked=DEALS))
    _, question = await card(company, wording("channel.wins"))
    assert "deals" in question.text
    assert DEALS not in question.text


async def test_the_weekly_summary_is_posted_to_an_older_channel(company: Company) -> None:
    company.bot.clock.offset = wednesday_noon() - datetime.now(UTC)
    await company.post(installation(company, picked=DEALS))
    _, question = await card(company, wording("channel.wins"))
    await press(company, question, wording("channel.wins"))
    await say(company, "won Northwind Dental $45k")
    company.bot.clock.offset += timedelta(days=5, hours=-2, minutes=-50)
    company.bot.scheduler.wake()
    channel = company.teams.chats.all[DEALS].messages
    await until(lambda: any("Northwind Dental" in str(message) for message in channel.values()))


def wednesday_noon() -> datetime:
    """The next one, in the people's zone."""
    now = datetime.now(ZoneInfo(ADA.zone))
    there = now + timedelta(days=(2 - now.weekday()) % 7)
    return there.replace(hour=12, minute=0)


async def test_a_renamed_first_channel_keeps_its_name(company: Company) -> None:
    renamed = {"eventType": "channelRenamed", "channel": {"id": TEAM, "name": "Town hall"}}
    await company.post(company.activity("conversationUpdate", channel=TEAM, channelData=renamed))
    await install(company)
    assert (await company.bot.database.read(names))[TEAM] == "Town hall"


async def test_removing_the_bot_from_a_team_blocks_all_its_channels(company: Company) -> None:
    await install(company)
    assert await company.post(installation(company, "remove")) == (200, None)
    for channel in (TEAM, WINS, DEALS):
        assert await blocked(company, channel) == REMOVED
    await install(company)
    assert await company.bot.database.read(reached) == {TEAM, WINS, DEALS}


async def test_a_list_that_arrives_after_the_removal_unblocks_nothing(company: Company) -> None:
    company.teams.faults.add(Fault(path="/v3/teams", seconds=0.5))
    await company.post(installation(company))
    await company.post(installation(company, "remove"))
    await until(lambda: any(fixed_part("channel.invited") in said for said in company.said()))
    assert await company.bot.database.read(reached) == set()
    assert await blocked(company, WINS) == REMOVED


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault(429, path="/v3/teams", retry_after=30), "30"),
        (Fault(403, "BotNotInConversationRoster", path="/v3/teams"), "BotNotInConversationRoster"),
        (Fault(404, "NotFound", path="/v3/teams"), "NotFound"),
        (Fault(503, path="/v3/teams"), "503"),
        (Fault(0, path="/v3/teams", count=2), "did not answer"),
    ],
)
async def test_a_failed_list_does_not_affect_the_installation(
    company: Company, fault: Fault, cause: str, logged: Callable[[], str]
) -> None:
    company.teams.faults.add(replace(fault))
    assert await company.post(installation(company, picked=DEALS)) == (200, None)
    _, question = await card(company, wording("channel.wins"))
    warnings = [line for line in logged().splitlines() if "the channels of a team were not listed" in line]
    assert warnings
    assert all(cause in line for line in warnings)
    assert fixed_part("channel.settled_wins") in (await press(company, question, wording("channel.wins"))).text
    assert await company.bot.database.read(reached) == {WINS, DEALS}


async def test_a_failed_list_is_repeated_at_the_next_mention(company: Company) -> None:
    company.teams.faults.add(Fault(503, path="/v3/teams"))
    await company.post(installation(company))
    await until(lambda: listed(company) == 1)
    for _ in range(2):
        await company.post(company.activity(**{**mention("channel"), "channel": DEALS}))
        await known(company, TEAM)
    await until(lambda: len(company.teams.chats.all[DEALS].messages) == 2)
    [_, answer] = company.teams.chats.all[DEALS].messages.values()
    assert wording("channel.asked", channel="deals") in CardDriver(answer["attachments"][0]["content"]).text
    assert listed(company) == 2


async def test_channels_without_a_name_or_with_an_impossible_id_do_no_harm(company: Company) -> None:
    company.teams.chats.add_channel(TEAM, f"19:{'x' * 300}", "too long")
    company.teams.chats.add_channel(TEAM, "19:blank@thread.tacv2", "  ")
    found = await connector(company.teams, company.http).channels(company.teams.service_url, TEAM)
    assert found == [
        Channel(WINS, "wins"),
        Channel(TEAM, None),
        Channel(DEALS, "deals"),
        Channel("19:blank@thread.tacv2", None),
    ]


async def test_all_channels_of_a_large_team_are_stored(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 2 * BATCH_SIZE + 10
    monkeypatch.setattr("bot.teams.connector.connector.CHANNEL_LIMIT", most)
    for number in range(most):
        company.teams.chats.add_channel(TEAM, f"19:{number}@thread.tacv2", f"number {number}")
    await company.post(installation(company))
    await known(company, f"19:{most - 4}@thread.tacv2")
    assert len(await company.bot.database.read(reached)) == most
