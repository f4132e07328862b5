"""Reminder rows: planned, kept, superseded, sent, folded or cancelled, each with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers.deal.planning import advance
from handlers.errors import InvalidEntryError
from handlers.method.reminders_due import Kind
from handlers.method.stages import Stage
from handlers.reminders import my_reminders, replanning, snoozing
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import HoursSaved, RemindersRequest
from handlers.reminders.outcomes import Pointless
from handlers.reminders.snoozing import SnoozeTyped
from handlers.requests import DealRequest
from handlers.screens.reminders import CallReminder, CallSoon, Digest, Nudge, RemindersScreen
from prompts.errors import PlaybookError
from storage import deals
from storage.models import OutboxRow, Person, Tenant
from storage.tenancy import ALL_TENANTS
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, World

NUDGES = tuple(Kind)
MONDAY = MONDAY_NOON - timedelta(hours=3)
"""9:00 UTC."""


def rows(world: World, *kinds: str) -> list[OutboxRow]:
    return [row for row in world.all(OutboxRow) if row.kind in (kinds or NUDGES)]


def planned(world: World, *kinds: str) -> list[str]:
    waiting = [row for row in rows(world, *kinds) if row.state == "queued"]
    return [f"{row.kind} {row.due_at:%a %d %H:%M}" for row in sorted(waiting, key=lambda row: (row.due_at, row.kind))]


def my_reminders_screen(
    world: World, handler: Callable[..., RemindersScreen] = my_reminders.show, person: str = ANNA
) -> RemindersScreen:
    return world.do(handler, RemindersRequest(world.caller(person)))


def save_hours(
    world: World, hours: str = "08:30-18:00", days: str = "mon tue wed thu fri", away: str = ""
) -> RemindersScreen:
    return world.do(my_reminders.save_hours, HoursSaved(world.caller(), hours, frozenset(days.split()), away))


def sweep(world: World) -> list[object]:
    """Send all due messages; returns the screens of new reminders."""
    found: list[object] = []
    while (composed := compose_next(world)) is not None:
        if isinstance(composed, OutboundMessage) and composed.replaces is None:
            found.append(composed.screen)
    return [screen for screen in found if isinstance(screen, CallReminder | CallSoon | Nudge | Digest)]


def person(world: World, external_id: str = ANNA) -> Person:
    return next(each for each in world.all(Person) if each.external_id == external_id)


# --- planning ---


def test_unchanged_reminders_keep_their_rows(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    before = rows(world)

    world.advance(minutes=10)
    world.correct_deal(deal, amount="46000 USD")

    assert [(row.id, row.state, row.due_at) for row in rows(world)] == [
        (row.id, row.state, row.due_at) for row in before
    ]


def test_superseded_rows_have_a_reason(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    world.snooze(deal)
    world.capture(deal)

    assert [row.reason for row in rows(world, Kind.CALL)] == ["planned anew"] * 2 + ["the deal is in_call"] * 2
    assert planned(world, Kind.READ_BACK) == ["read_back_open Tue 03 08:30"]


def test_more_sellers_make_the_reminder_earlier(world: World) -> None:
    """M1.4. The number of sellers is set in the brief."""
    from handlers.call import brief
    from handlers.call.brief import BriefContactsSaved

    world.now = MONDAY
    deal = world.a_deal()
    assert planned(world, Kind.CALL)[0] == "reminder Mon 02 13:00"

    world.do(brief.save_contacts, BriefContactsSaved(world.caller(), deal, "", "", "four_or_more", ""))

    assert planned(world, Kind.CALL) == ["reminder Mon 02 11:00", "reminder Tue 03 08:30"]


def test_sent_reminders_are_not_planned_again(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    world.advance(hours=4)
    assert [type(screen) for screen in sweep(world)] == [CallReminder]

    world.correct_deal(deal, amount="46000 USD")

    assert planned(world, Kind.CALL) == ["reminder Tue 03 08:30"]


def test_a_late_row_is_kept_when_the_deal_changes(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    world.advance(hours=5)

    world.correct_deal(deal, amount="46000 USD")

    assert planned(world, Kind.CALL)[0] == "reminder Mon 02 13:00"


def test_reminders_of_a_call_that_is_never_made(world: World) -> None:
    world.now = MONDAY
    world.a_deal()
    seen = []
    for _ in range(24 * 8):
        world.advance(hours=1)
        seen += [f"{world.now:%a %H} {type(screen).__name__}" for screen in sweep(world)]

    assert seen == [
        *("Mon 13 CallReminder", "Tue 09 CallReminder"),
        *("Wed 09 Digest", "Mon 09 Digest"),
    ]


def test_a_recapped_deal_has_promise_and_update_reminders(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    world.capture(deal, expectations="A call every Friday\nGo-live by 1 May")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    assert planned(world, Kind.RECAP) == ["recap_due Mon 02 17:00"]
    world.send_recap(deal)

    assert planned(world, *(kind for kind in Kind if kind is not Kind.DIGEST)) == [
        "corrections Thu 05 08:30",
        "update Fri 06 08:30",
        "dip Fri 20 08:30",
        "look_back Wed 01 08:30",
        "promise Tue 28 08:30",
        "promise Fri 01 08:30",
        "look_back Mon 01 08:30",
    ]
    world.now = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    (morning,) = sweep(world)
    assert isinstance(morning, Digest)
    assert {item.kind for item in morning.items} == {Kind.CORRECTIONS, Kind.UPDATE}
    assert planned(world, Kind.UPDATE) == ["update Fri 13 08:30"]
    world.now = datetime(2026, 4, 28, 8, 30, tzinfo=UTC)
    (morning,) = (screen for screen in sweep(world) if isinstance(screen, Digest))
    assert "Go-live by 1 May" in [item.wording for item in morning.items]


def test_look_back_reminders_come_thirty_and_ninety_days_after_the_recap(world: World) -> None:
    """M1.5: whatever happens to the deal, unless it is lost. They wait for the digest of the week."""
    world.now = MONDAY
    deal = world.a_recapped_deal()
    seen = []
    for _ in range(24 * 95):
        world.advance(hours=1)
        seen += [
            f"{world.now:%d %b %H} {item.days}"
            for screen in sweep(world)
            for item in (screen.items if isinstance(screen, Digest) else [screen])
            if isinstance(item, Nudge) and item.kind is Kind.LOOK_BACK
        ]

    assert seen == ["06 Apr 09 30", "01 Jun 09 90"]  # 31 May is a Sunday
    assert world.stage(deal) == Stage.RECAPPED


def test_a_completed_deal_has_referral_and_look_back_reminders(world: World) -> None:
    """M5.2: earned once every promise was kept; M1.5."""
    world.now = MONDAY
    number = world.a_recapped_deal()

    def complete(session: Session) -> None:
        deal = deals.find(session, number)
        assert deal is not None
        for stage in (Stage.DELIVERING, Stage.COMPLETED):
            advance(session, deal, stage, deal.owner_id, world.now)

    world.advance(days=3)
    sweep(world)
    world.keep_promises(number)
    world.write(complete)

    assert planned(world) == [
        "referral_due Fri 06 08:30",
        "digest Mon 09 08:30",  # whether corrections came, and what is open, which is pointless by now
        "digest Mon 16 08:30",
        "dip Fri 20 08:30",
        "look_back Wed 01 08:30",
        "look_back Mon 01 08:30",
    ]
    assert [(row.state, row.reason) for row in rows(world, Kind.UPDATE)] == [
        ("cancelled", "the deal is recapped")
    ]  # when the promise was settled
    world.advance(days=1)
    (screen,) = sweep(world)
    assert isinstance(screen, Nudge)
    assert screen.kind is Kind.REFERRAL


# --- the daily limit ---


def test_reminders_over_the_daily_limit_go_into_the_next_digest(world: World) -> None:
    world.now = MONDAY
    for number in range(5):
        world.a_deal(f"Customer {number} Ltd")
    world.advance(hours=4)

    today = sweep(world)
    tomorrow = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    folded = [row for row in rows(world, Kind.CALL) if row.state == "folded"]

    assert [type(screen) for screen in today] == [CallReminder] * 3
    assert len(folded) == 2
    assert all("digest" in (row.reason or "") and row.folded_into for row in folded)
    world.now = tomorrow
    morning = sweep(world)
    assert Counter(type(screen) for screen in morning) == {CallReminder: 2, Digest: 1}
    (digest,) = (screen for screen in morning if isinstance(screen, Digest))
    assert {item.card.deal.id for item in digest.items} >= {row.deal_id for row in folded}


def test_digests_postponed_to_one_morning_are_listed_once(world: World) -> None:
    world.now = MONDAY
    world.a_deal("Customer A Ltd")
    world.advance(hours=24)
    world.a_deal("Customer B Ltd")
    friday = datetime(2026, 3, 6, 8, 30, tzinfo=UTC)
    assert len(planned(world, Kind.DIGEST)) == 2

    def postpone(session: Session) -> None:
        session.execute(
            update(OutboxRow).where(OutboxRow.kind == Kind.DIGEST).values(due_at=friday),
            execution_options={ALL_TENANTS: True},
        )

    world.database.write_sync(postpone)

    shown = my_reminders_screen(world)
    assert [each.at for each in shown.planned if each.kind is Kind.DIGEST] == [friday]
    assert shown.total == len(shown.planned)


def test_the_reminder_before_a_scheduled_call_ignores_the_daily_limit(world: World) -> None:
    world.now = MONDAY
    for number in range(4):
        world.schedule(world.a_deal(f"Customer {number} Ltd"), "in 2 hours")
    world.advance(hours=1, minutes=45)

    assert [type(screen) for screen in sweep(world)] == [CallSoon] * 4


def test_pointless_reminders_are_not_in_the_digest(world: World) -> None:
    world.now = MONDAY
    deals = [world.a_deal(f"Customer {number} Ltd") for number in range(5)]
    world.advance(hours=4)
    sweep(world)
    for deal in deals:
        world.dismiss(deal)
    world.now = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)

    assert sweep(world) == []
    assert [row.reason for row in rows(world, Kind.DIGEST) if row.state == "cancelled"] == ["nothing is open"]


# --- stopping and opting out ---


def test_opting_out_stops_all_reminders_and_opting_in_restores_them(world: World) -> None:
    world.now = MONDAY
    world.schedule(world.a_deal(), "in 2 hours")
    world.a_deal("Contoso")

    screen = my_reminders_screen(world, my_reminders.opt_out)

    assert (screen.reminded, screen.planned) == (False, ())
    assert planned(world) == []
    assert {row.reason for row in rows(world, Kind.CALL_SOON)} == {"the rep wants no reminders"}
    assert [row.state for row in rows(world, "invite")] == [
        "queued"
    ]  # the calendar file that they asked for is not a reminder
    world.a_deal("Fabrikam")
    world.advance(days=3)
    assert sweep(world) == []

    again = my_reminders_screen(world, my_reminders.opt_in)

    assert again.reminded
    assert Kind.DIGEST in {each.kind for each in again.planned}


def test_a_reminder_being_sent_at_opt_out_is_not_retried(world: World) -> None:
    world.now = MONDAY
    world.a_deal()
    compose_next(world)
    world.advance(hours=4)
    assert isinstance(compose_next(world, settle=False), OutboundMessage)
    my_reminders_screen(world, my_reminders.opt_out)
    world.advance(minutes=5)

    assert compose_next(world) == Pointless("the rep wants no reminders")


def test_reminders_of_one_deal_can_be_stopped_and_resumed(world: World) -> None:
    world.now = MONDAY
    deal, other = world.a_deal(), world.a_deal("Contoso")

    stopped = world.do(my_reminders.stop, DealRequest(world.caller(), deal))

    assert [each.id for each in stopped.stopped] == [deal]
    assert {row.deal_id for row in rows(world, Kind.CALL) if row.state == "queued"} == {other}
    assert {row.reason for row in rows(world, Kind.CALL) if row.deal_id == deal} == {
        "the rep wants no reminder of this deal"
    }
    resumed = world.do(my_reminders.resume, DealRequest(world.caller(), deal))
    assert resumed.stopped == ()
    assert {row.deal_id for row in rows(world, Kind.CALL) if row.state == "queued"} == {deal, other}
    assert world.actions(deal)[1:] == ["reminders_off", "reminders_on"]


def test_a_new_owner_is_reminded_of_a_stopped_deal(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()
    world.do(my_reminders.stop, DealRequest(world.caller(), deal))

    world.correct_deal(deal, owner=BEN)

    assert [each.kind for each in my_reminders_screen(world, person=BEN).planned][:2] == [Kind.CALL, Kind.CALL]


def test_being_away_moves_reminders_to_the_day_of_return(world: World) -> None:
    world.now = MONDAY
    world.a_deal()

    screen = save_hours(world, away="16 March")

    assert screen.away_until == "Mon 16 Mar"
    assert planned(world)[0] == "digest Wed 04 08:30"  # from the previous plan: it is postponed when it is due
    assert planned(world, Kind.CALL) == ["reminder Mon 16 12:30", "reminder Tue 17 08:30"]
    world.advance(days=10)
    assert sweep(world) == []
    assert save_hours(world, away="Mon 16 Mar").away_until == "Mon 16 Mar"  # as the form shows it
    assert save_hours(world).away_until is None


def test_a_rep_can_set_their_own_hours_and_days(world: World) -> None:
    world.now = MONDAY
    world.a_deal()

    screen = save_hours(world, hours="10:00 - 16:00", days="mon wed")

    assert (screen.hours, screen.days) == ("10:00-16:00", "mon wed")
    assert planned(world, Kind.CALL) == ["reminder Mon 02 14:00", "reminder Wed 04 10:00"]
    save_hours(world)
    assert (person(world).hours, person(world).days) == (None, None)  # those of the workspace


@pytest.mark.parametrize(
    ("field", "entries"),
    [
        ("hours", {"hours": "nine to five"}),
        ("hours", {"hours": "18:00-08:00"}),
        ("days", {"days": ""}),
        ("when", {"away": "when I feel like it"}),
        ("when", {"away": "1 March 2025"}),
        ("when", {"away": "in 3 hours"}),
    ],
)
def test_unreadable_entries_are_refused_at_their_field(world: World, field: str, entries: dict[str, str]) -> None:
    world.a_deal()
    before = world.all_rows()

    with pytest.raises(InvalidEntryError) as refused:
        save_hours(world, **entries)

    assert refused.value.field == field
    assert world.all_rows() == before


def test_a_typed_snooze_ends_in_working_hours(world: World) -> None:
    world.now = MONDAY
    deal = world.a_deal()

    snoozed = world.do(snoozing.snooze_until_typed, SnoozeTyped(world.caller(), deal, "Saturday 10"))

    assert snoozed.until == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert planned(world, Kind.CALL)[0] == "reminder Mon 09 08:30"
    with pytest.raises(InvalidEntryError):
        world.do(snoozing.snooze_until_typed, SnoozeTyped(world.caller(), deal, "some day"))


# --- time zones and cadence ---


def test_a_travelling_rep_is_reminded_in_local_working_hours(world: World) -> None:
    """Planned for 17:00 in Berlin; by then the rep is in Tokyo, where it is 1:00 at night."""
    world.a_deal(owner_zone="Europe/Berlin")

    def in_tokyo(session: Session) -> None:
        session.get_one(Person, 1).zone = "Asia/Tokyo"

    world.write(in_tokyo)
    world.advance(hours=4)
    sweep(world)

    assert sweep(world) == []
    (waiting, _) = (row for row in rows(world, Kind.CALL) if row.state == "queued")
    assert f"{waiting.due_at.astimezone(ZoneInfo('Asia/Tokyo')):%a %H:%M}" == "Tue 08:30"
    assert waiting.reason == "the rep is not at work"


def test_a_holiday_is_no_working_day(world: World) -> None:
    world.now = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # 15:00 in New York, before Thanksgiving
    world.a_deal(owner_zone="America/New_York")

    assert planned(world, Kind.CALL)[0] == "reminder Fri 27 14:30"  # three hours on Wednesday, one on Friday


def test_a_new_cadence_replans_queued_reminders_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replanning, "MOST_DEALS", 2)
    world.now = MONDAY
    for number in range(5):
        world.a_deal(f"Customer {number} Ltd", person=ANNA if number else BEN)
    own = {"call_not_made": {"fresh_hours": 1}, "person": {"hours": "09:30-17:00"}}

    world.database.write_sync(replanning.set_cadence, 1, own)
    parts = 0
    while world.database.write_sync(replanning.replan_next_batch, 1, world.now):
        parts += 1

    waiting = [row for row in rows(world, Kind.CALL) if row.state == "queued"]
    assert parts >= 3
    assert [f"{row.due_at:%a %H:%M}" for row in waiting] == ["Mon 10:30", "Tue 09:30"] * 5
    assert {row.reason for row in rows(world, Kind.CALL) if row.state == "cancelled"} == {"planned anew"}
    assert [each.replan_after for each in world.all(Person)] == [None, None]


def test_new_hours_replan_the_first_batch_at_once_and_the_rest_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replanning, "MOST_DEALS", 2)
    world.now = MONDAY
    for number in range(3):
        world.a_deal(f"Customer {number} Ltd")

    save_hours(world, hours="10:00-16:00")

    assert planned(world, Kind.CALL).count("reminder Tue 03 08:30") == 1
    assert person(world).replan_after == 2
    world.database.write_sync(replanning.replan_next_batch, 1, world.now)
    assert planned(world, Kind.CALL) == ["reminder Mon 02 14:00"] * 3 + ["reminder Tue 03 10:00"] * 3
    assert person(world).replan_after is None


def test_a_workspace_can_override_its_cadence_and_a_broken_one_raises(world: World) -> None:
    world.now = MONDAY
    world.a_deal("Contoso")

    def own(session: Session) -> None:
        session.get_one(Tenant, 1).cadence = {"call_not_made": {"fresh_hours": 1}}

    world.database.write_sync(own)
    world.a_deal()
    assert "reminder Mon 02 10:00" in planned(world, Kind.CALL)

    def broken(session: Session) -> None:
        session.get_one(Tenant, 1).cadence = {"call_not_made": {"fresh_hours": -1}}

    world.database.write_sync(broken)
    with pytest.raises(PlaybookError, match="fresh_hours"):
        world.a_deal("Fabrikam")
