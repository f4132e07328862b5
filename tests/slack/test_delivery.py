"""Slack fails in many ways: every message still arrives once, and undeliverable ones are stored with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack.messenger import MAX_PAGES, PAGE_SIZE
from bot.ui.ids import ActionId
from storage.models import OutboxRow, Tenant
from storage.tenancy import ALL_TENANTS
from tests.sandbox.user_driver import ADA, BOT
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

WIN = "Just closed Northwind Dental! $45k ARR"


async def cards(office: Office) -> list[tuple[str, int, str | None]]:
    """State, attempts and reason of the card rows."""

    def read(session: Session) -> list[tuple[str, int, str | None]]:
        rows = session.scalars(
            select(OutboxRow).where(OutboxRow.kind == "card").order_by(OutboxRow.id),
            execution_options={ALL_TENANTS: True},
        )
        return [(row.state, row.attempts, row.reason) for row in rows]

    return await office.bot.database.read(read)


async def blocked(office: Office) -> str | None:
    return await office.bot.database.read(lambda session: session.scalar(select(Tenant.blocked_reason)))


async def fault(office: Office, **faults: Any) -> None:
    await office.people.post("faults", **faults)


async def card_state(office: Office, state: str) -> tuple[str, int, str | None]:
    found = await office.until(lambda rows: bool(rows) and rows[0][0] == state, lambda: cards(office))
    return found[0]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": 429, "retry_after": 20, "count": 1}, "20 s"),
        ({"error": "ratelimited", "count": 1}, "wait"),
    ],
    ids=["http", "body"],
)
async def test_a_rate_limited_message_waits(office: Office, answer: dict[str, Any], reason: str) -> None:
    await fault(office, errors={"chat.postMessage": answer})
    await office.post(WIN)
    found = await office.until(lambda rows: bool(rows) and rows[0][2] is not None, lambda: cards(office))
    assert reason in found[0][2]
    assert found[0][1] == 0  # it does not count as a try
    assert await office.dm() == []
    await office.later(timedelta(minutes=1))
    assert len(await office.dms(1)) == 1
    await allowed(office, "ratelimited")


@pytest.mark.parametrize(
    "broken",
    [
        {"errors": {"chat.postMessage": {"status": 500, "count": 1}}},
        {"reset": {"count": 1, "method": "chat.postMessage"}},
        {"reset": {"count": 1, "method": "chat.postMessage", "after": True}},
        {"errors": {"chat.postMessage": {"status": 503, "count": 1, "after": True}}},
    ],
    ids=["500", "reset", "reset after it was taken", "503 after it was taken"],
)
async def test_an_interrupted_message_is_sent_once(office: Office, broken: dict[str, Any]) -> None:
    await fault(office, **broken)
    await office.post(WIN)
    found = await office.until(lambda rows: bool(rows) and rows[0][2] is not None, lambda: cards(office))
    assert found[0][:2] == ("queued", 1)
    await office.later(timedelta(minutes=2))
    await card_state(office, "sent")
    assert len(await office.dm()) == 1
    # The card's place is known, whichever way it was found: it is updated, not posted again.
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_DISMISS)
    await office.card(wording("card.dismissed_note"))
    assert len(await office.dm()) == 1
    await allowed(office, "internal_error", "connection_reset")


async def broken_off_after_it_was_taken(office: Office) -> None:
    """The deal's card was posted, but the bot got no answer."""
    await fault(office, errors={"chat.postMessage": {"status": 503, "count": 1, "after": True}})
    await office.post(WIN)
    found = await office.until(lambda rows: bool(rows) and rows[0][2] is not None, lambda: cards(office))
    assert found[0][:2] == ("queued", 1)


async def test_a_message_is_found_below_more_than_a_page_of_later_ones(office: Office) -> None:
    await broken_off_after_it_was_taken(office)
    await fault(office, deliver="off")
    for number in range(PAGE_SIZE + 5):
        await office.people.post("messages", as_=ADA, channel=BOT, text=f"note to myself {number}")
    await office.later(timedelta(minutes=2))
    await card_state(office, "sent")
    assert len(await office.dm()) == 1
    await fault(office, clear=True)
    await allowed(office, "internal_error")


async def test_a_message_is_found_by_time_below_more_messages_than_are_searched(office: Office) -> None:
    await broken_off_after_it_was_taken(office)
    await fault(office, deliver="off")
    office.sandbox.state.clock.offset = 3600.0  # they are written an hour later
    for number in range(PAGE_SIZE * MAX_PAGES + 5):
        await office.people.post("messages", as_=ADA, channel=BOT, text=f"note to myself {number}")
    office.bot.clock.offset += timedelta(minutes=2)
    office.bot.scheduler.wake()
    await card_state(office, "sent")
    assert len(await office.dm()) == 1
    await fault(office, clear=True)
    await allowed(office, "internal_error")


