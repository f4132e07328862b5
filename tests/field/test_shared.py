"""Shared channels and Enterprise Grid on Slack: whose workspace it is, who may see what, and where wins are posted."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import running as bot_running
from bot.ports.affiliation import Affiliation
from bot.slack.installation import Installation
from bot.ui.components import Button
from bot.ui.ids import ActionId
from handlers import export
from handlers.export import Workspace
from handlers.intake.reported_deal import record_reported
from handlers.intake.reports import DealReported
from handlers.requests import Caller
from handlers.workspace.installed import WorkspaceInstalled, workspace_installed
from prompts.wording import Ready
from sandbox.seeds import ADA, BRUNO, OSCAR, PARTNER_TEAM, PAULA, TESSA
from sandbox.server import running as sandbox_running
from sandbox.workspace import Channel
from storage.models import (
    AuditEntry,
    Base,
    ChallengeStep,
    Deal,
    FeasibilityAnswer,
    ImportedDeal,
    OutboxRow,
    Person,
    Requirement,
    Sighting,
    Tenant,
    Thanks,
)
from storage.tenancy import TenantOwned, scope
from storage.tenant_move import LEFT_OVER, OF_A_DEAL, OF_A_STATEMENT
from tests.patient_slack import patient_slack
from tests.plain_tracebacks import plain_tracebacks
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import BOT, Json, People
from tests.slack.slack_driver import Office
from tests.slack.test_channels import question, said, whispers
from tests.slack.test_foreign_payloads import as_the_bot, deliver, rows
from tests.wording import fixed_part, wording

__all__ = ["plain_tracebacks"]

OURS = "T0BRIGHTSD"
THEIR_CHANNEL, OUR_CHANNEL = "#tidal-wins", "#brightside-tidal"
WIN = "Just closed Northwind Dental! $45k ARR"
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


@asynccontextmanager
async def shared_office(database_url: str) -> AsyncIterator[Office]:
    """The bot on a workspace that shares two channels with Tidal Partners."""
    config = replace(patient_slack(), seed="shared")
    async with sandbox_running(config) as sandbox:
        settings = slack_settings(database_url, config, sandbox.api_url)
        async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
            people = People(sandbox.url, http)
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            yield Office(bot, sandbox, people)
            await people.idle()


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with shared_office(database_url) as office:
        yield office


async def workspaces(office: Office) -> list[Workspace]:
    return await office.bot.database.read(export.workspaces)


async def only_ours(office: Office) -> bool:
    """Whether the database knows no workspace but the one that the app is installed in."""
    return [each.external_id for each in await workspaces(office)] == [OURS]


async def deals(office: Office) -> list[Json]:
    """Every deal of every workspace."""
    found = [await office.bot.database.read(export.page, each) for each in await workspaces(office)]
    return [deal for page in found for deal in page]


def channel(office: Office, name: str) -> Channel:
    found = office.sandbox.state.workspace.channel_by_name(name.removeprefix("#"))
    assert found is not None
    return found


async def event(office: Office, event: Json, **envelope: Any) -> int:
    """Deliver an event with these fields of its envelope; None removes one."""
    body = {**office.sandbox.state.events.envelope(event), **envelope}
    kept = {name: value for name, value in body.items() if value is not None}
    status = await deliver(office, json.dumps(kept), headers=JSON)
    await office.people.idle()
    return status


async def interaction(office: Office, body: Json) -> int:
    status = await deliver(office, urlencode({"payload": json.dumps(body)}), headers=FORM)
    await office.people.idle()
    return status


def win_in(office: Office, name: str, who: str = ADA.id, **more: Any) -> Json:
    return {
        "type": "message",
        "user": who,
        "text": WIN,
        "ts": office.sandbox.state.clock.ts(),
        "channel": channel(office, name).id,
        "channel_type": "channel",
        **more,
    }


# --- whose workspace it is --------------------------------------------------------------------------------------


@pytest.mark.reported("slackapi/bolt-js#687", "slackapi/java-slack-sdk#629", "slackapi/node-slack-sdk#1370")
@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param({"team_id": PARTNER_TEAM}, id="the channel is the partner's"),
        pytest.param({"team_id": PARTNER_TEAM, "context_team_id": None}, id="without context_team_id"),
        pytest.param({"team_id": PARTNER_TEAM, "authorizations": None}, id="without authorizations"),
        pytest.param({"team_id": PARTNER_TEAM, "authorizations": []}, id="with empty authorizations"),
        pytest.param(
            {"team_id": PARTNER_TEAM, "authorizations": None, "context_team_id": None}, id="with nothing but team_id"
        ),
        pytest.param({"team_id": None, "enterprise_id": "E0PARTNER"}, id="of an organization"),
        pytest.param({"team_id": "E0PARTNER", "enterprise_id": "E0PARTNER"}, id="with an organization's id as team_id"),
    ],
)
async def test_a_reps_win_in_a_shared_channel_is_stored_in_our_workspace(office: Office, envelope: Json) -> None:
    assert await event(office, win_in(office, THEIR_CHANNEL, team=OURS), **envelope) == 200

    card = await office.card("Northwind Dental")
    assert "Northwind Dental" in await office.command("/firstcall list")
    await office.tap(card, ActionId.CARD_GO_ON)
    assert (await office.view())["callback_id"] == "checklist"
    assert await only_ours(office)
    assert len(await deals(office)) == 1


@pytest.mark.reported("slackapi/bolt-python#1107")
async def test_the_home_tab_is_of_our_workspace(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    opened = {"type": "app_home_opened", "user": ADA.id, "tab": "home", "channel": "D1", "event_ts": "1.1"}

    assert await event(office, opened, team_id=PARTNER_TEAM) == 200

    assert "Northwind Dental" in str((await office.people.get("home", as_=ADA.id))["view"])
    assert await only_ours(office)


@pytest.mark.reported("slackapi/bolt-js#935")
async def test_an_invitation_to_a_partners_channel_is_stored_in_our_workspace(office: Office) -> None:
    joined = {
        "type": "member_joined_channel",
        "user": BOT,
        "inviter": ADA.id,
        "channel": channel(office, THEIR_CHANNEL).id,
        "team": PARTNER_TEAM,
    }

    assert await event(office, joined, team_id=PARTNER_TEAM, enterprise_id="E0PARTNER") == 200

    assert await only_ours(office)


@pytest.mark.reported("slackapi/bolt-js#1614", "slackapi/bolt-js#1720", "slackapi/deno-slack-sdk#267")
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"team": {"id": PARTNER_TEAM, "domain": "tidal"}}, id="the team is the partner's"),
        pytest.param({"team": None, "enterprise": {"id": "E0GRID", "name": "Grid"}}, id="no team, in an organization"),
        pytest.param({"team": None, "is_enterprise_install": True}, id="of an organization's installation"),
        pytest.param({"team": {"id": "E0GRID", "domain": "grid"}}, id="an organization's id as team"),
    ],
)
async def test_a_click_and_a_submission_reach_our_deal(office: Office, changed: Json) -> None:
    await office.post(WIN)
    card = await office.card("Northwind Dental")
    await office.tap(card, ActionId.CARD_FIX)
    view = await office.view()
    requests = (await office.people.get("requests"))["requests"]
    click = next(each["request"] for each in reversed(requests) if each["name"] == "block_actions")

    assert await interaction(office, {**click, **changed}) == 200
    body = {
        **click,
        **changed,
        "type": "view_submission",
        "view": {**view, "state": {"values": _filled(view, customer="Contoso")}},
    }
    assert await interaction(office, body) == 200

    assert await only_ours(office)
    assert [deal["customer"] for deal in await deals(office)] == ["Contoso"]


def _filled(view: Json, **entries: str) -> Json:
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["element"]["action_id"]
            if element["type"] == "users_select":
                entry = {"type": "users_select", "selected_user": element["initial_user"]}
            else:
                entry = {"type": element["type"], "value": entries.get(name, element.get("initial_value"))}
            values[block["block_id"]] = {name: entry}
    return values


@pytest.mark.reported("howdyai/botkit#1956", "vercel/chat#724")
@pytest.mark.parametrize(
    "fields",
    [
        {"team_id": PARTNER_TEAM},
        {"team_id": "T0SIBLING", "enterprise_id": "E0GRID", "enterprise_name": "Grid"},
        {"team_id": "", "enterprise_id": "E0GRID", "is_enterprise_install": "true"},
    ],
    ids=["in the partner's channel", "from another workspace of the organization", "of an organization's installation"],
)
async def test_a_reps_command_is_run_in_our_workspace(office: Office, fields: Json) -> None:
    form = {
        "command": "/firstcall",
        "text": "won Contoso $5k",
        "user_id": ADA.id,
        "channel_id": channel(office, THEIR_CHANNEL).id,
        "trigger_id": "1.1",
        **fields,
    }

    assert await deliver(office, urlencode(form), headers=FORM) == 200

    assert await only_ours(office)
    assert [deal["customer"] for deal in await deals(office)] == ["Contoso"]


@pytest.mark.reported("slackapi/bolt-python#1229")
async def test_an_event_of_another_installation_of_the_app_is_left_alone(office: Office) -> None:
    before = await rows(office)
    elsewhere = {"team_id": "T0OTHER", "context_team_id": "T0OTHER", "enterprise_id": None}
    authorizations = [{**elsewhere, "user_id": "U0BOTELSE", "is_bot": True, "is_enterprise_install": False}]

    assert await event(office, win_in(office, "#wins"), **elsewhere, authorizations=authorizations) == 200

    assert await rows(office) == before


# --- people of another company -----------------------------------------------------------------------------------


@pytest.mark.reported("looker/lookerbot#137", "kirodotdev/KiroCrew#4268", "timescale/tiger-agents-for-work#171")
@pytest.mark.parametrize("who", [TESSA, OSCAR], ids=["a stranger", "whom Slack does not call a stranger"])
@pytest.mark.parametrize("name", [THEIR_CHANNEL, OUR_CHANNEL])
async def test_a_win_of_another_company_is_not_ours(office: Office, who: Any, name: str) -> None:
    before = await rows(office)

    message = await office.post(WIN, who=who.id, channel=name)
    await office.people.post(
        "messages/edit", as_=who.id, channel=message["channel"], ts=message["ts"], text=f"{WIN} Yes!"
    )
    await office.people.post("messages/delete", as_=who.id, channel=message["channel"], ts=message["ts"])
    await office.people.idle()

    assert await rows(office) == before
    assert await office.dm(who.id) == []
    assert await whispers(office, name, who.id) == []


@pytest.mark.reported("paradigmxyz/centaur#275")
async def test_the_payload_need_not_say_that_somebody_is_of_another_company(office: Office) -> None:
    before = await rows(office)

    await event(office, win_in(office, THEIR_CHANNEL, TESSA.id, team=OURS), is_ext_shared_channel=False)

    assert await rows(office) == before


@pytest.mark.reported("Sorunome/mx-puppet-slack#46")
async def test_somebody_whom_the_directory_does_not_know_is_not_ours(office: Office) -> None:
    before = await rows(office)

    await event(office, win_in(office, THEIR_CHANNEL, "U0NOBODY", team=PARTNER_TEAM))

    assert await rows(office) == before


@pytest.mark.reported("coreylane/slackrock#13", "slackapi/bolt-js#644")
@pytest.mark.parametrize("name", [THEIR_CHANNEL, OUR_CHANNEL])
@pytest.mark.parametrize("replied_to", [False, True], ids=["deleted", "deleted with replies"])
async def test_a_deletion_that_does_not_say_whose_message_it_was_stores_nothing(
    office: Office, name: str, replied_to: bool
) -> None:
    before = await rows(office)
    ts = office.sandbox.state.clock.ts()
    left = {"subtype": "tombstone", "user": "USLACKBOT", "ts": ts, "text": "This message was deleted."}
    gone: Json = {"subtype": "message_changed", "message": left} if replied_to else {"subtype": "message_deleted"}

    told = {"type": "message", "channel": channel(office, name).id, "deleted_ts": ts, "ts": ts, "event_ts": ts, **gone}
    await event(office, told)

    assert await rows(office) == before


@pytest.mark.reported("slackapi/bolt-python#854")
async def test_the_card_of_a_partners_crm_is_not_ours(office: Office) -> None:
    before = await rows(office)

    await office.people.says(
        "Closed Won: Contoso $80k, owner Ada Kemp",
        channel=OUR_CHANNEL,
        who=OSCAR.id,
        bot_profile={"id": "B0THEIRCRM", "app_id": "A0THEIRCRM", "name": "Their CRM", "team_id": PARTNER_TEAM},
        subtype="bot_message",
    )

    assert await rows(office) == before


@pytest.mark.reported("looker/lookerbot#137", "kelos-dev/kelos#1330")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "help",
        "won Contoso $5k",
        "won",
        "list",
        "show northwind",
        "call northwind",
        "next",
        "team",
        "settings",
        "reminders",
        "snooze northwind tomorrow 10",
        "channel",
        "summary here",
        "summary off",
        "dance",
    ],
)
async def test_a_command_of_another_companys_person_is_refused_politely(office: Office, typed: str) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    before = await rows(office)

    answer = await office.command(f"/firstcall {typed}".strip(), who=TESSA.id, channel=THEIR_CHANNEL)

    assert wording("refusal.colleagues_only") in answer
    assert "Northwind" not in answer
    assert await office.views(TESSA.id) == []
    assert await rows(office) == before


@pytest.mark.reported("langchain-ai/open-swe#2238")
async def test_a_button_pressed_by_another_companys_person_is_refused_politely(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    (deal,) = await office.export()
    taps = (ActionId.CARD_GO_ON, ActionId.CARD_RECORD, ActionId.CARD_STAND_BY, ActionId.REMINDERS_OFF)
    there = channel(office, OUR_CHANNEL).id
    purposes = (ActionId.CHANNEL_WINS, ActionId.CHANNEL_LISTEN, ActionId.CHANNEL_EXCLUDED)
    buttons = [Button("Mine", tap, str(deal["id"]), accessible_name="Mine") for tap in taps]
    buttons += [Button("Here", tap, there, accessible_name="Here") for tap in purposes]
    await as_the_bot(office, there, "Forwarded", buttons)
    message = (await office.people.reads(OUR_CHANNEL, who=TESSA.id))[-1]
    before = await rows(office)

    for tap in (*taps, *purposes):
        await office.tap(message, tap, who=TESSA.id)
        assert wording("refusal.colleagues_only") in str(await office.view(TESSA.id))

    assert await rows(office) == before
    assert await office.export() == [deal]


@pytest.mark.reported("slackapi/bolt-js#1948")
async def test_the_home_tab_of_another_companys_person_says_one_sentence(office: Office) -> None:
    before = await rows(office)

    await office.people.post("home/open", as_=TESSA.id)

    assert wording("refusal.colleagues_only") in str((await office.people.get("home", as_=TESSA.id))["view"])
    assert await rows(office) == before


@pytest.mark.reported("langchain-ai/open-swe#2238")
async def test_the_shortcut_opens_no_form_for_another_companys_person(office: Office) -> None:
    message = await office.post("see you at ten", channel=OUR_CHANNEL)
    before = await rows(office)

    await office.people.post(
        "shortcuts", as_=TESSA.id, callback_id="closed_deal", channel=message["channel"], ts=message["ts"]
    )

    assert wording("refusal.colleagues_only") in str(await office.view(TESSA.id))
    assert (await office.view(TESSA.id))["callback_id"] == "notice"
    assert await rows(office) == before


@pytest.mark.reported("langchain-ai/open-swe#2238")
async def test_a_form_submitted_by_another_companys_person_is_not_saved(office: Office) -> None:
    message = await office.post("see you at ten", channel=OUR_CHANNEL)
    await office.people.post(
        "shortcuts", as_=ADA.id, callback_id="closed_deal", channel=message["channel"], ts=message["ts"]
    )
    view = await office.view()
    before = await rows(office)
    body = {
        "type": "view_submission",
        "team": {"id": PARTNER_TEAM},
        "user": {"id": TESSA.id, "team_id": PARTNER_TEAM},
        "trigger_id": "1.1",
        "view": {**view, "state": {"values": _filled(view, customer="Contoso")}},
    }

    assert await interaction(office, body) == 200

    assert await rows(office) == before


@pytest.mark.reported("tempoxyz/tip.bot#35")
async def test_a_direct_message_of_another_companys_person_gets_one_sentence(office: Office) -> None:
    before = await rows(office)

    await office.post(WIN, who=OSCAR.id, channel=BOT)

    (answer,) = await office.dms(1, OSCAR.id)
    assert wording("refusal.colleagues_only") in answer["text"]
    assert await rows(office) == before


@pytest.mark.reported("looker/lookerbot#137")
async def test_a_person_of_another_company_becomes_no_rep_by_a_mention(office: Office) -> None:
    await office.post(f"Northwind Dental signed, $45k! Closed by <@{TESSA.id}>", raw=True)

    await office.card("Northwind Dental")
    (deal,) = await office.export()
    assert deal["rep"]["id"] == ADA.id
    assert await office.dm(TESSA.id) == []


@pytest.mark.reported("looker/lookerbot#137")
async def test_a_deal_is_handed_to_nobody_of_another_company(office: Office) -> None:
    await office.post(WIN)
    card = await office.card("Northwind Dental")

    await office.tap(card, ActionId.CARD_OWNER, value={"selected_user": TESSA.id})
    assert wording("refusal.owner_external") in str(await office.view())
    await office.people.post("views/close", as_=ADA.id, view_id=(await office.view())["id"])
    await office.tap(card, ActionId.CARD_FIX)
    answer = await office.submit(owner=TESSA.id)

    assert wording("refusal.owner_external") in str(answer)
    (deal,) = await office.export()
    assert deal["rep"]["id"] == ADA.id


@pytest.mark.reported("randsleadershipslack/destalinator#207")
async def test_a_partner_who_created_the_channel_is_not_asked_whose_deal_it_is(office: Office) -> None:
    crm = {"id": "B0CRM", "app_id": "A0CRM", "name": "CRM", "team_id": OURS}

    await office.people.says(
        "Closed Won: Contoso, $80k", channel=THEIR_CHANNEL, who=ADA.id, bot_profile=crm, subtype="bot_message"
    )

    assert await office.dm(TESSA.id) == []


# --- a look-up that failed is neither "theirs" nor "ours" -----------------------------------------------------------


@pytest.mark.reported("PostHog/posthog#64804", "slackapi/bolt-js#802")
@pytest.mark.parametrize("typed", ["team", "list", "won Contoso $5k", "summary here"])
async def test_somebody_who_cannot_be_looked_up_is_asked_to_try_again(office: Office, typed: str) -> None:
    before = await rows(office)
    await office.people.post("faults", errors={"users.info": {"error": "fatal_error"}})

    answer = await office.command(f"/firstcall {typed}", who=TESSA.id, channel=THEIR_CHANNEL)

    assert wording("refusal.identity_unknown") in answer
    assert wording("refusal.colleagues_only") not in answer
    assert await rows(office) == before
    await office.people.post("faults", clear=True)
    answer = await office.command(f"/firstcall {typed}", who=TESSA.id, channel=THEIR_CHANNEL)
    assert wording("refusal.colleagues_only") in answer


@pytest.mark.reported("PostHog/posthog#64804")
async def test_a_reps_win_is_heard_while_nobody_can_be_looked_up(office: Office) -> None:
    await office.people.post("faults", errors={"users.info": {"error": "fatal_error"}})

    await office.post(WIN)

    await office.card("Northwind Dental")
    (deal,) = await office.export()
    assert deal["rep"]["id"] == ADA.id


# --- channels that another company reads ---------------------------------------------------------------------------


A_DAY = timedelta(days=1)


async def monday(office: Office) -> None:
    """Let the next Monday morning come, in London and in Paula's Los Angeles."""
    await office.monday_morning(after=A_DAY)
    await office.later(timedelta(hours=8, minutes=15))


