"""Conversation references are stored, updated and blocked; and outbound messages are sent by them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.ports.messenger import RefusedError
from bot.teams.activity import read_activity
from bot.teams.connector.connector import OutboundActivity
from bot.teams.installation import author_reference
from bot.teams.messenger import TeamsMessenger
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.reminders.compose import OutboundMessage
from handlers.requests import Caller
from handlers.screens.team import WinSummary
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import CHANNEL_DELETED, REMOVED, TEAM_ARCHIVED, Address, AddressRequest
from sandbox.teams.chats import ADA, BRUNO
from sandbox.teams.faults import Fault
from storage import workspaces
from storage.models import ConversationReference, OutboxRow, Tenant
from storage.outbox import Tries
from storage.tenancy import ALL_TENANTS, scope
from tests.teams.teams_driver import BOT, PATIENCE, TENANT, WINS, Company, until

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCREEN = WinSummary(start=NOON, end=NOON, wins=(), totals=())


async def address(company: Company, external_id: str) -> Address | None:
    return await company.bot.database.read(
        conversation_references.address_of, AddressRequest("teams", TENANT, external_id)
    )


async def blocked(company: Company, external_id: str) -> str | None:
    found = await address(company, external_id)
    assert found is not None
    return found.blocked_reason


async def installed(company: Company, who: Any = ADA, action: str = "add", **more: Any) -> None:
    assert await company.post(company.activity("installationUpdate", who, action=action, **more)) == (200, None)


async def happens(company: Company, event: str, **channel_data: Any) -> None:
    data = {"eventType": event, **channel_data}
    activity = company.activity("conversationUpdate", channel=WINS, channelData=data)
    assert await company.post(activity) == (200, None)


async def test_installing_stores_the_reference_and_removing_blocks_it(company: Company) -> None:
    assert await address(company, ADA.person) is None
    await installed(company)
    found = await address(company, ADA.person)
    assert found == Address("a:1ada", company.teams.service_url, BOT, ADA.user, None)
    await installed(company, action="remove")
    assert await blocked(company, ADA.person) == REMOVED
    await company.post(company.activity(text="I have it again"))
    assert await blocked(company, ADA.person) is None


async def test_a_repeated_removal_after_a_reinstallation_changes_nothing(company: Company) -> None:
    await installed(company)
    removal = company.activity("installationUpdate", action="remove")
    await company.post(removal)
    await installed(company)
    await company.post(removal)
    assert await blocked(company, ADA.person) is None


async def test_a_service_address_may_change(company: Company) -> None:
    await company.post(company.activity(text="hello"))
    moved = f"{company.teams.url}/amer/"
    token = company.teams.keys.token("11111111-2222-4333-8444-555555555555", moved)
    await company.post(company.activity(text="hello again", serviceUrl=moved), token=token)
    found = await address(company, ADA.person)
    assert found is not None
    assert found.service_url == moved


async def test_members_added_and_removed_install_and_remove_the_bot(company: Company) -> None:
    added = company.activity("conversationUpdate", channel=WINS, membersAdded=[{"id": BOT}, {"id": ADA.user}])
    assert await company.post(added) == (200, None)
    found = await address(company, WINS)
    assert found == Address(WINS, company.teams.service_url, BOT, None, None)
    removed = company.activity("conversationUpdate", channel=WINS, membersRemoved=[{"id": BOT}])
    assert await company.post(removed) == (200, None)
    assert await blocked(company, WINS) == REMOVED


async def test_other_members_change_nothing(company: Company) -> None:
    for change in ({"membersAdded": [{"id": ADA.user}]}, {"membersRemoved": [{"id": ADA.user}]}, {"membersAdded": 5}):
        assert await company.post(company.activity("conversationUpdate", channel=WINS, **change)) == (200, None)
    assert await address(company, WINS) is None


async def test_channels_are_created_renamed_deleted_and_restored(company: Company) -> None:
    await happens(company, "channelCreated", channel={"id": WINS, "name": "wins"})
    assert await blocked(company, WINS) is None
    await happens(company, "channelRenamed", channel={"id": WINS, "name": "deals"})
    assert await company.bot.database.read(channel_name) == "deals"
    await happens(company, "channelDeleted", channel={"id": WINS, "name": "deals"})
    assert await blocked(company, WINS) == CHANNEL_DELETED
    await happens(company, "channelRestored", channel={"id": WINS, "name": "deals"})
    assert await blocked(company, WINS) is None


def channel_name(session: Session) -> str | None:
    scope(session, session.scalars(select(Tenant)).one().id)
    channel = workspaces.find_channel(session, WINS)
    return None if channel is None else channel.name


async def test_a_team_is_archived_and_restored(company: Company) -> None:
    await happens(company, "channelCreated")
    await happens(company, "teamArchived")
    assert await blocked(company, WINS) == TEAM_ARCHIVED
    await happens(company, "teamUnarchived")
    assert await blocked(company, WINS) is None
    await happens(company, "teamDeleted")
    assert await blocked(company, WINS) is not None
    await happens(company, "teamRestored")
    assert await blocked(company, WINS) is None


async def test_restoring_a_team_restores_no_deleted_channel(company: Company) -> None:
    await happens(company, "channelCreated")
    await happens(company, "channelDeleted")
    await happens(company, "teamUnarchived")
    assert await blocked(company, WINS) == CHANNEL_DELETED


@pytest.mark.parametrize("event", ["teamRenamed", "channelShared", "", "somethingNew"])
async def test_irrelevant_events_are_accepted(event: str, company: Company) -> None:
    await happens(company, event)
    assert await address(company, WINS) is None


async def test_repeated_messages_write_once(company: Company) -> None:
    for number in range(5):
        await company.post(company.activity(text=f"hello {number}"))

    def seen(session: Session) -> int:
        statement = select(func.count()).select_from(ConversationReference)
        return session.scalar(statement, execution_options={ALL_TENANTS: True}) or 0

    assert await company.bot.database.read(seen) == 1


# --- outbound messages ---


async def drawn(message: OutboundMessage, _address: Address) -> OutboundActivity:
    kind = type(message.screen).__name__
    return OutboundActivity("drawn", {"type": "AdaptiveCard", "version": "1.5", "body": [{"kind": kind}]})


def outbound(
    person: str | None = None, channel: str | None = None, replaces: tuple[str, str] | None = None
) -> OutboundMessage:
    return OutboundMessage(
        row_id=1,
        tenant_id=1,
        platform="teams",
        workspace=TENANT,
        person=person,
        channel=channel,
        screen=SCREEN,
        replaces=replaces,
        tries=None,
    )


@pytest.fixture
def messenger(company: Company) -> TeamsMessenger:
    from tests.teams.bare_endpoint import connector

    return TeamsMessenger(connector(company.teams, company.http), company.bot.database, drawn)


async def test_a_message_is_sent_to_the_stored_conversation(company: Company, messenger: TeamsMessenger) -> None:
    await company.post(company.activity(text="hello"))
    receipt = await messenger.deliver(outbound(ADA.person))
    assert receipt.channel == "a:1ada"
    assert company.chat().messages[receipt.ts]["summary"] == "drawn"
    assert await messenger.find(outbound(ADA.person), Tries(NOON, NOON)) is None


async def test_a_message_is_updated_or_posted_again_if_deleted(company: Company, messenger: TeamsMessenger) -> None:
    await company.post(company.activity(text="hello"))
    first = await messenger.deliver(outbound(ADA.person))
    same = await messenger.deliver(outbound(ADA.person, replaces=(first.channel, first.ts)))
    assert same == first
    company.teams.chats.delete(first.channel, first.ts)
    again = await messenger.deliver(outbound(ADA.person, replaces=(first.channel, first.ts)))
    assert (again.channel, again.ts != first.ts) == (first.channel, True)


async def test_a_chat_is_opened_with_a_person_seen_in_a_channel(company: Company, messenger: TeamsMessenger) -> None:
    seen = author_reference(read_activity(company.activity(text="Just closed Northwind!", who=BRUNO, channel=WINS)))
    await company.bot.database.write(conversation_references.remember, seen, NOON)
    assert (await messenger.deliver(outbound(BRUNO.person))).channel == "a:1bruno"
    assert (await messenger.deliver(outbound(BRUNO.person))).channel == "a:1bruno"
    assert [path for _, path in company.teams.requests].count("/emea/v3/conversations") == 1


async def test_seeing_a_person_in_a_channel_does_not_undo_their_removal(company: Company) -> None:
    await installed(company)
    await installed(company, action="remove")
    seen = author_reference(read_activity(company.activity(text="Just closed Northwind!", channel=WINS)))
    await company.bot.database.write(conversation_references.remember, seen, NOON)
    assert await blocked(company, ADA.person) == REMOVED


async def test_a_person_without_the_app_gets_nothing(company: Company, messenger: TeamsMessenger) -> None:
    seen = author_reference(read_activity(company.activity(text="Just closed Northwind!", who=BRUNO, channel=WINS)))
    await company.bot.database.write(conversation_references.remember, seen, NOON)
    company.teams.chats.not_installed.add(BRUNO.user)
    with pytest.raises(RefusedError, match="ForbiddenOperationException"):
        await messenger.deliver(outbound(BRUNO.person))


async def test_an_unknown_person_or_one_who_removed_the_app_gets_nothing(
    company: Company, messenger: TeamsMessenger
) -> None:
    with pytest.raises(RefusedError, match="not been let in"):
        await messenger.deliver(outbound(ADA.person))
    await installed(company)
    await installed(company, action="remove")
    before = len(company.teams.requests)
    with pytest.raises(RefusedError, match="removed"):
        await messenger.deliver(outbound(ADA.person))
    assert len(company.teams.requests) == before


# --- through the outbox ---


async def deal(company: Company, customer: str = "Northwind Dental") -> None:
    """Somebody reports a deal: its card is written to the outbox in that transaction."""
    report = DealReported(Caller("teams", TENANT, ADA.person, f"told:{customer}"), customer, None, None)
    await company.bot.database.write(reported_deal.record_reported, report, company.bot.clock.now())
    company.bot.scheduler.wake()


def row(session: Session) -> tuple[str, str | None]:
    found = session.scalars(
        select(OutboxRow).where(OutboxRow.kind == "card"), execution_options={ALL_TENANTS: True}
    ).first()
    return ("", None) if found is None else (found.state, found.reason)


def tenant_state(session: Session) -> tuple[str | None, datetime | None]:
    tenant = session.scalars(select(Tenant)).one()
    return tenant.blocked_reason, tenant.paused_until


async def settled(company: Company, state: str) -> str | None:
    """Wait until the card's row is in that state; returns its reason."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found, reason = await company.bot.database.read(row)
            if found == state:
                return reason
            await asyncio.sleep(0.02)


