"""The app's life on the platforms: addresses, events about the app and its channels, tokens that end and come back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import running as bot_running
from bot.cli import doctor_checks
from bot.ports.messenger import UnreachableError
from bot.settings import Settings
from bot.teams.connector.access_tokens import ClientSecret
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.requests import Caller
from handlers.team.channels import purpose_of
from handlers.workspace.channel_purpose import Purpose
from sandbox.server import running as sandbox_running
from sandbox.teams.chats import ADA as TEAMS_ADA
from sandbox.teams.faults import Fault
from sandbox.teams.server import TeamsSandbox
from storage import outbox
from storage.models import Channel, OutboxRow, Tenant
from storage.tenancy import ALL_TENANTS
from tests.manual_timer import ManualTimer
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import ADA, BOT, BRUNO, Json, People
from tests.slack.conftest import office, plain_tracebacks
from tests.slack.slack_driver import Office
from tests.teams.bare_endpoint import credentials
from tests.teams.conftest import company, settings, teams
from tests.teams.teams_driver import BOT as TEAMS_BOT
from tests.teams.teams_driver import PATIENCE, TENANT, WINS, Company, until
from tests.wording import fixed_part

__all__ = ["company", "office", "plain_tracebacks", "settings", "teams"]

WIN = "Just closed Northwind Dental! $45k ARR"
JSON = {"content-type": "application/json"}


def envelope(office: Office, event: Json, **more: Any) -> Json:
    """An event as Slack posts it."""
    team = office.sandbox.state.workspace.team_id
    return {
        "token": "verification",
        "team_id": team,
        "api_app_id": "A0FIRSTCAL",
        "type": "event_callback",
        "event_id": f"Ev{abs(hash(json.dumps(event))):X}"[:12],
        "event_time": 1_772_442_000,
        "event": event,
        **more,
    }


async def deliver(office: Office, body: Any, path: str = "/slack/events") -> Json:
    return await office.people.post("deliver", body=json.dumps(body), headers=JSON, path=path)


async def happens(office: Office, event: Json) -> None:
    """Slack publishes an event that the app is subscribed to, over HTTP or Socket Mode."""
    office.sandbox.state.events.publish(event)
    await office.people.idle()


async def readiness(office: Office) -> tuple[int, Json]:
    async with office.people.http.get(f"{office.bot.url}/readyz") as answer:
        return answer.status, await answer.json()


async def blocked(office: Office) -> str | None:
    return await office.bot.database.read(lambda session: session.scalar(select(Tenant.blocked_reason)))


async def rows(office: Office, *kinds: str) -> list[tuple[str, str, str | None]]:
    """Kind, state and reason of these rows, oldest first."""

    def read(session: Session) -> list[tuple[str, str, str | None]]:
        found = session.scalars(
            select(OutboxRow).where(OutboxRow.kind.in_(kinds)).order_by(OutboxRow.id),
            execution_options={ALL_TENANTS: True},
        )
        return [(row.kind, row.state, row.reason) for row in found]

    return await office.bot.database.read(read)


async def allowed(office: Office, *errors: str) -> None:
    """Of what the bot sent, Slack refused only with these errors; forget it."""
    refused = await office.refused()
    assert {each["refused"] for each in refused} <= set(errors), refused
    office.sandbox.state.log.clear()


# --- the address ---


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/slack/events/", marks=pytest.mark.reported("slackapi/bolt-js#1427"), id="slash"),
        pytest.param("/slack//events", marks=pytest.mark.reported("howdyai/botkit#1726"), id="doubled inside"),
        pytest.param("//slack/events", marks=pytest.mark.reported("lightdash/lightdash#10156"), id="doubled in front"),
        pytest.param("/slack/events//", marks=pytest.mark.reported("slackapi/bolt-js#1427"), id="doubled at the end"),
        pytest.param("/Slack/Events", marks=pytest.mark.reported("howdyai/botkit#1726"), id="capitals"),
    ],
)
async def test_an_address_typed_a_little_differently_reaches_the_bot(office: Office, path: str) -> None:
    answer = await deliver(office, {"type": "url_verification", "challenge": "3eZbrw1aB"}, path)
    assert (answer["status"], json.loads(answer["body"])) == (200, {"challenge": "3eZbrw1aB"})
    forged = await office.people.post("deliver", body="{}", headers=JSON, path=path, sign=False)
    assert forged["status"] == 401


@pytest.mark.reported("slackapi/python-slack-events-api#104")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
@pytest.mark.parametrize("path", ["/slack/events", "/slack/events/"])
async def test_a_browser_on_the_address_is_told_what_it_is_for(office: Office, method: str, path: str) -> None:
    async with office.people.http.request(method, f"{office.bot.url}{path}") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"
        assert method == "HEAD" or "POST" in await answer.text()


@pytest.mark.reported("slackapi/bolt-js#1427")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_probe_with_a_slash_is_answered(office: Office, method: str) -> None:
    for path in ("/healthz/", "/readyz/", "//healthz"):
        async with office.people.http.request(method, f"{office.bot.url}{path}") as answer:
            assert answer.status == 200, path
    for path in ("/", "/slack", "/slack/events/more", "/healthz/x"):
        async with office.people.http.request(method, f"{office.bot.url}{path}") as answer:
            assert answer.status == 404, path


@pytest.mark.reported("slackapi/bolt-python#13")
async def test_slack_may_verify_the_address_at_any_time(office: Office) -> None:
    """Also while the token is refused, and with fields that Slack may add."""
    office.sandbox.state.token_refused = "account_inactive"
    body = {"type": "url_verification", "token": "old", "challenge": "é&<x>", "new_field": {"a": 1}}
    answer = await deliver(office, body)
    assert (answer["status"], json.loads(answer["body"])) == (200, {"challenge": "é&<x>"})


# --- events without a listener ---


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"type": "team_domain_change", "domain": "acme-now"}, id="known to Slack"),
        pytest.param({"type": "subteam_created"}, id="of another feature"),
        pytest.param({"type": "invented_tomorrow", "detail": {"deep": [1]}}, id="new"),
        pytest.param({"type": "message_metadata_posted", "channel_id": "C1"}, id="like another one"),
    ],
)
@pytest.mark.reported("NousResearch/hermes-agent#38869")
async def test_an_event_that_is_not_handled_is_answered(office: Office, event: Json) -> None:
    """Slack turns an app's events off when too many are answered otherwise."""
    assert (await deliver(office, envelope(office, event)))["status"] == 200


