"""What people say to the bot in Teams, how it is answered, and what becomes of errors of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.teams.activity import IncomingActivity, MalformedActivityError, read_activity
from bot.teams.connector.contract import InvokeResult, Reply
from bot.teams.connector.outbound_activity import CARD, OutboundActivity
from handlers.errors import NotNowError
from sandbox.teams.chats import ADA, BRUNO
from sandbox.teams.faults import Fault
from sandbox.teams.server import TeamsSandbox
from storage.models import Person, Tenant
from storage.tenancy import scope
from tests.teams.pieces import dispatching
from tests.teams.teams_driver import BOT, TEAM, TENANT, WINS, Company, until
from tests.wording import wording

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def person(session: Session, external_id: str) -> tuple[str | None, str | None]:
    tenant = session.scalars(select(Tenant)).one()
    scope(session, tenant.id)
    found = session.scalars(select(Person).where(Person.external_id == external_id)).one()
    return found.name, found.zone


async def test_who_writes_in_person_is_told_what_this_is(company: Company) -> None:
    assert await company.post(company.activity(text="hello")) == (200, None)
    assert len(company.said()) == 1
    assert "FirstCall" in company.said()[0]
    assert await company.bot.database.read(person, ADA.person) == ("Ada Kemp", "Europe/Berlin")


async def test_a_zone_that_was_told_once_is_kept(company: Company) -> None:
    await company.post(company.activity(text="hello"))
    await company.post(company.activity(text="again", entities=[]))
    assert await company.bot.database.read(person, ADA.person) == ("Ada Kemp", "Europe/Berlin")


async def test_in_a_channel_only_who_calls_us_is_answered_in_the_thread(company: Company) -> None:
    channel = company.teams.chats.all[WINS]
    assert await company.post(company.activity(text="Just closed Northwind Dental!", channel=WINS)) == (200, None)
    assert channel.messages == {}
    mention = {"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": BOT, "name": "FirstCall"}}
    await company.post(company.activity(text="<at>FirstCall</at> hello", channel=WINS, entities=[mention]))
    [answer] = channel.messages.values()
    assert answer["conversation"]["id"] == f"{WINS};messageid=1"


async def test_a_reply_that_cannot_be_sent_is_no_error_of_ours(company: Company) -> None:
    company.teams.faults.add(Fault(503, path="/v3/conversations"))
    assert await company.post(company.activity(text="hello")) == (200, None)


async def test_an_invoke_that_nobody_knows_is_answered(company: Company) -> None:
    assert await company.post(company.activity("invoke", name="composeExtension/query", value={})) == (200, None)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("adaptiveCard/action", {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {}}),
        ("task/fetch", {"task": {"type": "continue", "value": {"title": "Brief", "card": {"content": {}}}}}),
    ],
)
async def test_an_invoke_has_the_body_that_it_is_answered_with(
    name: str, body: dict[str, Any], teams: TeamsSandbox
) -> None:
    async def dispatch(activity: IncomingActivity, _reply: Reply) -> InvokeResult | None:
        assert activity.name == name
        return InvokeResult(body)

    async with dispatching(dispatch, teams) as company:
        assert await company.post(company.activity("invoke", name=name, value={})) == (200, body)


async def test_a_refusal_is_an_answer(teams: TeamsSandbox) -> None:
    async def dispatch(_turn: IncomingActivity, _reply: Reply) -> InvokeResult | None:
        raise NotNowError("refusal.old_button")

    async with dispatching(dispatch, teams) as company:
        status, answer = await company.post(company.activity("invoke", name="task/submit", value={}))
        assert (status, answer["task"]["type"]) == (200, "message")
        status, answer = await company.post(company.activity("invoke", name="adaptiveCard/action", value={}))
        assert (status, answer["type"]) == (200, "application/vnd.microsoft.activity.message")
        assert answer["value"] == wording("refusal.old_button")
        assert await company.post(company.activity(text="hello")) == (200, None)
        await until(lambda: len(company.said()) == 1)


async def test_an_error_of_ours_has_a_reference_and_tells_nothing(
    teams: TeamsSandbox, logged: Callable[[], str]
) -> None:
    async def dispatch(_turn: IncomingActivity, _reply: Reply) -> InvokeResult | None:
        raise RuntimeError("the cause")

    async with dispatching(dispatch, teams) as company:
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


async def test_a_card_goes_out_as_it_is(teams: TeamsSandbox) -> None:
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Hi", "wrap": None}]}

    async def dispatch(_turn: IncomingActivity, reply: Reply) -> InvokeResult | None:
        await reply(OutboundActivity("Northwind Dental", card))
        return None

    async with dispatching(dispatch, teams) as company:
        await company.post(company.activity(text="hello"))
        [message] = company.chat().messages.values()
        assert message["summary"] == "Northwind Dental"
        assert message["attachments"] == [{"contentType": CARD, "content": card}]
        assert "text" not in message


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ({"entities": [{"type": "clientInfo", "timezone": "Asia/Tokyo"}]}, "Asia/Tokyo"),
        ({"entities": [], "localTimezone": "America/New_York"}, "America/New_York"),
        ({"entities": [{"type": "clientInfo", "timezone": "../../etc/passwd"}]}, None),
        ({"entities": [{"type": "clientInfo", "timezone": "America"}]}, None),
        ({"entities": [{"type": "clientInfo", "timezone": "Romance Standard Time"}]}, None),
        ({"entities": [{"type": "clientInfo", "timezone": 5}, 7]}, None),
        ({}, None),
    ],
)
def test_a_zone_is_one_that_exists(told: dict[str, Any], zone: str | None) -> None:
    assert read_activity(plain(**told)).zone == zone


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


def test_what_everybody_needs_of_an_activity_is_read() -> None:
    turn = read_activity(
        plain(
            id="7",
            text="<at>FirstCall</at>  list Northwind ",
            conversation={"id": f"{WINS};messageid=5", "conversationType": "channel"},
            channelData={"tenant": {"id": TENANT}, "channel": {"id": WINS}, "team": {"id": TEAM}},
            entities=[{"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": BOT}}],
        )
    )
    assert (turn.tenant, turn.scope, turn.conversation_root, turn.team) == (TENANT, "channel", WINS, TEAM)
    assert (turn.text, turn.mentioned, turn.is_personal) == ("list Northwind", True, False)
    assert turn.event_key == f"activity:{WINS};messageid=5:message:7"


def test_a_mention_of_somebody_else_stays_in_the_text() -> None:
    entity = {"type": "mention", "text": "<at>Bruno</at>", "mentioned": {"id": BRUNO.user}}
    turn = read_activity(plain(text="<at>Bruno</at> did it", entities=[entity]))
    assert (turn.text, turn.mentioned) == ("<at>Bruno</at> did it", False)


def test_a_tenant_is_compared_in_lower_case() -> None:
    assert read_activity(plain()).tenant == TENANT


@pytest.mark.parametrize("kind", ["channel", "groupChat", "personal"])
def test_where_it_was_said_is_known(kind: str) -> None:
    assert read_activity(plain(conversation={"id": "19:x", "conversationType": kind})).scope == kind


def test_what_is_no_activity_of_teams_is_not_read() -> None:
    with pytest.raises(MalformedActivityError, match="channelId"):
        read_activity({})
