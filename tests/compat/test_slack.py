"""Slack after an update: what stands there from before is tapped, submitted, continued and delivered again."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.ui.ids import ActionId, ViewId
from prompts.wording import Wording
from tests.compat import slack_side as slack
from tests.compat.bot_at_work import AtWork
from tests.compat.left_behind import SLACK_URL, LeftBehind
from tests.compat.slack_side import ADA, BEN, HR, SALES
from tests.compat.story import MID_CALL, MONDAY, OBJECTIVES
from tests.conftest import SQLITE
from tests.wording import wording

Json = dict[str, Any]

LOST = {"Bellows College": "queued", "Lamna Healthcare": "claimed"}
"""Whose card Slack has, though nobody heard its answer; and the state of the row."""


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
ON_SQLITE = pytest.mark.parametrize("database_kind", [SQLITE])
"""For what stands on the platforms: that does not depend on the database."""


def everything(at: AtWork) -> dict[str, list[Any]]:
    """Every row of every table; but any word of somebody tells when they were seen, and may tell their locale."""
    tables = [table for (table,) in at.rows(TABLES[at.engine.dialect.name])]
    queries = {table: f"SELECT * FROM {table}" for table in tables}
    queries["conversation_references"] = (
        "SELECT id, external_id, conversation, blocked_reason FROM conversation_references"
    )
    queries["people"] = "SELECT id, external_id, name, zone, hours, days, reminded, introduced_with FROM people"
    return {table: sorted(at.rows(query), key=repr) for table, query in queries.items()}


def applied(at: AtWork) -> list[Any]:
    """The newest event that was applied."""
    return at.rows("SELECT id, key FROM inbound_events ORDER BY id DESC LIMIT 1")


def stage(at: AtWork, customer: str) -> str:
    [(found,)] = at.rows("SELECT stage FROM deals WHERE customer = :customer", customer=customer)
    return str(found)


def deals(at: AtWork) -> int:
    [(count,)] = at.rows("SELECT count(*) FROM deals")
    return int(count)


def there_now(body: Json, at: AtWork) -> Json:
    """A request of before, with the address that Slack has today."""
    found: Json = json.loads(json.dumps(body).replace(SLACK_URL, at.slack.url))
    return found


def refusals(at: AtWork) -> list[str]:
    """What was said to people instead of doing what they wanted."""
    return [block["text"]["text"] for notice in at.slack.notices for block in notice["blocks"]]


def not_understood() -> tuple[str, str]:
    """What somebody is told about a button that is gone, and about an error of ours (up to its reference)."""
    trouble = Wording()("refusal.trouble", reference="|")
    return Wording()("refusal.old_button"), trouble.partition("|")[0]


async def test_a_start_posts_nothing(at: AtWork, left: LeftBehind) -> None:
    """Reminders that are over by the rules of today lose their buttons."""
    assert "chat.postMessage" not in at.slack.calls


async def test_the_call_under_way_is_continued_in_the_open_modal_up_to_the_recap(at: AtWork) -> None:
    card = copy.deepcopy(at.slack.message(MID_CALL, ActionId.CARD_GO_ON))
    messages = len(at.slack.messages)
    while at.slack.view["callback_id"] == ViewId.READ_BACK:
        await at.on_slack(slack.tapped(at.slack, at.slack.view, ActionId.READ_AGREED))
    entries: Json = {"objectives": OBJECTIVES, "outcome": ("agreed",), "number": "3"}
    await at.on_slack(slack.submitted(at.slack, at.slack.view, **entries))
    assert at.slack.view["callback_id"] == ViewId.RECAP
    await at.on_slack(slack.submitted(at.slack, at.slack.view))

    assert stage(at, MID_CALL) == "recapped"
    said = at.rows(
        "SELECT c.said, c.contact FROM confirmations c JOIN statements s ON s.id = c.statement_id"
        " JOIN deals d ON d.id = s.deal_id WHERE d.customer = :customer",
        customer=MID_CALL,
    )
    assert said == [("agreed", "Dana Whitfield")] * 4
    [there] = [m for m in at.slack.messages if m["ts"] == card["ts"]]
    assert wording("card.title_recapped", customer=MID_CALL) in there["text"]
    assert len(at.slack.messages) == messages


@ON_SQLITE
async def test_every_button_that_is_there_still_does_something(at: AtWork, left: LeftBehind) -> None:
    """Much is refused politely by now, as the deal has moved on; nothing is unknown, and nothing fails."""
    stood = [*left.slack["messages"], *left.slack["whispers"], *left.slack["homes"].values()]
    tapped = set()
    await at.later(minutes=3)  # the cards whose answers were lost are found
    for holder in copy.deepcopy(stood):
        who = next((person for person in slack.NAMES if person in holder.get("channel", holder.get("id"))), ADA)
        for tap in dict.fromkeys(element["action_id"] for _, element in slack.elements(holder)):
            calls = len(at.slack.calls)
            await at.on_slack(slack.tapped(at.slack, holder, tap, who=who, picked=BEN))
            at.slack.views.clear()
            assert len(at.slack.calls) > calls, (tap, holder)
            assert not [told for told in refusals(at) if told.startswith(not_understood())], (tap, holder)
            tapped.add(tap)
    assert len(tapped) > 20


async def test_what_was_applied_is_recognised_when_it_is_delivered_again(at: AtWork, left: LeftBehind) -> None:
    before, events = everything(at), applied(at)
    for body in left.slack["applied"]:
        await slack.send(at.http, at.bot.url, there_now(body, at))
        assert applied(at) == events, body
    await at.rest()
    assert everything(at) == before


async def test_a_message_that_arrived_though_nobody_heard_so_is_found_and_not_sent_again(at: AtWork) -> None:
    states = dict(
        at.rows("SELECT d.customer, o.state FROM outbox o JOIN deals d ON d.id = o.deal_id WHERE o.kind = 'card'")
    )
    assert {customer: states[customer] for customer in LOST} == LOST
    await at.later(minutes=3)
    for customer in LOST:
        [there] = [m for m in at.slack.messages if customer in m["text"]]
        rows = "SELECT o.state, o.sent_ts FROM outbox o JOIN deals d ON d.id = o.deal_id WHERE o.kind = 'card'"
        assert at.rows(f"{rows} AND d.customer = :customer", customer=customer) == [("sent", there["ts"])]


async def test_what_comes_due_is_composed_and_sent(at: AtWork) -> None:
    [(waiting,)] = at.rows("SELECT count(*) FROM outbox WHERE state = 'queued'")
    sent, sent_on_teams = len(at.slack.messages), len(at.teams.chat())
    for days in (3, 7, 35, 100):
        await at.until(MONDAY + timedelta(days=days, hours=3))
    assert at.rows("SELECT kind, reason FROM outbox WHERE state = 'dead' AND reason <> 'user_not_found'") == []
    [(still,)] = at.rows("SELECT count(*) FROM outbox WHERE state = 'queued' AND created_at <= '2026-03-04 12:00:00'")
    assert waiting > 20 > still
    assert len(at.slack.messages) > sent + 5
    assert len(at.teams.chat()) > sent_on_teams + 3


@ON_SQLITE
async def test_the_purposes_of_the_channels_hold(at: AtWork) -> None:
    before = deals(at)
    await at.on_slack(slack.posted(at.slack, "Just closed Blue Yonder! $45k ARR", channel=HR))
    assert deals(at) == before
    await at.on_slack(slack.posted(at.slack, "Just closed Blue Yonder! $45k ARR", channel=SALES))
    assert deals(at) == before + 1


@ON_SQLITE
async def test_of_a_shape_that_was_called_no_deal_twice_it_is_asked_whether_it_is_one(at: AtWork) -> None:
    await at.on_slack(slack.posted(at.slack, "Lovely news, Tasmanian Traders signed!"))
    assert stage(at, "Tasmanian Traders") == "sighted"
    await at.on_slack(slack.posted(at.slack, "Lovely news, Blue Yonder signed! $20k"))
    assert stage(at, "Blue Yonder") == "open"


@ON_SQLITE
async def test_a_message_that_made_a_deal_is_known_when_it_is_deleted(at: AtWork) -> None:
    [(channel, ts)] = at.rows(
        "SELECT channel, message_ts FROM sightings JOIN deals d ON d.id = deal_id WHERE customer = 'Margie''s Travel'"
    )
    await at.on_slack(slack.deleted(at.slack, {"event": {"channel": channel, "ts": ts, "user": ADA, "text": ""}}))
    assert at.rows("SELECT doubt FROM deals WHERE customer = 'Margie''s Travel'") == [("deleted",)]


@ON_SQLITE
async def test_the_shortcut_opens_the_form(at: AtWork) -> None:
    await at.on_slack(slack.shortcut(at.slack, "Just closed Blue Yonder! $45k ARR"))
    assert at.slack.view["callback_id"] == ViewId.WON
    await at.on_slack(slack.submitted(at.slack, at.slack.view))
    assert stage(at, "Blue Yonder") == "open"