@pytest.mark.reported("slackapi/hubot-slack#573")
async def test_dropped_events_are_logged(office: Office, logged: Callable[[], str]) -> None:
    """Above 30,000 an hour Slack drops events, and says so in a body that is no event."""
    team = office.sandbox.state.workspace.team_id
    body = {"token": "x", "type": "app_rate_limited", "team_id": team, "minute_rate_limited": 1_772_442_000}
    assert (await deliver(office, {**body, "api_app_id": "A0FIRSTCAL"}))["status"] == 200
    told = logged()
    assert "Slack dropped events" in told
    assert "2026-03-02" in told
    for minute in (None, "soon", 10**30, -1):
        assert (await deliver(office, {**body, "minute_rate_limited": minute}))["status"] == 200


@pytest.mark.reported("slackapi/bolt-python#264")
async def test_a_body_of_an_unknown_type_is_answered(office: Office) -> None:
    assert (await deliver(office, {"type": "workflow_invented_tomorrow"}))["status"] == 200


# --- the app and its token ---


async def uninstall(office: Office, **how: Any) -> None:
    await office.people.post("app/uninstall", as_=ADA, **how)
    await office.people.idle()


@pytest.fixture
async def remote_office(database_url: str) -> AsyncIterator[Office]:
    """The same over Socket Mode."""
    config = patient_slack(socket_mode=True)
    async with sandbox_running(config) as sandbox:
        settings = slack_settings(database_url, config, sandbox.api_url, socket_mode=True)
        async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
            people = People(sandbox.url, http)
            await people.post("bot", clock_url=f"{bot.url}/dev/clock")
            yield Office(bot, sandbox, people)


@pytest.mark.reported("slackapi/node-slack-sdk#99")
@pytest.mark.reported("slackapi/bolt-js#674")
@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_after_the_app_is_uninstalled_everything_waits_and_goes_on_when_it_is_back(
    office: Office, error: str
) -> None:
    await _uninstalled_and_back(office, error)


