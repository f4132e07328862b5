"""Messages and invokes: how they are read and answered, and what becomes of refusals and errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.teams.activity import IncomingActivity, read_activity
from bot.teams.connector.adapter import InvokeResult, Reply
from bot.teams.connector.connector import ADAPTIVE_CARD, OutboundActivity
from bot.teams.errors import MalformedActivityError
from handlers.errors import NotNowError
from sandbox.teams.chats import ADA, BRUNO
from sandbox.teams.faults import Fault
from sandbox.teams.server import TeamsSandbox
from storage.models import Person, Tenant
from storage.tenancy import scope
from tests.teams.bare_endpoint import running_endpoint
from tests.teams.teams_driver import BOT, TEAM, TENANT, WINS, Company, until
from tests.wording import wording

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def person(session: Session, external_id: str) -> tuple[str | None, str | None]:
    tenant = session.scalars(select(Tenant)).one()
    scope(session, tenant.id)
    found = session.scalars(select(Person).where(Person.external_id == external_id)).one()
    return found.name, found.zone


async def test_first_personal_message_is_answered_with_the_introduction(company: Company) -> None:
    assert await company.post(company.activity(text="hello")) == (200, None)
    assert len(company.said()) == 1
    assert "FirstCall" in company.said()[0]
    assert await company.bot.database.read(person, ADA.person) == ("Ada Kemp", "Europe/Berlin")


async def test_a_known_zone_is_kept_when_a_later_message_has_none(company: Company) -> None:
    await company.post(company.activity(text="hello"))
    await company.post(company.activity(text="again", entities=[]))
    assert await company.bot.database.read(person, ADA.person) == ("Ada Kemp", "Europe/Berlin")


async def test_in_a_channel_only_a_mention_is_answered_in_its_thread(company: Company) -> None:
    channel = company.teams.chats.all[WINS]
    assert await company.post(company.activity(text="Just closed Northwind Dental!", channel=WINS)) == (200, None)
    assert channel.messages == {}
    mention = {"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": BOT, "name": "FirstCall"}}
    await company.post(company.activity(text="<at>FirstCall</at> hello", channel=WINS, entities=[mention]))
    [answer] = channel.messages.values()
    assert answer["conversation"]["id"] == f"{WINS};messageid=1"


async def test_a_reply_that_cannot_be_sent_is_not_a_server_error(company: Company) -> None:
    company.teams.faults.add(Fault(503, path="/v3/conversations"))
    assert await company.post(company.activity(text="hello")) == (200, None)


async def test_an_unknown_invoke_is_answered(company: Company) -> None:
    assert await company.post(company.activity("invoke", name="composeExtension/query", value={})) == (200, None)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("adaptiveCard/action", {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {}}),
        ("task/fetch", {"task": {"type": "continue", "value": {"title": "Brief", "card": {"content": {}}}}}),
    ],
)
async def test_the_result_of_an_invoke_is_the_response_body(
    name: str, body: dict[str, Any], teams: TeamsSandbox
) -> None:
    async def handler(activity: IncomingActivity, _reply: Reply) -> InvokeResult | None:
        assert activity.name == name
        return InvokeResult(body)

    async with running_endpoint(handler, teams) as company:
        assert await company.post(company.activity("invoke", name=name, value={})) == (200, body)


async def test_a_refusal_is_shown_in_the_form_of_each_invoke(teams: TeamsSandbox) -> None:
    async def handler(_activity: IncomingActivity, _reply: Reply) -> InvokeResult | None:
        raise NotNowError("refusal.old_button")

    async with running_endpoint(handler, teams) as company:
        status, answer = await company.post(company.activity("invoke", name="task/submit", value={}))
        assert (status, answer["task"]["type"]) == (200, "message")
        status, answer = await company.post(company.activity("invoke", name="adaptiveCard/action", value={}))
        assert (status, answer["type"]) == (200, "application/vnd.microsoft.activity.message")
        assert answer["value"] == wording("refusal.old_button")
        assert await company.post(company.activity(text="hello")) == (200, None)
        await until(lambda: len(company.said()) == 1)


async def test_an_unexpected_error_shows_a_reference_and_no_cause(
    teams: TeamsSandbox, logged: Callable[[], str]
) -> None:
    async def handler(_activity: IncomingActivity, _reply: Reply) -> InvokeResult | None:
        raise RuntimeError("the cause")

    async with running_endpoint(handler, teams) as company:
        status, answer = await company.post(company.activity("invoke", name="task/fetch", value={}))
        assert (status, answer["task"]["type"]) == (200, "message")
        assert "the cause" not in str(answer)
        reference = answer["task"]["value"].rsplit(" ", 1)[1]
        assert await company.post(company.activity("invoke", name="other/thing", value={})) == (500, None)
        assert await company.post(company.activity(text="hello")) == (500, None)
        await until(lambda: len(company.said()) == 1)
    said = logged()
    assert reference in said
    assert "the cause" in said


async def test_a_card_is_sent_unchanged(teams: TeamsSandbox) -> None:
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Hi", "wrap": None}]}

    async def handler(_activity: IncomingActivity, reply: Reply) -> InvokeResult | None:
        await reply(OutboundActivity("Northwind Dental", card))
        return None

    async with running_endpoint(handler, teams) as company:
        await company.post(company.activity(text="hello"))
        [message] = company.chat().messages.values()
        assert message["summary"] == "Northwind Dental"
        assert message["attachments"] == [{"contentType": ADAPTIVE_CARD, "content": card}]
        assert "text" not in message


@pytest.mark.parametrize(
    ("fields", "zone"),
    [
        ({"entities": [{"type": "clientInfo", "timezone": "Asia/Tokyo"}]}, "Asia/Tokyo"),
        ({"entities": [], "localTimezone": "America/New_York"}, "America/New_York"),
        ({"entities": [{"type": "clientInfo", "timezone": "../../etc/passwd"}]}, None),
        ({"entities": [{"type": "clientInfo", "timezone": "America"}]}, None),
        ({"entities": [{"type": "clientInfo", "timezone": "Romance Standard Time"}]}, "Europe/Paris"),
        ({"entities": [{"type": "clientInfo", "timezone": 5}, 7]}, None),
        ({}, None),
    ],
)
def test_only_an_existing_zone_is_read(fields: dict[str, Any], zone: str | None) -> None:
    assert read_activity(plain(**fields)).zone == zone


@pytest.mark.parametrize(
    ("fields", "locale"),
    [
        ({"locale": "en-IN"}, "en-IN"),
        ({"entities": [{"type": "clientInfo", "locale": "de-DE"}]}, "de-DE"),
        ({"locale": 5}, None),
        ({"locale": "x" * 10_000}, None),
        ({}, None),
    ],
)
def test_the_locale_is_that_of_the_client(fields: dict[str, Any], locale: str | None) -> None:
    activity = read_activity(plain(**fields))
    profile = activity.caller().profile
    assert (activity.locale, profile and profile.locale) == (locale, locale)


def plain(**more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {"id": "29:ada"},
        "recipient": {"id": BOT},
        "conversation": {"id": "a:1", "conversationType": "personal"},
        "channelData": {"tenant": {"id": TENANT.upper()}},
        **more,
    }


def test_the_fields_of_an_activity_are_read() -> None:
    activity = read_activity(
        plain(
            id="7",
            text="<at>FirstCall</at>  list Northwind ",
            conversation={"id": f"{WINS};messageid=5", "conversationType": "channel"},
            channelData={"tenant": {"id": TENANT}, "channel": {"id": WINS}, "team": {"id": TEAM}},
            entities=[{"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": BOT}}],
        )
    )
    assert (activity.tenant, activity.scope, activity.conversation_root, activity.team) == (
        TENANT,
        "channel",
        WINS,
        TEAM,
    )
    assert (activity.text, activity.mentions_bot, activity.is_personal) == ("list Northwind", True, False)
    assert activity.event_key == f"activity:{WINS};messageid=5:message:7"


def test_a_mention_of_somebody_else_stays_in_the_text() -> None:
    entity = {"type": "mention", "text": "<at>Bruno</at>", "mentioned": {"id": BRUNO.user}}
    activity = read_activity(plain(text="<at>Bruno</at> did it", entities=[entity]))
    assert (activity.text, activity.mentions_bot) == ("<at>Bruno</at> did it", False)


def test_a_tenant_is_read_in_lower_case() -> None:
    assert read_activity(plain()).tenant == TENANT


@pytest.mark.parametrize("kind", ["channel", "groupChat", "personal"])
def test_the_scope_is_read(kind: str) -> None:
    assert read_activity(plain(conversation={"id": "19:x", "conversationType": kind})).scope == kind


def test_an_activity_of_another_channel_is_malformed() -> None:
    with pytest.raises(MalformedActivityError, match="channelId"):
        read_activity({})
