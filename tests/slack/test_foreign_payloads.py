"""Small talk, foreign requests and invalid input: a clear answer, and nothing stored wrongly."""

from __future__ import annotations

import json
import time
from io import BytesIO
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.slack import blocks
from bot.ui.components import ActionRow, Button, Message
from bot.ui.ids import ActionId
from sandbox.mrkdwn import broadcasts_in
from storage.models import Base
from storage.tenancy import ALL_TENANTS
from tests.sandbox.user_driver import ADA, BRUNO, Json
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

FORGED = {"x-slack-signature": "v0=" + "0" * 64, "x-slack-request-timestamp": str(int(time.time()))}
CHATTER = "lunch anyone? the burrito place has a queue again"


def counted(session: Session) -> dict[str, int]:
    """How many rows there are in each table."""
    return {
        mapper.class_.__tablename__: session.scalar(
            select(func.count()).select_from(mapper.class_), execution_options={ALL_TENANTS: True}
        )
        for mapper in Base.registry.mappers
    }


async def rows(office: Office) -> dict[str, int]:
    return await office.bot.database.read(counted)


async def deliver(office: Office, body: str, **how: Any) -> int:
    """Send the bot a raw request; gives the HTTP status."""
    answer = await office.people.post("deliver", body=body, **how)
    return int(answer["status"])


async def as_the_bot(office: Office, person: str, text: str, buttons: list[Button]) -> None:
    """Post what another version of the bot, or somebody with its token, could have posted."""
    slack = AsyncWebClient(token=office.sandbox.state.config.bot_token, base_url=office.sandbox.api_url)
    forged = Message(text, (ActionRow("forged", tuple(buttons)),))
    await slack.chat_postMessage(channel=person, **blocks.message(forged))


async def test_small_talk_leaves_no_row_and_no_log_line(
    office: Office, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    before = await rows(office)
    for text in (CHATTER, "did Northwind sign yet?", "if Northwind signs today we hit the number"):
        message = await office.post(text)
        await office.people.post(
            "messages/edit", as_=ADA, channel=message["channel"], ts=message["ts"], text=f"{text} :)"
        )
        await office.people.idle()
    assert await rows(office) == before
    out, err = capsys.readouterr()
    assert not any(word in out + err + caplog.text for word in ("burrito", "Northwind"))


@pytest.mark.parametrize(
    ("body", "how", "status"),
    [
        ("{}", {"sign": False}, 401),
        ("{}", {"sign": False, "headers": FORGED}, 401),
        ("{}", {"signed_at": int(time.time()) - 3600}, 401),
        ("{}", {"signed_at": int(time.time()) + 3600}, 401),
        ('{"type": "event_callback", "event": ', {"headers": {"content-type": "application/json"}}, 400),
        ("payload=%7Bnot+json", {"headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
        ("[" * 5000, {"headers": {"content-type": "application/json"}}, 400),
        ('"just a string"', {"headers": {"content-type": "application/json"}}, 400),
        ('{"type": "no_such_type"}', {"headers": {"content-type": "application/json"}}, 200),
    ],
    ids=["unsigned", "forged", "stale", "future", "cut", "broken-form", "deep", "string", "unknown"],
)
async def test_foreign_requests_change_nothing(office: Office, body: str, how: Json, status: int) -> None:
    before = await rows(office)
    assert await deliver(office, body, **how) == status
    assert await rows(office) == before


async def test_an_oversized_body_is_rejected(office: Office) -> None:
    async with office.people.http.post(f"{office.bot.url}/slack/events", data=BytesIO(b"x" * 1_100_000)) as answer:
        assert answer.status == 413


async def test_an_unknown_button_is_refused(office: Office) -> None:
    await as_the_bot(office, ADA, "From long ago", [Button("Start", "card.of_the_past", "1", accessible_name="Start")])
    before = await rows(office)
    await office.tap(await office.card("From long ago"), "card.of_the_past")
    assert wording("refusal.old_button") in str(await office.view())
    assert await rows(office) == before


async def test_somebody_elses_deal_is_refused_politely(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    (deal,) = await office.export()
    taps = (
        ActionId.CARD_GO_ON,
        ActionId.CARD_RECORD,
        ActionId.CARD_FIX,
        ActionId.CARD_DISMISS,
        ActionId.CALL_EDIT_LIST,
    )
    await as_the_bot(
        office, BRUNO, "Whose is it?", [Button("Mine", tap, str(deal["id"]), accessible_name="Mine") for tap in taps]
    )
    message = await office.card("Whose is it?", who=BRUNO)
    for tap in taps:
        await office.tap(message, tap, who=BRUNO)
        view = str((await office.view(BRUNO))["blocks"])
        assert wording("refusal.not_yours") in view
        assert "Northwind" not in view
    assert await office.export() == [deal]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("won " + "x" * 10_000, fixed_part("refusal.customer_too_long")),
        ("juggle", fixed_part("help.unknown")),
        ("", wording("help.title")),
        ("HELP", wording("help.title")),
        ("show", wording("refusal.no_deals")),
        ("call nobody", fixed_part("refusal.nothing_fits")),
        ("list", wording("list.empty", command="/firstcall")),
    ],
)
async def test_unusual_commands_get_a_clear_answer(office: Office, typed: str, answer: str) -> None:
    assert answer in await office.command(f"/firstcall {typed}")
    assert await office.export() == []


async def test_a_mention_in_a_customers_name_notifies_nobody(office: Office) -> None:
    assert fixed_part("won.heard") in await office.command("/firstcall won <!channel> & <!here> Sons $5k")
    card = await office.card("Sons")
    assert "<!channel>" not in card["text"]
    assert broadcasts_in(card["blocks"]) == []
    requests = (await office.people.get("requests"))["requests"]
    assert not [r for r in requests if r.get("rang")]


async def test_an_incomplete_form_keeps_its_values_and_stores_nothing(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    before = await rows(office)
    answer = await office.submit(reached="Dana", expectations="  \n ", priorities="")
    assert wording("refusal.no_statement") in answer["errors"]["expectations"]
    assert await rows(office) == {**before, "drafts": 1}  # what was typed is offered again
    assert (await office.view())["callback_id"] == "checklist"


async def test_repeated_submissions_and_clicks_count_once(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture("One\nTwo", "")
    request = next(
        r for r in reversed((await office.people.get("requests"))["requests"]) if r["name"] == "view_submission"
    )
    again = f"payload={json.dumps(request['request'])}"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert await deliver(office, again, headers=form) == 200
    (deal,) = await office.export()
    assert len(deal["statements"]) == 2
    assert all(s["current_version"] == 1 for s in deal["statements"])