@pytest.mark.reported("slackapi/node-slack-sdk#99")
async def test_the_same_over_socket_mode(remote_office: Office) -> None:
    await _uninstalled_and_back(remote_office, "account_inactive")


async def nothing_is_due(office: Office) -> None:
    """Wait until everything that is due at the time of the bot was sent, cancelled or postponed."""
    now = office.bot.clock.now()
    await office.until(lambda due: due is None or due > now, lambda: office.bot.database.read(outbox.next_due, now))
    await office.people.idle()


async def _uninstalled_and_back(office: Office, error: str) -> None:
    assert (await readiness(office))[0] == 200
    await office.post(WIN)
    await office.dms(1)
    await uninstall(office, error=error)
    assert await blocked(office) == error
    status, checks = await readiness(office)
    assert (status, checks["slack_token"], checks["reason"]) == (503, False, f"slack_token: {error}")
    office.sandbox.state.log.clear()

    await office.later(timedelta(days=2))  # the reminder would have come meanwhile
    kinds = {kind for kind, state, _ in await rows(office, "reminder", "digest") if state == "queued"}
    assert kinds
    assert [r for r in await office.refused() if r["name"] != "auth.test"] == []

    await office.people.post("app/install")
    await office.later(timedelta(minutes=2))
    status, checks = await readiness(office)
    assert (status, checks["slack_token"]) == (200, True)
    assert "reason" not in checks
    assert await blocked(office) is None
    for _ in range(16):  # until the rep is at work, after a weekend at the most
        if len(await office.dm()) > 1:
            break
        await office.later(timedelta(hours=5))
        await nothing_is_due(office)  # else the clock might go on to the night before the sweep has begun
    await office.dms(2)
    assert not [row for row in await rows(office, "card", "reminder", "digest") if row[1] == "dead"]
    await allowed(office, error)


@pytest.mark.reported("slackapi/java-slack-sdk#595")
async def test_a_message_that_finds_the_token_revoked_is_sent_after_the_next_installation(office: Office) -> None:
    """No event came: it was not subscribed to, or the bot was down."""
    await office.post("We won Harbor Point Hotels! $120k")
    await office.dms(1)
    office.sandbox.state.token_refused = "token_revoked"
    await office.people.post("commands", as_=ADA, channel="#wins", text="/firstcall won Northwind Dental $45k")
    assert await office.until(lambda found: found is not None, lambda: blocked(office)) == "token_revoked"
    assert (await readiness(office))[1]["reason"] == "slack_token: token_revoked"
    assert [row[1] for row in await rows(office, "card")] == ["sent", "queued"]
    await office.people.post("app/install")
    await office.later(timedelta(minutes=2))
    assert (await readiness(office))[0] == 200
    await office.card("Northwind Dental")
    await allowed(office, "token_revoked")


@pytest.mark.reported("slackapi/bolt-js#1347")
async def test_a_late_event_about_an_old_token_stops_nothing(office: Office) -> None:
    """The app was installed again before Slack's retry of the event arrived."""
    for event in ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": [BOT], "oauth": []}}):
        await happens(office, event)
    assert await blocked(office) is None
    assert (await readiness(office))[0] == 200


@pytest.mark.reported("slackapi/bolt-js#1965")
@pytest.mark.parametrize("tokens", [{"oauth": [BRUNO], "bot": []}, {"oauth": [BRUNO]}, {}, None, "all"])
async def test_a_persons_revoked_token_is_none_of_the_bots(office: Office, tokens: Any) -> None:
    office.sandbox.state.log.clear()
    await happens(office, {"type": "tokens_revoked", "tokens": tokens})
    requests = (await office.people.get("requests"))["requests"]
    assert [r["name"] for r in requests if r["direction"] == "to_slack"] == []
    assert await blocked(office) is None