async def test_a_proactive_message_arrives(company: Company) -> None:
    await installed(company)
    await deal(company)
    await until(lambda: any("Northwind Dental" in said for said in company.said()))
    assert await settled(company, "sent") is None


async def test_a_message_for_an_unknown_person_is_dead_with_the_reason(company: Company) -> None:
    await deal(company)
    assert "let in" in str(await settled(company, "dead"))


async def test_an_administrator_blocks_and_unblocks_the_bot(company: Company) -> None:
    await installed(company)
    company.chat().blocked = "BotDisabledByAdmin"
    await deal(company)
    async with asyncio.timeout(PATIENCE):
        while (await company.bot.database.read(tenant_state))[0] != "BotDisabledByAdmin":
            await asyncio.sleep(0.02)
    assert (await company.bot.database.read(row))[0] == "queued"
    company.chat().blocked = None
    await installed(company)
    assert (await company.bot.database.read(tenant_state))[0] is None
    await until(lambda: any("Northwind Dental" in said for said in company.said()))


async def test_a_throttled_message_waits(company: Company) -> None:
    await installed(company)
    company.teams.faults.add(Fault(429, path="activities", retry_after=3600))
    await deal(company)
    async with asyncio.timeout(PATIENCE):
        while (await company.bot.database.read(tenant_state))[1] is None:
            await asyncio.sleep(0.02)
    assert (await company.bot.database.read(row))[0] == "queued"
    assert not any("Northwind" in said for said in company.said())


async def test_a_failed_message_is_retried(company: Company) -> None:
    await installed(company)
    company.teams.faults.add(Fault(500, path="activities"))
    await deal(company)
    async with asyncio.timeout(PATIENCE):
        while not (await company.bot.database.read(row))[1]:
            await asyncio.sleep(0.02)
    company.bot.clock.offset = timedelta(minutes=2)
    company.bot.scheduler.wake()
    await until(lambda: any("Northwind Dental" in said for said in company.said()))