async def test_a_message_is_found_although_the_bots_clock_is_ahead(office: Office) -> None:
    office.bot.clock.offset = timedelta(hours=5)
    await broken_off_after_it_was_taken(office)
    office.bot.clock.offset += timedelta(minutes=2)
    office.bot.scheduler.wake()
    await card_state(office, "sent")
    assert len(await office.dm()) == 1
    await allowed(office, "internal_error")


async def test_a_message_that_cannot_be_searched_for_is_sent_twice_rather_than_never(office: Office) -> None:
    await fault(
        office,
        errors={
            "chat.postMessage": {"status": 500, "count": 1},
            "conversations.history": {"error": "missing_scope", "count": 1},
        },
    )
    await office.post(WIN)
    await office.until(lambda rows: bool(rows) and rows[0][2] is not None, lambda: cards(office))
    await office.later(timedelta(minutes=2))
    await card_state(office, "sent")
    assert len(await office.dm()) == 1
    await allowed(office, "internal_error", "missing_scope")


async def test_a_refused_message_is_dead_with_the_reason(office: Office) -> None:
    await fault(office, errors={"chat.postMessage": {"error": "restricted_action", "count": 1}})
    await office.post(WIN)
    assert await card_state(office, "dead") == ("dead", 1, "restricted_action")
    assert await blocked(office) is None
    await allowed(office, "restricted_action")


async def test_an_inactive_workspace_gets_no_more_messages(office: Office) -> None:
    await office.post("We won Harbor Point Hotels! $120k")
    await office.dms(1)
    office.sandbox.state.token_refused = "account_inactive"
    await office.people.post("commands", as_=ADA, channel="#wins", text="/firstcall won Northwind Dental $45k")
    await office.until(lambda found: found == "account_inactive", lambda: blocked(office))
    await office.later(timedelta(days=2))
    assert len(await office.dm()) == 1
    assert [state for state, *_ in await cards(office)] == ["sent", "queued"]
    await allowed(office, "account_inactive")


async def test_a_deleted_card_is_posted_again(office: Office) -> None:
    await office.post(WIN)
    card = await office.card("Northwind Dental")
    await office.tap(card, ActionId.CARD_GO_ON)
    office.sandbox.state.workspace.channels[card["channel"]].messages.pop(card["ts"])
    await office.capture("One", "")
    again = await office.card(fixed_part("card.title_in_call"))
    assert again["ts"] != card["ts"]
    await allowed(office, "message_not_found")


async def test_a_modal_updated_in_the_meantime_shows_the_current_state(office: Office) -> None:
    await office.post(WIN)
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture("One\nTwo", "")
    await fault(office, errors={"views.update": {"error": "hash_conflict", "count": 1}})
    await office.tap_in_view(ActionId.READ_AGREED)
    await office.until(lambda view: "“Two”" in str(view["blocks"]), office.view)
    await allowed(office, "hash_conflict")


async def test_a_modal_that_cannot_open_is_reported_and_loses_nothing(office: Office) -> None:
    await fault(office, errors={"views.open": {"status": 500, "count": 1}})
    assert fixed_part("refusal.trouble") in await office.command("/firstcall won")
    assert await office.export() == []
    await allowed(office, "internal_error")


async def test_the_message_shortcut_opens_the_prefilled_form(office: Office) -> None:
    message = await office.post("please have a look at Kestrel Robotics before the meeting", channel="#general")
    await office.people.post(
        "shortcuts", as_=ADA, callback_id="closed_deal", channel=message["channel"], ts=message["ts"]
    )
    await office.submit(customer="Kestrel Robotics", amount="12k EUR a year")
    card = await office.card("Kestrel Robotics")
    assert wording("amount.year", value="€12,000") in str(card["blocks"])
    await office.until(lambda found: len(found) == 1, office.export)


async def test_a_deal_reported_to_the_bot_by_dm(office: Office) -> None:
    await office.post("closed Juniper Vet Group today, 9k", channel=BOT)
    assert "Juniper Vet Group" in str((await office.dms(1))[0]["blocks"])


async def allowed(office: Office, *errors: str | None) -> None:
    """Only this was refused; forget it, for the office ends with nothing refused."""
    found = {r["refused"] for r in await office.refused()}
    assert found <= set(errors), found
    office.sandbox.state.log.clear()