@pytest.mark.reported("slackapi/python-slack-sdk#1524")
async def test_slack_that_does_not_answer_is_no_revoked_token(office: Office) -> None:
    await office.people.post("faults", errors={"auth.test": {"status": 500, "count": 1}})
    await happens(office, {"type": "tokens_revoked", "tokens": {"bot": [BOT]}})
    assert await blocked(office) == "token_revoked"  # what the event says is likely
    await office.later(timedelta(minutes=2))
    assert (await readiness(office))[0] == 200  # but Slack has the last word
    await allowed(office, "internal_error")


@pytest.mark.reported("slackapi/hubot-slack#573")
async def test_a_renamed_workspace_is_called_by_its_new_name(office: Office) -> None:
    team = envelope(office, {"type": "team_rename", "name": "Brighter Side"})
    assert (await deliver(office, team))["status"] == 200
    assert await office.bot.database.read(lambda session: session.scalar(select(Tenant.name))) == "Brighter Side"
    assert (await deliver(office, envelope(office, {"type": "team_rename"})))["status"] == 200
    assert await office.bot.database.read(lambda session: session.scalar(select(Tenant.name))) == "Brighter Side"


# --- channels ---


async def wins_channel(office: Office) -> str:
    """Ada has the wins of the week posted in #wins, where Bruno wins a deal on a Monday; returns its id."""
    await office.command("/firstcall summary here")
    await office.monday_morning(timedelta(0))
    await office.until(
        lambda found: [state for _, state, _ in found][-1:] == ["queued"], lambda: rows(office, "summary")
    )
    await office.post(WIN, who=BRUNO)
    await office.dms(1, who=BRUNO)
    return await office.people.channel_id("wins")


async def channel_event(office: Office, what: str, **more: Any) -> None:
    await office.people.post(f"channels/{what}", as_=BRUNO, channel="#wins", **more)
    await office.people.idle()


async def told(office: Office, saying: str) -> list[Json]:
    """The bot's messages to Ada that say so."""
    return [each for each in await office.dm() if saying in each["text"]]


async def channel(office: Office, external_id: str) -> tuple[str | None, str | None]:
    """The channel's name, and why nothing can be posted there."""

    def read(session: Session) -> tuple[str | None, str | None]:
        found = session.scalars(
            select(Channel).where(Channel.external_id == external_id), execution_options={ALL_TENANTS: True}
        ).one()
        return found.name, found.blocked_reason

    return await office.bot.database.read(read)


CLOSED = [
    pytest.param("archive", "archived", marks=pytest.mark.reported("dblock/slack-strava#112")),
    pytest.param("delete", "deleted", marks=pytest.mark.reported("ikechan8370/chatgpt-plugin#439")),
    pytest.param("remove", "left", marks=pytest.mark.reported("elastic/connectors#1972")),
]


@pytest.mark.parametrize(("what", "reason"), CLOSED)
async def test_a_closed_channel_gets_no_summaries_and_its_manager_hears_of_it(
    office: Office, what: str, reason: str
) -> None:
    wins = await wins_channel(office)
    await channel_event(office, what)
    assert await channel(office, wins) == ("wins", reason)
    await office.monday_morning(timedelta(days=3))
    said = fixed_part(f"channel.closed_{reason}")
    found = await office.until(bool, lambda: told(office, said))
    assert "*wins*" in found[0]["text"]
    assert await open_summaries(office) == []
    await office.later(timedelta(days=8))
    assert await open_summaries(office) == []  # none is planned any more
    assert len(await told(office, said)) == 1
    assert [state for _, state, _ in await rows(office, "summary") if state in ("sent", "dead")] == []


async def open_summaries(office: Office) -> list[Any]:
    """Those still to be posted, once all that are due have been looked at."""
    now = office.bot.clock.now()

    def read(session: Session) -> tuple[list[int], bool]:
        found = session.scalars(
            select(OutboxRow).where(OutboxRow.kind == "summary", OutboxRow.state.in_(("queued", "claimed"))),
            execution_options={ALL_TENANTS: True},
        ).all()
        return [row.id for row in found], all(row.due_at > now for row in found)

    found: tuple[list[int], bool] = await office.until(
        lambda look: bool(look[1]), lambda: office.bot.database.read(read)
    )
    return found[0]