async def wins_posted(office: Office, name: str) -> list[Json]:
    """The wins of the week in a channel, as everybody reads them."""
    messages = await office.people.reads(name, who=PAULA.id)
    return [each for each in messages if wording("summary.title") in str(each.get("blocks"))]


async def settled(office: Office, kind: str) -> list[tuple[str, str | None]]:
    """State and reason of each message of a kind, once none is queued for now."""

    async def look() -> list[tuple[str, str | None]]:
        return await office.bot.database.read(outbox_rows, kind)

    found: list[tuple[str, str | None]] = await office.until(
        lambda rows: bool(rows) and all(state not in ("queued", "claimed") for state, _ in rows[:1]), look
    )
    return found


def outbox_rows(session: Session, kind: str) -> list[tuple[str, str | None]]:
    """State and reason of the outbox's rows of a kind, oldest first."""
    (tenant,) = export.workspaces(session)
    scope(session, tenant.id)
    rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
    return [(row.state, row.reason) for row in rows]


def allowed(session: Session) -> list[tuple[str, Json]]:
    """Who has allowed wins where another company reads them, and where, as the audit log has it."""
    (tenant,) = export.workspaces(session)
    scope(session, tenant.id)
    found = session.scalars(select(AuditEntry).where(AuditEntry.deal_id.is_(None)).order_by(AuditEntry.id))
    actors = {person.id: person.external_id for person in session.scalars(select(Person))}
    return [(actors[entry.actor_id or 0], entry.detail) for entry in found]


