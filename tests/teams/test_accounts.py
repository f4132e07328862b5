"""An account that is gone is noticed; somebody who left one team, or blocked the bot, is not taken for one (M9.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ports.background import BackgroundTasks
from bot.ports.messenger import RefusedError
from bot.teams.accounts import Accounts
from bot.teams.context import TeamsContext
from bot.teams.messenger import DEACTIVATED, TeamsMessenger
from handlers.reminders.compose import OutboundMessage
from sandbox.teams.chats import ADA, BRUNO
from sandbox.teams.faults import Fault
from storage.models import Person
from storage.tenancy import ALL_TENANTS
from tests.teams.bare_endpoint import connector
from tests.teams.teams_driver import BOT, PATIENCE, TENANT, WINS, Company
from tests.teams.test_conversation_references import drawn, outbound

CHAT = "a:1ada"
OTHER = "19:emea@thread.tacv2"


def has_left(session: Session) -> bool:
    """Whether Ada is known to have left."""
    ada = select(Person).where(Person.external_id == ADA.person)
    return session.scalars(ada, execution_options={ALL_TENANTS: True}).one().left_at is not None


async def met(company: Company) -> None:
    """Ada writes to the bot, which is in two teams with her."""
    await company.post(company.activity(text="hello"))
    company.teams.chats.add_channel(OTHER, OTHER, None, ADA, BRUNO)
    for channel in (WINS, OTHER):
        await company.post(company.activity("conversationUpdate", BRUNO, channel=channel, membersAdded=[{"id": BOT}]))


def leave(company: Company, *conversations: str) -> None:
    """Ada is in these conversations no more."""
    for each in conversations:
        company.teams.chats.all[each].members.remove(ADA)


def accounts(company: Company) -> Accounts:
    """As the bot has them."""
    bot = company.bot
    context = TeamsContext(
        database=bot.database,
        clock=bot.clock,
        wording=None,  # type: ignore[arg-type]  # nothing is said
        background=BackgroundTasks(),
        connector=connector(company.teams, company.http),
        wake=lambda: None,
    )
    return Accounts(context)


def everywhere(company: Company) -> None:
    leave(company, CHAT, WINS, OTHER)


def one_team(company: Company) -> None:
    leave(company, WINS)


def every_team(company: Company) -> None:
    leave(company, WINS, OTHER)


def all_but_a_team(company: Company) -> None:
    leave(company, CHAT, WINS)


def blocks_the_bot(company: Company) -> None:
    leave(company, WINS, OTHER)
    company.teams.chats.all[CHAT].blocked = "ConversationBlockedByUser"


def teams_is_down(company: Company) -> None:
    everywhere(company)
    company.teams.faults.add(Fault(503, path="members", count=10))


@pytest.mark.reported("MicrosoftDocs/msteams-docs#2051", "OfficeDev/Microsoft-Teams-Samples#1498")
@pytest.mark.parametrize(
    ("happens", "gone"),
    [
        (everywhere, True),
        (one_team, False),
        (every_team, False),
        (all_but_a_team, False),
        (blocks_the_bot, False),
        (teams_is_down, False),
    ],
)
async def test_only_an_account_that_no_roster_has_is_gone(
    company: Company, happens: Callable[[Company], None], gone: bool
) -> None:
    await met(company)
    happens(company)
    found = await accounts(company).notice(TENANT, [ADA.user])
    assert found == (frozenset({ADA.person}) if gone else frozenset())
    assert await company.bot.database.read(has_left) is gone


async def test_somebody_removed_everywhere_is_noticed_and_is_back_when_they_write(company: Company) -> None:
    await met(company)
    everywhere(company)
    removed = company.activity(
        "conversationUpdate",
        BRUNO,
        channel=WINS,
        membersRemoved=[{"id": ADA.user}],
        channelData={"eventType": "teamMemberRemoved"},
    )
    await company.post(removed)
    async with asyncio.timeout(PATIENCE):
        while not await company.bot.database.read(has_left):
            await asyncio.sleep(0.02)
    await company.post(company.activity(text="I am back"))
    assert not await company.bot.database.read(has_left)


@pytest.mark.reported("OfficeDev/microsoft-teams-apps-company-communicator#744")
async def test_a_refused_message_tells_of_an_account_that_is_gone(company: Company) -> None:
    await met(company)
    messenger = TeamsMessenger(
        connector(company.teams, company.http), company.bot.database, drawn, accounts=accounts(company)
    )
    message: OutboundMessage = outbound(ADA.person)
    company.teams.faults.add(Fault(403, "MessageWritesBlocked", path="activities"))
    with pytest.raises(RefusedError, match="MessageWritesBlocked"):
        await messenger.deliver(message)
    everywhere(company)
    company.teams.faults.add(Fault(403, "MessageWritesBlocked", path="activities"))
    with pytest.raises(RefusedError, match=DEACTIVATED):
        await messenger.deliver(message)
    assert await company.bot.database.read(has_left)