@pytest.mark.reported("SamirBoulil/slub#203")
async def test_an_archived_channel_that_comes_back_gets_its_summaries_again(office: Office) -> None:
    """Slack removes bots from archived channels, so that somebody has to invite it."""
    wins = await wins_channel(office)
    await channel_event(office, "archive")
    await channel_event(office, "unarchive")
    assert await channel(office, wins) == ("wins", "left")
    await office.people.post("invite", as_=ADA, channel="#wins")
    await office.people.idle()
    assert await channel(office, wins) == ("wins", None)
    await office.monday_morning(timedelta(days=3))
    posts = await office.until(
        lambda messages: any("Northwind Dental" in str(m.get("blocks")) for m in messages if m.get("bot_id")),
        lambda: office.people.reads("#wins"),
    )
    assert posts
    said = [fixed_part(f"channel.closed_{reason}") for reason in ("archived", "left")]
    assert len({each["ts"] for text in said for each in await told(office, text)}) <= 1  # none if it came back at once


@pytest.mark.reported("EqualExperts/slack-gardener#8")
async def test_a_channel_that_comes_back_with_the_bot_needs_no_invitation(office: Office) -> None:
    wins = await wins_channel(office)
    await channel_event(office, "archive")
    office.sandbox.state.workspace.channels[wins].members.add(BOT)
    await channel_event(office, "unarchive")
    assert await channel(office, wins) == ("wins", None)


@pytest.mark.reported("Netflix/dispatch#1515")
@pytest.mark.reported("chatwoot/chatwoot#13520")
async def test_an_archive_that_no_event_told_of_is_found_at_the_first_refusal(office: Office) -> None:
    wins = await wins_channel(office)
    office.sandbox.state.workspace.channels[wins].is_archived = True
    await office.monday_morning(timedelta(days=3))
    await office.until(lambda rows: ("summary", "dead", "is_archived") in rows, lambda: rows(office, "summary"))
    assert await channel(office, wins) == ("wins", "archived")
    await office.until(bool, lambda: told(office, fixed_part("channel.closed_archived")))
    await office.later(timedelta(days=8))
    assert await open_summaries(office) == []
    await allowed(office, "is_archived")


@pytest.mark.reported("elastic/connectors#1972")
async def test_other_members_come_and_go_without_effect(office: Office) -> None:
    wins = await wins_channel(office)
    gone = {"type": "member_left_channel", "user": ADA, "channel": wins, "channel_type": "C"}
    assert (await deliver(office, envelope(office, gone)))["status"] == 200
    assert await channel(office, wins) == ("wins", None)


@pytest.mark.reported("slackapi/bolt-python#264")
async def test_a_renamed_channel_is_called_by_its_new_name_at_once(office: Office) -> None:
    """Also by the detection: a channel is for wins by its name, and the look-up is kept for an hour."""
    await office.post("We won Harbor Point Hotels! $120k", channel="#general")
    await office.dms(1)
    general = await office.people.channel_id("general")
    await office.people.post("channels/rename", as_=ADA, channel="#general", name="big-wins")
    await office.people.idle()
    assert await channel(office, general) == ("big-wins", None)
    assert await office.bot.database.read(purpose_of, "slack", "T0BRIGHTSD", general, None) is Purpose.WINS
    before = len(await office.dm())
    await office.post("Fabrikam $12k/yr", channel="#big-wins")
    assert len(await office.dms(before + 1)) == before + 1


# --- what the doctor says ---


@pytest.mark.reported("nexu-io/nexu#111")
async def test_the_doctor_says_where_nothing_is_sent(office: Office, database_url: str) -> None:
    await wins_channel(office)
    settings = Settings(_env_file=None, database_url=database_url)
    assert await asyncio.to_thread(lambda: list(doctor_checks.deliveries(settings))) == []
    await channel_event(office, "archive")
    await uninstall(office)
    found = await asyncio.to_thread(lambda: list(doctor_checks.deliveries(settings)))
    first, second = (each.found for each in found)
    assert first.startswith("nothing is sent to slack T0BRIGHTSD: account_inactive; ")
    assert second == "no wins are posted in wins of slack T0BRIGHTSD: it was archived"
    assert {each.state for each in found} == {"note"}
    assert all(each.next_step for each in found)
    await allowed(office, "account_inactive")


# --- Teams ---


