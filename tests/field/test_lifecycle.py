"""The app's life on the platforms: addresses, events about the app and its channels, tokens that end and come back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import OutboxRow, Tenant
from storage.tenancy import ALL_TENANTS
from tests.sandbox.user_driver import Json
from tests.slack.conftest import office, plain_tracebacks
from tests.slack.slack_driver import Office

__all__ = ["office", "plain_tracebacks"]

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
        pytest.param({}, id="without a type"),
    ],
)
@pytest.mark.reported("NousResearch/hermes-agent#38869")
async def test_an_event_that_is_not_handled_is_answered(office: Office, event: Json) -> None:
    """Slack turns an app's events off when too many are answered otherwise."""
    assert (await deliver(office, envelope(office, event)))["status"] == 200


@pytest.mark.reported("slackapi/hubot-slack#573")
async def test_dropped_events_are_logged(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Above 30,000 an hour Slack drops events, and says so in a body that is no event."""
    team = office.sandbox.state.workspace.team_id
    body = {"token": "x", "type": "app_rate_limited", "team_id": team, "minute_rate_limited": 1_772_442_000}
    assert (await deliver(office, {**body, "api_app_id": "A0FIRSTCAL"}))["status"] == 200
    logged = "".join(capsys.readouterr())
    assert "Slack dropped events" in logged
    assert "2026-03-02" in logged
    for minute in (None, "soon", 10**30, -1):
        assert (await deliver(office, {**body, "minute_rate_limited": minute}))["status"] == 200


@pytest.mark.reported("slackapi/bolt-python#264")
async def test_a_body_of_an_unknown_type_is_answered(office: Office) -> None:
    assert (await deliver(office, {"type": "workflow_invented_tomorrow"}))["status"] == 200