@pytest.mark.reported("kelos-dev/kelos#1330", "PostHog/posthog#64804")
@pytest.mark.parametrize("name", [THEIR_CHANNEL, OUR_CHANNEL])
@pytest.mark.parametrize("typed", ["summary here", "channel"])
async def test_a_rep_cannot_have_wins_posted_where_another_company_reads(office: Office, typed: str, name: str) -> None:
    there = f"<#{channel(office, name).id}>"

    answer = await office.command(f"/firstcall {typed}", who=ADA.id, channel=name)

    assert wording("channel.shared_note", channel=Ready(there), command="/firstcall") in answer
    assert ActionId.CHANNEL_WINS not in answer
    assert ActionId.CHANNEL_EXTERNAL_WINS not in answer
    assert await office.bot.database.read(outbox_rows, "summary") == []


@pytest.mark.reported("PostHog/posthog#61571")
@pytest.mark.both_databases
async def test_an_admin_is_asked_in_so_many_words_and_the_audit_log_has_the_answer(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")

    answer = await office.command("/firstcall summary here", who=PAULA.id, channel=OUR_CHANNEL)
    assert wording("channel.shared_asked") in answer
    assert await office.bot.database.read(outbox_rows, "summary") != []  # #wins has one by its name
    assert await office.bot.database.read(allowed) == []

    asked = (await whispers(office, OUR_CHANNEL, PAULA.id))[-1]
    await office.tap(asked, ActionId.CHANNEL_EXTERNAL_WINS, who=PAULA.id)

    await said(office, OUR_CHANNEL, fixed_part("channel.settled_wins"), PAULA.id)
    assert await office.bot.database.read(allowed) == [(PAULA.id, {"channel": channel(office, OUR_CHANNEL).id})]
    await monday(office)
    await office.until(bool, lambda: wins_posted(office, OUR_CHANNEL))


@pytest.mark.reported("PostHog/posthog#61571")
@pytest.mark.parametrize("tap", [ActionId.CHANNEL_WINS, ActionId.CHANNEL_EXTERNAL_WINS])
async def test_an_old_card_sets_no_wins_where_another_company_reads(office: Office, tap: ActionId) -> None:
    there = channel(office, OUR_CHANNEL).id
    await as_the_bot(office, there, "What is it for?", [Button("Wins", tap, there, accessible_name="Wins")])
    card = (await office.people.reads(OUR_CHANNEL, who=ADA.id))[-1]

    await office.tap(card, tap)

    refusal = "refusal.shared_channel" if tap is ActionId.CHANNEL_WINS else "refusal.admins_only"
    assert wording(refusal) in str(await office.view())
    assert await office.bot.database.read(outbox_rows, "summary") == []


@pytest.mark.reported("PostHog/posthog#61571")
async def test_an_admins_old_card_asks_first(office: Office) -> None:
    there = channel(office, OUR_CHANNEL).id
    wins = Button("Wins", ActionId.CHANNEL_WINS, there, accessible_name="Wins")
    await as_the_bot(office, there, "What is it for?", [wins])
    card = (await office.people.reads(OUR_CHANNEL, who=PAULA.id))[-1]

    await office.tap(card, ActionId.CHANNEL_WINS, who=PAULA.id)

    await office.until(
        lambda messages: wording("channel.shared_asked") in messages[-1]["text"],
        lambda: office.people.reads(OUR_CHANNEL, who=PAULA.id),
    )
    assert await office.bot.database.read(outbox_rows, "summary") == []


@pytest.mark.reported("looker/lookerbot#137", "trigger.dev/trigger.dev#4593")
@pytest.mark.parametrize("pending", [False, True], ids=["shared", "invited"])
async def test_a_shared_channel_is_no_wins_channel_by_its_name_alone(office: Office, pending: bool) -> None:
    if pending:
        theirs = channel(office, THEIR_CHANNEL)
        theirs.shared_with.clear()
        theirs.is_pending_ext_shared, theirs.host = True, None
        theirs.members -= {TESSA.id, OSCAR.id}

    await office.post("Kestrel in, 45k", channel=THEIR_CHANNEL)
    await office.post(WIN, channel=THEIR_CHANNEL)

    await office.card("Northwind Dental")
    assert [deal["customer"] for deal in await office.export()] == ["Northwind Dental"]
    assert await office.bot.database.read(outbox_rows, "summary") == []


@pytest.mark.reported("mondoohq/cnspec-policies#192")
async def test_a_channel_shared_within_the_organization_is_not_external(office: Office) -> None:
    channel(office, "#wins").is_org_shared = True

    await office.post(WIN)
    await office.card("Northwind Dental")
    assert fixed_part("channel.asked") in await office.command("/firstcall channel", who=ADA.id)

    await monday(office)
    await office.until(bool, lambda: wins_posted(office, "#wins"))


@pytest.mark.reported("kelos-dev/kelos#1330")
@pytest.mark.both_databases
async def test_wins_stop_when_another_company_joins_and_an_admin_is_asked(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")

    await office.people.post("share", as_=PAULA.id, channel="#wins", team=PARTNER_TEAM)

    asked = await office.card(fixed_part("channel.shared_became"), PAULA.id)
    assert wording("channel.shared_asked") in asked["text"]
    await monday(office)
    assert (await settled(office, "summary"))[0][0] == "cancelled"
    assert await wins_posted(office, "#wins") == []
    await office.tap(asked, ActionId.CHANNEL_EXTERNAL_WINS, who=PAULA.id)
    await office.card(fixed_part("channel.settled_wins"), PAULA.id)
    await office.post("Just closed Contoso! $20k ARR")
    await office.card("Contoso")
    await monday(office)
    await office.until(bool, lambda: wins_posted(office, "#wins"))


@pytest.mark.reported("kelos-dev/kelos#1330")
async def test_what_an_admin_allowed_ends_when_one_more_company_joins_or_all_leave(office: Office) -> None:
    await office.command("/firstcall channel", who=PAULA.id, channel=OUR_CHANNEL)
    asked = (await whispers(office, OUR_CHANNEL, PAULA.id))[-1]
    await office.tap(asked, ActionId.CHANNEL_EXTERNAL_WINS, who=PAULA.id)
    await said(office, OUR_CHANNEL, fixed_part("channel.settled_wins"), PAULA.id)

    await office.people.post("share", as_=PAULA.id, channel=OUR_CHANNEL, team="T0ANOTHER")

    await office.card(fixed_part("channel.shared_became"), PAULA.id)
    for team in (PARTNER_TEAM, "T0ANOTHER"):
        answer = await office.command("/firstcall channel", who=ADA.id, channel=OUR_CHANNEL)
        assert fixed_part("channel.shared_note") in answer
        await office.people.post("share", as_=PAULA.id, channel=OUR_CHANNEL, team=team, undo=True)
        await office.people.idle()
    answer = await office.command("/firstcall channel", who=ADA.id, channel=OUR_CHANNEL)
    assert fixed_part("channel.asked") in answer


@pytest.mark.reported("mondoohq/cnspec-policies#192")
async def test_a_channel_that_is_shared_within_the_organization_goes_on(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    wins = channel(office, "#wins")
    wins.is_org_shared = True
    told = {"type": "channel_shared", "connected_team_id": "T0SIBLING", "channel": wins.id, "event_ts": "1.1"}

    assert await event(office, told) == 200

    assert await office.bot.database.read(outbox_rows, "shared_channel") == []
    assert fixed_part("channel.asked") in await office.command("/firstcall channel")


@pytest.mark.reported("kelos-dev/kelos#1330")
async def test_nobody_is_asked_about_a_channel_that_the_app_has_nothing_to_do_with(office: Office) -> None:
    told = {"type": "channel_shared", "connected_team_id": PARTNER_TEAM, "channel": "C0BIGWINS", "event_ts": "1.1"}

    assert await event(office, told) == 200

    assert await office.bot.database.read(outbox_rows, "shared_channel") == []


@pytest.mark.reported("Netflix/dispatch#560")
async def test_a_sharing_that_no_event_told_of_is_noticed_before_the_wins_are_posted(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    channel(office, "#wins").shared_with.add(PARTNER_TEAM)

    await monday(office)

    await office.card(fixed_part("channel.shared_became"), PAULA.id)
    assert await wins_posted(office, "#wins") == []


@pytest.mark.reported("PostHog/posthog#64804")
async def test_wins_wait_while_nobody_can_say_who_reads_them(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    await office.people.post("faults", errors={"conversations.info": {"error": "fatal_error", "count": 1}})

    await monday(office)

    await office.until(
        lambda rows: rows[0] == ("queued", "Slack answered 200 fatal_error"),
        lambda: office.bot.database.read(outbox_rows, "summary"),
    )
    assert await wins_posted(office, "#wins") == []
    await office.later(timedelta(minutes=2))
    await office.until(bool, lambda: wins_posted(office, "#wins"))


@pytest.mark.reported("PostHog/posthog#64804")
@pytest.mark.parametrize("typed", ["summary here", "channel"])
async def test_a_channel_that_cannot_be_looked_up_is_set_to_nothing(office: Office, typed: str) -> None:
    await office.people.post("faults", errors={"conversations.info": {"error": "fatal_error", "after": True}})
    before = await rows(office)

    answer = await office.command(f"/firstcall {typed}", who=PAULA.id, channel=OUR_CHANNEL)

    assert wording("channel.shared_asked") not in answer
    assert fixed_part("settled.summary_here") not in answer
    assert await rows(office) == before


@pytest.mark.reported("stacklok/mecatl#1294")
async def test_a_guest_in_the_channel_reads_no_wins_without_an_admins_word(office: Office) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    office.sandbox.state.workspace.people[BRUNO.id].is_guest = True
    answer = await office.command("/firstcall summary here", who=ADA.id)
    assert fixed_part("channel.shared_note").strip() in answer

    await monday(office)

    await office.card(fixed_part("channel.shared_became"), PAULA.id)
    assert await wins_posted(office, "#wins") == []


@pytest.mark.reported("langchain-ai/open-swe#2238", "kelos-dev/kelos#1330")
@pytest.mark.parametrize(
    ("inviter", "key"),
    [
        (TESSA.id, "refusal.colleagues_only"),
        (ADA.id, "channel.shared_note"),
        (PAULA.id, "channel.shared_title"),
    ],
    ids=["of the partner", "a rep", "an admin"],
)
async def test_who_invites_the_app_to_a_shared_channel_is_told_what_is_so(
    office: Office, inviter: str, key: str
) -> None:
    there = channel(office, OUR_CHANNEL)
    there.members.discard(BOT)
    before = await rows(office)

    await office.people.post("invite", as_=inviter, channel=OUR_CHANNEL)

    asked = await question(office, OUR_CHANNEL, inviter)
    assert fixed_part(key).strip() in asked["text"]
    assert ActionId.CHANNEL_WINS not in str(asked)
    assert (ActionId.CHANNEL_EXTERNAL_WINS in str(asked)) is (inviter == PAULA.id)
    if inviter == TESSA.id:
        assert await rows(office) == before


# --- what went to another company's workspace before ----------------------------------------------------------------


def misplace(session: Session) -> None:
    """Have everything so far stand under the partner's workspace, as an earlier version stored it."""
    (tenant,) = session.scalars(select(Tenant))
    tenant.external_id, tenant.name = PARTNER_TEAM, None
    session.flush()
    workspace_installed(session, WorkspaceInstalled("slack", OURS, "Brightside Software"), datetime.now(UTC))


def a_partners_deal(session: Session) -> None:
    """A deal of somebody of the partner, as an earlier version stored it."""
    caller = Caller("slack", OURS, OSCAR.id, "won:oscar")
    record_reported(session, DealReported(caller, "Tailspin Toys", None, None), datetime.now(UTC))


async def firstcall(office: Office, database_url: str, *arguments: str) -> tuple[int, str]:
    """Run a command on the office's database and Slack; gives the exit code and what it printed."""
    config = office.sandbox.state.config
    settings = {
        "DATABASE_URL": database_url,
        "SLACK_API_URL": office.sandbox.api_url,
        "SLACK_BOT_TOKEN": config.bot_token,
        "SLACK_SIGNING_SECRET": config.signing_secret,
        "FIRSTCALL_PORT": "0",
    }
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await program.communicate()
    return program.returncode or 0, printed.decode()


async def a_call_under_way(office: Office) -> Json:
    """A win of Ada's whose call has begun, with agreed and open statements; gives its card."""
    await office.post(WIN)
    card = await office.card("Northwind Dental")
    await office.tap(card, ActionId.CARD_BRIEF)
    await office.submit(decision_maker="Dana Whitfield", requirements="Faster boarding")
    await office.people.post("views/close", as_=ADA.id, view_id=(await office.view())["id"])
    await office.tap(card, ActionId.CARD_GO_ON)
    await office.capture("A call every Friday\nNo surprise invoice", "Board ten hygienists")
    await office.tap_in_view(ActionId.READ_AGREED)
    await office.people.post("views/close", as_=ADA.id, view_id=(await office.view())["id"])
    await office.people.idle()
    await office.until(
        lambda rows: all(state == "sent" for state, _ in rows),
        lambda: office.bot.database.read(outbox_rows, "card"),
    )
    return card


@pytest.mark.reported("slackapi/bolt-js#687", "outline/outline#1199")
@pytest.mark.both_databases
async def test_deals_under_another_companys_workspace_are_found_and_moved(office: Office, database_url: str) -> None:
    card = await a_call_under_way(office)
    (before,) = await office.export()
    await office.bot.database.write(a_partners_deal)
    await office.bot.database.write(misplace)
    assert fixed_part("list.empty") in await office.command("/firstcall list")

    code, told = await firstcall(office, database_url, "doctor")
    assert (code, f"2 deals are stored under {PARTNER_TEAM}" in told) == (0, True), told
    assert f"firstcall workspace move {PARTNER_TEAM}" in told

    rows_before = await rows(office)
    code, told = await firstcall(office, database_url, "workspace", "move", PARTNER_TEAM)
    assert (code, f"1 deal would move from {PARTNER_TEAM} to {OURS}" in told) == (0, True), told
    assert "1 deal of people of another company would stay" in told
    assert await rows(office) == rows_before
    assert sorted(deal["workspace"]["id"] for deal in await deals(office)) == [PARTNER_TEAM, PARTNER_TEAM]

    code, told = await firstcall(office, database_url, "workspace", "move", PARTNER_TEAM, "--yes")
    assert (code, f"1 deal moved from {PARTNER_TEAM} to {OURS}" in told) == (0, True), told

    assert {deal["customer"]: deal["workspace"]["id"] for deal in await deals(office)} == {
        "Northwind Dental": OURS,
        "Tailspin Toys": PARTNER_TEAM,
    }
    (after,) = [deal for deal in await deals(office) if deal["workspace"]["id"] == OURS]
    assert after["workspace"].pop("name") == before["workspace"].pop("name") == "Brightside Software"
    assert after == before
    assert "Northwind Dental" in await office.command("/firstcall list")
    await office.tap(card, ActionId.CARD_GO_ON)
    assert (await office.view())["callback_id"] == "readback"
    code, told = await firstcall(office, database_url, "doctor")
    assert f"1 deal is stored under {PARTNER_TEAM}" in told


@pytest.mark.reported("slackapi/bolt-js#687")
@pytest.mark.both_databases
async def test_a_message_that_both_workspaces_know_collides_with_nothing(office: Office, database_url: str) -> None:
    message = await office.post(WIN)
    await office.card("Northwind Dental")
    await office.bot.database.write(misplace)
    edited = {"as_": ADA.id, "channel": message["channel"], "ts": message["ts"]}
    await office.people.post("messages/edit", **edited, text=f"{WIN} Thanks all!")
    await office.post("Just closed Contoso! $20k ARR")
    await office.dms(3)

    code, told = await firstcall(office, database_url, "workspace", "move", PARTNER_TEAM, "--yes")

    assert (code, "come from one message" in told) == (0, True), told
    assert await only_ours(office)
    assert sorted(deal["customer"] for deal in await office.export()) == [
        "Contoso",
        "Northwind Dental",
        "Northwind Dental",
    ]
    code, told = await firstcall(office, database_url, "doctor")
    assert "stored under" not in told


@pytest.mark.reported("slackapi/bolt-js#687")
def test_a_move_leaves_out_no_table_of_a_tenant() -> None:
    owned = {each.class_ for each in Base.registry.mappers if issubclass(each.class_, TenantOwned)}
    one_by_one = {Deal, Sighting, Requirement, ChallengeStep, FeasibilityAnswer, ImportedDeal, Thanks}

    assert owned == {*OF_A_DEAL, *OF_A_STATEMENT, *LEFT_OVER, *one_by_one}


@pytest.mark.reported("slackapi/bolt-js#687")
async def test_the_deals_of_an_installed_workspace_are_never_moved(office: Office, database_url: str) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")

    code, told = await firstcall(office, database_url, "workspace", "move", OURS, "--yes")

    assert (code, f"{OURS} is no workspace with misplaced deals" in told) == (1, True), told
    assert len(await office.export()) == 1


@pytest.mark.reported("PostHog/posthog#64804")
async def test_nothing_is_moved_while_slack_cannot_say_whose_the_deals_are(office: Office, database_url: str) -> None:
    await office.post(WIN)
    await office.card("Northwind Dental")
    await office.bot.database.write(misplace)
    await office.people.post("faults", errors={"users.info": {"error": "fatal_error"}})

    code, told = await firstcall(office, database_url, "workspace", "move", PARTNER_TEAM, "--yes")

    assert (code, "nothing was changed" in told) == (1, True), told
    assert "Traceback" not in told
    assert [deal["workspace"]["id"] for deal in await deals(office)] == [PARTNER_TEAM]


@pytest.mark.reported("looker/lookerbot#137")
async def test_somebody_of_another_company_who_was_a_rep_is_written_to_no_more(office: Office) -> None:
    await office.bot.database.write(a_partners_deal)
    office.bot.scheduler.wake()

    found = await settled(office, "card")

    assert found == [("dead", "they work at another company")]
    assert await office.dm(OSCAR.id) == []


# --- organizations (Enterprise Grid) ---------------------------------------------------------------------------------

WORKSPACE = Installation("T1", "Brightside", "U0BOT")
ON_GRID = Installation("T1", "Brightside", "U0BOT", enterprise_id="E1")
ORG_WIDE = Installation("T1", "Brightside", "U0BOT", enterprise_id="E1", org_wide=True)


@pytest.mark.reported("slackapi/bolt-js#1720", "vercel/chat#724", "slackapi/python-slack-sdk#1640")
def test_everything_of_an_organizations_installation_is_stored_under_the_organization() -> None:
    assert [each.workspace for each in (WORKSPACE, ON_GRID, ORG_WIDE)] == ["T1", "T1", "E1"]


@pytest.mark.reported("slackapi/bolt-js#935", "slackapi/bolt-js#1614", "lobu-ai/lobu#1816")
@pytest.mark.parametrize(
    ("body", "own"),
    [
        ({}, (True, True, True)),
        ({"team_id": "T2"}, (True, True, True)),
        ({"authorizations": [{"team_id": "T1", "enterprise_id": None}]}, (True, True, True)),
        ({"authorizations": [{"team_id": "T2", "enterprise_id": "E1"}]}, (False, False, True)),
        ({"authorizations": [{"team_id": None, "enterprise_id": "E1"}]}, (False, False, True)),
        ({"authorizations": [{"team_id": "T2"}, {"team_id": "T1"}], "team_id": "T2"}, (True, True, True)),
        ({"authorizations": [None, "T1"]}, (False, False, False)),
        ({"view": {"app_installed_team_id": "T1"}, "team": {"id": "T2"}}, (True, True, True)),
        ({"view": {"app_installed_team_id": "E1"}, "team": {"id": "T2"}}, (False, False, True)),
        ({"view": {"app_installed_team_id": "T3"}, "team": {"id": "T1"}}, (False, False, False)),
        ({"context_team_id": "T1", "team_id": "T2"}, (True, True, True)),
        ({"context_team_id": "T2", "context_enterprise_id": "E1"}, (False, False, True)),
        ({"is_ext_shared_channel": True, "authorizations": [{"team_id": "T2"}]}, (True, True, True)),
    ],
)
def test_which_installation_a_payload_is_for(body: Json, own: tuple[bool, bool, bool]) -> None:
    assert tuple(each.receives(body) for each in (WORKSPACE, ON_GRID, ORG_WIDE)) == own


@pytest.mark.reported("tempoxyz/tip.bot#35", "mondoohq/cnspec-policies#192")
@pytest.mark.parametrize(
    ("user", "on_workspace", "on_grid"),
    [
        ({"team_id": "T1"}, Affiliation.COLLEAGUE, Affiliation.COLLEAGUE),
        ({}, Affiliation.COLLEAGUE, Affiliation.COLLEAGUE),
        ({"team_id": "T1", "is_restricted": True}, Affiliation.GUEST, Affiliation.GUEST),
        ({"team_id": "T1", "is_stranger": True}, Affiliation.EXTERNAL, Affiliation.EXTERNAL),
        ({"team_id": "T2", "is_stranger": False}, Affiliation.EXTERNAL, Affiliation.EXTERNAL),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, Affiliation.EXTERNAL, Affiliation.COLLEAGUE),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, Affiliation.COLLEAGUE, Affiliation.COLLEAGUE),
        ({"team_id": "E1"}, Affiliation.EXTERNAL, Affiliation.COLLEAGUE),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}}, Affiliation.EXTERNAL, Affiliation.EXTERNAL),
    ],
)
def test_where_a_user_belongs(user: Json, on_workspace: Affiliation, on_grid: Affiliation) -> None:
    assert (WORKSPACE.affiliation_of(user), ON_GRID.affiliation_of(user)) == (on_workspace, on_grid)