async def report(company: Company, customer: str = "Northwind Dental") -> None:
    """A deal of Ada's: its card goes into the outbox."""
    request = DealReported(Caller("teams", TENANT, TEAMS_ADA.person, f"told:{customer}"), customer, None, None)
    await company.bot.database.write(reported_deal.record_reported, request, company.bot.clock.now())
    company.bot.scheduler.wake()


async def cards(company: Company) -> list[tuple[str, str | None]]:
    """State and reason of the rows of cards."""

    def read(session: Session) -> list[tuple[str, str | None]]:
        found = session.scalars(
            select(OutboxRow).where(OutboxRow.kind == "card").order_by(OutboxRow.id),
            execution_options={ALL_TENANTS: True},
        )
        return [(row.state, row.reason) for row in found]

    return await company.bot.database.read(read)


async def becomes(company: Company, expected: list[tuple[str, str | None]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while (found := await cards(company)) != expected:
            await asyncio.sleep(0.02)
    assert found == expected


def posts(company: Company) -> int:
    return sum(method == "POST" and "activities" in path for method, path in company.teams.requests)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("BotNotInConversationRoster", marks=pytest.mark.reported("microsoft/BotFramework-Services#344")),
        pytest.param("ConversationBlockedByUser", marks=pytest.mark.reported("MicrosoftDocs/msteams-docs#6335")),
        pytest.param(
            "ForbiddenOperationException",
            marks=pytest.mark.reported("OfficeDev/microsoft-teams-apps-company-communicator#744"),
        ),
    ],
)
async def test_a_person_who_shut_the_bot_out_is_left_alone_and_gets_their_cards_when_they_return(
    company: Company, code: str
) -> None:
    await company.post(company.activity("installationUpdate", action="add"))
    company.chat().blocked = code
    await report(company)
    await becomes(company, [("dead", code)])
    tried = posts(company)
    await report(company, "Harbor Point Hotels")
    await becomes(company, [("dead", code)] * 2)
    assert posts(company) == tried, "Microsoft says: stop posting until they come back"

    company.chat().blocked = None
    await company.post(company.activity(text="hello"))
    async with asyncio.timeout(PATIENCE):
        while {state for state, _ in await cards(company)} != {"sent"}:
            await asyncio.sleep(0.02)
    said = "\n".join(company.said())
    assert "Northwind Dental" in said
    assert "Harbor Point Hotels" in said


@pytest.mark.reported("OfficeDev/BotBuilder-MicrosoftTeams#286")
async def test_after_removing_and_installing_it_again_a_person_has_their_cards(company: Company) -> None:
    await company.post(company.activity("installationUpdate", action="add"))
    await company.post(company.activity("installationUpdate", action="remove"))
    await report(company)
    await becomes(company, [("dead", "FirstCall was removed there")])
    await company.post(company.activity("installationUpdate", action="add"))
    await becomes(company, [("sent", None)])


@pytest.mark.reported("OfficeDev/microsoft-teams-apps-company-communicator#744")
async def test_a_card_from_before_the_first_installation_arrives_with_it(company: Company) -> None:
    await report(company)
    await becomes(company, [("dead", "FirstCall has not been let in there")])
    await company.post(company.activity("installationUpdate", action="add"))
    await becomes(company, [("sent", None)])


async def teams_wins(company: Company) -> None:
    """Ada has the wins of the week posted in the channel, and can be written to."""
    await company.post(company.activity("installationUpdate", action="add"))
    data = {"eventType": "channelCreated", "channel": {"id": WINS, "name": "wins"}}
    await company.post(company.activity("conversationUpdate", channel=WINS, channelData=data))
    await company.post(
        company.activity(
            text="<at>FirstCall</at> summary here",
            channel=WINS,
            entities=[{"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": TEAMS_BOT}}],
        )
    )
    company.bot.clock.offset += timedelta(days=(7 - company.bot.clock.now().weekday()) % 7 + 1)  # a Tuesday: work
    noon = company.bot.clock.now().replace(hour=12, minute=0)
    company.bot.clock.offset += noon - company.bot.clock.now()


