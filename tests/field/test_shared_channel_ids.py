"""A private channel is about to be shared with another company, and Slack gives it a new id: nothing stays behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from handlers.intake.detected_deal import Recognition
from handlers.team import channel_ids, channels, summaries
from handlers.team.channel_ids import ChannelIdChanged
from handlers.team.channels import SummaryChannel
from handlers.workspace.conversation_references import Event
from storage.models import Channel, Deal, MessageVersion, OutboxRow, Sighting
from tests.field.test_shared import event
from tests.field.test_time import posted
from tests.handlers.conftest import world
from tests.handlers.world import ELSEWHERE, MONDAY_NOON, WINS, WORKSPACE, Message, World
from tests.slack.conftest import office, plain_tracebacks
from tests.slack.slack_driver import Office

__all__ = ["office", "plain_tracebacks", "world"]

NEW = "C_SHARED_WINS"
reported = pytest.mark.reported("Netflix/dispatch#560", "slackapi/bolt-js#802", "slackapi/bolt-js#779")
pytestmark = [reported, pytest.mark.both_databases]


def change_id(world: World, key: str = "e-changed", *, old: str = WINS, new: str = NEW) -> None:
    world.do(channel_ids.change_channel_id, ChannelIdChanged(Event("slack", WORKSPACE, key), old, new))


def left_behind(world: World, old: str = WINS) -> list[str]:
    """The rows that still name the old channel; what is evidence may."""
    rows = world.all_rows()
    return [table for table, found in rows.items() if any(old in str(row) for row in found)]


def test_all_that_is_stored_about_the_channel_moves_and_goes_on(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, channel_name="wins")
    world.do(channels.start_summaries, SummaryChannel(world.caller(), WINS))
    there = len([row for row in world.all(OutboxRow) if row.kind == "summary"])

    change_id(world)
    change_id(world)

    assert left_behind(world) == ["audit_log"]  # which says where the deal was heard
    assert world.detect(message=Message(NEW, message.ts)).recognition is Recognition.KNOWN  # delivered once more
    world.delete(Message(NEW, message.ts))
    assert world.stage(deal) != "heard"
    world.do(lambda session, _request, now: summaries.plan_next(session, 1, now), None)
    assert len([row for row in world.all(OutboxRow) if row.kind == "summary"]) == there


def test_the_wins_of_the_week_are_posted_to_the_new_id_once(world: World) -> None:
    world.a_deal(channel_name="wins")
    world.do(channels.start_summaries, SummaryChannel(world.caller(), WINS))
    change_id(world)

    world.now = MONDAY_NOON + timedelta(days=8)

    assert len(posted(world)) == 1
    assert {row.channel for row in world.all(OutboxRow) if row.kind == "summary"} == {NEW}


def test_what_arrived_under_the_new_id_first_is_merged(world: World) -> None:
    known, late = world.new_message(), world.new_message()
    world.a_deal(message=known, channel_name="wins")
    world.do(channels.start_summaries, SummaryChannel(world.caller(), WINS))
    world.a_deal("Harbor Point Hotels", message=Message(NEW, late.ts), channel_name="wins")
    world.a_deal("Inland Power", message=Message(NEW, known.ts), channel_name="wins")

    change_id(world)

    (channel,) = world.all(Channel)
    assert (channel.external_id, channel.purpose) == (NEW, "wins")
    assert len(world.all(Deal)) == 3
    assert sorted((each.channel, each.message_ts) for each in world.all(Sighting)) == sorted(
        [(NEW, known.ts), (NEW, late.ts), (WINS, known.ts)]
    )


def test_another_workspace_keeps_its_channel(world: World) -> None:
    world.a_deal(channel_name="wins", workspace=ELSEWHERE)
    world.a_deal(channel_name="wins")

    change_id(world)

    assert sorted(each.external_id for each in world.all(Channel)) == [NEW, WINS]
    assert sorted(each.channel for each in world.all(Sighting)) == [NEW, WINS]
    assert len({each.channel for each in world.all(MessageVersion)}) <= 2


@pytest.mark.parametrize(("old", "new"), [("", NEW), (WINS, ""), (WINS, WINS), ("C_UNKNOWN", NEW)])
def test_an_event_without_two_ids_changes_nothing(world: World, old: str, new: str) -> None:
    world.a_deal(channel_name="wins")
    before = {table: len(rows) for table, rows in world.all_rows().items()}

    change_id(world, old=old, new=new)

    after = {table: len(rows) for table, rows in world.all_rows().items()}
    assert {**after, "inbound_events": 0} == {**before, "inbound_events": 0}
    assert [each.external_id for each in world.all(Channel)] == [WINS]


async def test_on_slack_the_deal_of_a_moved_channel_is_known(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    wins = next(each for each in office.sandbox.state.workspace.channels.values() if each.name == "wins")
    told = {"type": "channel_id_changed", "old_channel_id": wins.id, "new_channel_id": "C0SHAREDID"}

    assert await event(office, told) == 200

    def channels_of(session: Session) -> list[str]:
        return [each.channel for each in session.query(Sighting).execution_options(all_tenants=True)]

    assert await office.bot.database.read(channels_of) == ["C0SHAREDID"]
