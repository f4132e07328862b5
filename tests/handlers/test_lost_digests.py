"""Reminders of an undelivered digest move to the next one, or are cancelled with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers.method.reminders_due import Kind
from handlers.reminders import lost_digests, my_reminders
from handlers.screens.reminders import Digest
from storage import outbox_admin
from storage.models import OutboxRow, Person
from tests.handlers.test_reminders import MONDAY, my_reminders_screen, planned, rows, sweep
from tests.handlers.world import World

THURSDAY, NEXT_MONDAY, NEXT_TUESDAY = (datetime(2026, 3, day, 8, 30, tzinfo=UTC) for day in (5, 9, 10))


def run_hourly_job(world: World) -> None:
    """Do what the hourly job does."""
    while world.database.write_sync(lost_digests.plan_again, 1, world.now):
        pass
    after: int | None = 0
    while after is not None:
        after = world.database.write_sync(lost_digests.plan_missing_digests, 1, after, world.now)


def two_folded_deals(world: World) -> list[int]:
    """Two recaps on Monday make two questions on Thursday, which wait for next Monday's digest. Returns their deals."""
    world.now = MONDAY
    for number in range(2):
        world.a_recapped_deal(f"Customer {number} Ltd")
    world.now = THURSDAY
    sweep(world)
    folded = [row for row in rows(world, Kind.CORRECTIONS) if row.state == "folded"]
    assert len(folded) == 2
    assert planned(world, Kind.DIGEST) == ["digest Mon 09 08:30"]
    return [row.deal_id or 0 for row in folded]


def end_digest(world: World, state: str, why: str = "user_not_found") -> None:
    def end(session: Session) -> None:
        waiting = update(OutboxRow).where(OutboxRow.kind == "digest", OutboxRow.state == "queued")
        session.execute(waiting.values(state=state, reason=why, settled_at=world.now))

    world.write(end)


def deals_in_digest(world: World) -> list[int]:
    """The deals in the digest that is sent now."""
    (digest,) = (screen for screen in sweep(world) if isinstance(screen, Digest))
    return [item.card.deal.id for item in digest.items]


@pytest.mark.parametrize("state", ["dead", "cancelled"])
def test_the_next_digest_has_the_reminders_of_the_lost_one(world: World, state: str) -> None:
    deals = two_folded_deals(world)
    world.now = NEXT_MONDAY
    end_digest(world, state)

    run_hourly_job(world)
    run_hourly_job(world)

    assert planned(world, Kind.DIGEST) == ["digest Tue 10 08:30"]
    world.now = NEXT_TUESDAY
    assert set(deals_in_digest(world)) == set(deals)
    (digest,) = (row for row in rows(world, Kind.DIGEST) if row.state == "sent")
    folded = [row for row in rows(world, Kind.CORRECTIONS) if row.state == "folded"]
    assert {row.folded_into for row in folded} == {digest.id}


def test_reminders_are_cancelled_after_digests_were_lost_for_too_long(world: World) -> None:
    two_folded_deals(world)
    for _ in range(20):
        world.advance(days=1)
        end_digest(world, "dead")
        run_hourly_job(world)

    reasons = [row.reason for row in rows(world, Kind.CORRECTIONS) if row.state == "cancelled"]
    assert reasons == ["no digest could tell of it in time"] * 2
    assert planned(world, Kind.DIGEST) == []


def test_a_reminder_that_became_pointless_is_cancelled_with_a_reason(world: World) -> None:
    pointless, kept = two_folded_deals(world)
    end_digest(world, "dead")
    world.reopen(pointless, world.statements(pointless)[0])

    run_hourly_job(world)

    found = {row.deal_id: (row.state, row.reason) for row in rows(world, Kind.CORRECTIONS) if row.deal_id == pointless}
    assert found == {pointless: ("cancelled", "the deal is in_call")}
    world.now = NEXT_MONDAY
    assert kept in deals_in_digest(world)


def test_a_pointless_reminder_is_cancelled_when_the_digest_is_sent(world: World) -> None:
    pointless, kept = two_folded_deals(world)
    world.reopen(pointless, world.statements(pointless)[0])
    world.now = NEXT_MONDAY

    assert kept in deals_in_digest(world)

    (row,) = (row for row in rows(world, Kind.CORRECTIONS) if row.deal_id == pointless)
    assert (row.state, row.reason, row.folded_into) == ("cancelled", "the deal is in_call", None)


def test_opting_out_cancels_the_reminders_with_a_reason(world: World) -> None:
    two_folded_deals(world)
    my_reminders_screen(world, my_reminders.opt_out)

    run_hourly_job(world)

    assert {row.reason for row in rows(world, Kind.CORRECTIONS) if row.state == "cancelled"} == {
        "the rep wants no reminders"
    }
    assert planned(world) == []


def test_opting_out_and_in_on_one_day_keeps_the_digest(world: World) -> None:
    world.now = MONDAY
    world.a_deal()
    before = planned(world)

    my_reminders_screen(world, my_reminders.opt_out)
    my_reminders_screen(world, my_reminders.opt_in)

    assert planned(world) == before
    assert "digest Wed 04 08:30" in before


def test_cancelling_a_digest_does_not_end_the_digests(world: World) -> None:
    world.now = MONDAY
    world.a_deal()
    world.now += timedelta(days=1)
    sweep(world)
    (waiting,) = (row for row in rows(world, Kind.DIGEST) if row.state == "queued")
    world.database.write_sync(outbox_admin.cancel, 1, ids=[waiting.id], reason="by hand", now=world.now)

    run_hourly_job(world)

    assert planned(world, Kind.DIGEST) == ["digest Wed 04 08:30"]


def test_crossing_the_date_line_gives_at_most_one_digest_a_day(world: World) -> None:
    """A day that was over in Tokyo comes again in Honolulu."""
    world.now = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo
    world.a_deal(owner_zone="Asia/Tokyo")
    world.now = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # Wednesday, 8:30
    sweep(world)

    def fly(session: Session) -> None:
        session.get_one(Person, 1).zone = "Pacific/Honolulu"

    world.write(fly)
    days = []
    for _ in range(24 * 6):
        world.advance(hours=1)
        days += [
            (world.now - timedelta(hours=10)).strftime("%a") for screen in sweep(world) if isinstance(screen, Digest)
        ]

    assert days == ["Mon"]