async def channel_on_teams(company: Company) -> tuple[str | None, str | None]:
    def read(session: Session) -> tuple[str | None, str | None]:
        wanted = select(Channel).where(Channel.external_id == WINS)
        found = session.scalars(wanted, execution_options={ALL_TENANTS: True}).one()
        return found.purpose, found.blocked_reason

    return await company.bot.database.read(read)


@pytest.mark.reported("OfficeDev/BotBuilder-MicrosoftTeams#228")
@pytest.mark.parametrize(
    ("closing", "reason", "opening"),
    [
        ("channelDeleted", "deleted", "channelRestored"),
        ("teamDeleted", "deleted", "teamRestored"),
        ("teamArchived", "archived", "teamUnarchived"),
    ],
)
async def test_a_channel_that_is_gone_on_teams_stops_and_resumes(
    company: Company, closing: str, reason: str, opening: str
) -> None:
    await teams_wins(company)
    for event in (closing, closing):
        data = {"eventType": event, "channel": {"id": WINS, "name": "wins"}}
        answer = await company.post(company.activity("conversationUpdate", channel=WINS, channelData=data))
        assert answer == (200, None)
    assert await channel_on_teams(company) == ("wins", reason)
    said = fixed_part(f"channel.closed_{reason}")
    await until(lambda: any(said in each for each in company.said()))
    assert sum(said in each for each in company.said()) == 1
    await company.post(company.activity("conversationUpdate", channel=WINS, channelData={"eventType": opening}))
    assert await channel_on_teams(company) == ("wins", None)


@pytest.mark.reported("MicrosoftDocs/msteams-docs#1264")
async def test_a_team_that_removes_the_bot_is_told_about(company: Company) -> None:
    await teams_wins(company)
    removed = company.activity("conversationUpdate", channel=WINS, membersRemoved=[{"id": TEAMS_BOT}])
    assert await company.post(removed) == (200, None)
    assert await channel_on_teams(company) == ("wins", "left")
    await until(lambda: any(fixed_part("channel.closed_left") in each for each in company.said()))


async def teams_readiness(company: Company) -> tuple[int, Json]:
    async with company.http.get(f"{company.bot.url}/readyz") as answer:
        return answer.status, await answer.json()


@pytest.mark.reported("MicrosoftDocs/msteams-docs#6335")
async def test_one_company_that_disabled_the_bot_does_not_make_it_unready(company: Company) -> None:
    await company.post(company.activity("installationUpdate", action="add"))
    company.chat().blocked = "BotDisabledByAdmin"
    await report(company)
    await becomes(company, [("queued", "BotDisabledByAdmin")])
    status, checks = await teams_readiness(company)
    assert (status, checks["teams_token"]) == (200, True)


@pytest.mark.reported("microsoft/botframework-sdk#2537")
async def test_an_expired_secret_makes_the_bot_unready_until_it_is_renewed(company: Company) -> None:
    company.teams.password = "the-next-secret"
    await company.post(company.activity("installationUpdate", action="add"))
    await report(company)
    async with asyncio.timeout(PATIENCE):
        while (await teams_readiness(company))[0] == 200:
            await asyncio.sleep(0.02)
    status, checks = await teams_readiness(company)
    assert (status, checks["reason"]) == (503, "teams_token: invalid_client")
    async with asyncio.timeout(PATIENCE):
        while (await cards(company))[0][0] != "queued":
            await asyncio.sleep(0.02)


@pytest.mark.reported("microsoft/botframework-sdk#2537")
async def test_a_secret_that_works_again_makes_it_ready(teams: TeamsSandbox) -> None:
    timer = ManualTimer()
    async with aiohttp.ClientSession() as http:
        tokens = ClientSecret(http, credentials(teams, "the-next-secret"), teams.url, timer)
        assert await tokens.ready() is True  # nothing was asked yet
        with pytest.raises(UnreachableError):
            await tokens.token()
        assert await tokens.ready() == "invalid_client"
        teams.password = "the-next-secret"
        assert await tokens.ready() == "invalid_client"  # it was asked just now
        timer.now += 61
        assert await tokens.ready() is True
        teams.faults.add(Fault(503, path="token"))
        tokens.forget()
        with pytest.raises(UnreachableError):
            await tokens.token()
        assert await tokens.ready() is True  # Microsoft is down, which is another matter
