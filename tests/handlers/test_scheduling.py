"""Scheduling, rescheduling and unscheduling the call, its messages, and snoozing its reminder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handlers.call import card_actions, scheduling
from handlers.call.scheduling import CallChosen
from handlers.detection import Decision
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.offered_times import Snooze
from handlers.method.stages import Stage
from handlers.reminders.outcomes import Pointless
from handlers.screens.deals import DealCard
from handlers.screens.reminders import CallInvite, CallOver, CallReminder, CallSoon
from storage.models import Deal, OutboxRow
from tests.handlers.test_compose import compose_next, next_message, states
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, World

AT_TWO = MONDAY_NOON + timedelta(hours=2)


def due(world: World, kind: str) -> list[datetime]:
    return [row.due_at for row in world.queued(kind)]


def reasons(world: World, kind: str) -> list[str | None]:
    return [row.reason for row in world.all(OutboxRow) if row.kind == kind]


# --- scheduling ---


def test_a_typed_time_is_in_the_reps_zone_and_stored_in_utc(world: World) -> None:
    deal = world.a_deal(owner_zone="America/New_York")  # 7:00 there

    understood = world.schedule(deal, "tomorrow 10")

    row = world.deal(deal)
    assert understood.at == "Tue 3 Mar 10:00"
    assert (row.stage, row.call_at) == (Stage.SCHEDULED, datetime(2026, 3, 3, 15, 0, tzinfo=UTC))
    assert world.actions(deal) == ["heard", "scheduled"]


def test_the_card_shows_the_time_and_asks_after_it(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    card = next_message(world).screen
    assert isinstance(card, DealCard)
    assert card.call is not None
    assert (card.call.at, card.call.is_over) == (AT_TWO, False)

    world.advance(hours=3)
    assert [type(each) for each in (compose_next(world), compose_next(world))] == [Pointless, Pointless]
    assert isinstance(next_message(world).screen, CallOver)
    card = next_message(world).screen
    assert isinstance(card, DealCard)
    assert card.call is not None
    assert card.call.is_over


def test_an_offered_time_can_be_chosen(world: World) -> None:
    deal = world.a_deal()
    offered = world.click(scheduling.show_times, deal, event="").offers[0]

    world.do(scheduling.choose, CallChosen(world.caller(), deal, offered.at))

    assert world.deal(deal).call_at == offered.at


def test_the_current_time_is_not_offered(world: World) -> None:
    deal = world.a_deal()
    offers = world.click(scheduling.show_times, deal, event="").offers
    world.do(scheduling.choose, CallChosen(world.caller(), deal, offers[1].at))

    again = world.click(scheduling.show_times, deal, event="")

    assert again.offers == (offers[0], offers[2])
    assert again.planned == "Mon 2 Mar 16:00"


def test_an_offered_time_that_has_passed_is_refused(world: World) -> None:
    deal = world.a_deal()

    with pytest.raises(NotNowError) as refused:
        world.do(scheduling.choose, CallChosen(world.caller(), deal, world.now))

    assert refused.value.key == "refusal.when_past"
    assert world.stage(deal) == Stage.OPEN


def test_an_unreadable_time_changes_nothing(world: World) -> None:
    deal = world.a_deal()
    before = world.all_rows()

    with pytest.raises(InvalidEntryError):
        world.schedule(deal, "when they are back")

    assert world.all_rows() == before


def test_a_redelivered_submission_is_applied_once(world: World) -> None:
    deal = world.a_deal()

    first, second = (world.schedule(deal, event="form:1") for _ in range(2))

    assert first == second
    assert world.actions(deal) == ["heard", "scheduled"]
    assert states(world, "invite") == ["queued"]


def test_scheduling_the_call_confirms_the_deal(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    world.schedule(deal)

    assert world.actions(deal) == ["heard", "open", "scheduled"]


def test_a_call_that_has_begun_cannot_be_scheduled(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)

    for attempt in (lambda: world.schedule(deal), lambda: world.click(scheduling.show_times, deal)):
        with pytest.raises(NotNowError):
            attempt()


def test_the_database_requires_a_time_for_a_scheduled_call(world: World) -> None:
    deal = world.a_deal()

    def break_it(session: Session) -> None:
        row = deal_row(session, deal)
        row.stage = Stage.SCHEDULED

    with pytest.raises(IntegrityError):
        world.database.write_sync(break_it)


def deal_row(session: Session, deal: int) -> Deal:
    from storage.tenancy import scope

    scope(session, 1)
    return session.get_one(Deal, deal)


# --- messages about the call ---


def test_a_scheduled_call_has_a_reminder_before_a_question_after_and_later_nudges(world: World) -> None:
    deal = world.a_deal()

    world.schedule(deal)

    assert due(world, "invite") == [MONDAY_NOON]
    assert due(world, "call_soon") == [AT_TWO - timedelta(minutes=15)]
    assert due(world, "call_over") == [AT_TWO + timedelta(minutes=30)]
    assert min(due(world, "reminder")) >= AT_TWO + timedelta(hours=4)


def test_a_call_in_ten_minutes_has_no_reminder_before_it(world: World) -> None:
    world.schedule(world.a_deal(), "in 10 min")

    assert due(world, "call_soon") == []
    assert due(world, "call_over") == [MONDAY_NOON + timedelta(minutes=40)]


def test_each_message_is_sent_at_its_time(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    assert isinstance(next_message(world).screen, DealCard)
    invite = next_message(world).screen
    assert isinstance(invite, CallInvite)
    assert (invite.at, invite.revision, invite.workspace) == (AT_TWO, 0, "T1")
    assert compose_next(world) is None

    world.advance(hours=1, minutes=45)
    assert isinstance(next_message(world).screen, CallSoon)
    world.advance(minutes=45)
    assert isinstance(next_message(world).screen, CallOver)


def test_rescheduling_replans_all_messages(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal, "in 2 hours")
    world.schedule(deal, "in 4 hours")
    world.schedule(deal, "in 2 hours")  # and back: the cancelled rows do not prevent new ones

    assert world.actions(deal) == ["heard", "scheduled", "rescheduled", "rescheduled"]
    for kind in ("invite", "call_soon", "call_over"):
        assert states(world, kind) == ["cancelled", "cancelled", "queued"]
        assert reasons(world, kind)[:2] == ["planned anew"] * 2
    assert due(world, "call_over") == [AT_TWO + timedelta(minutes=30)]
    assert isinstance(next_message(world).screen, DealCard)
    invite = next_message(world).screen
    assert isinstance(invite, CallInvite)
    assert invite.revision == 2


def test_the_same_time_again_changes_nothing(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal, "in 2 hours")

    world.schedule(deal, "14:00")

    assert world.actions(deal) == ["heard", "scheduled"]
    assert states(world, "invite") == ["queued"]


def test_a_message_for_the_old_time_is_pointless(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    next_message(world)
    assert isinstance(next_message(world, settle=False).screen, CallInvite)
    world.schedule(deal, "in 4 hours")
    world.advance(minutes=5)

    assert compose_next(world) == Pointless("the call was put at another time")


def test_a_reminder_after_the_scheduled_time_is_pointless(world: World) -> None:
    """The bot was down."""
    world.schedule(world.a_deal())
    world.advance(hours=2, minutes=1)

    next_message(world)
    assert [compose_next(world) for _ in range(2)] == [Pointless("the time of the call has come")] * 2


def test_unscheduling_restores_the_reminders(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    world.advance(minutes=30)

    world.click(scheduling.unschedule, deal)

    assert (world.stage(deal), world.deal(deal).call_at) == (Stage.OPEN, None)
    assert world.actions(deal) == ["heard", "scheduled", "unscheduled"]
    assert due(world, "reminder")[0] == world.now + timedelta(hours=4)
    for kind in ("invite", "call_soon", "call_over"):
        assert (states(world, kind), reasons(world, kind)) == (["cancelled"], ["the deal is open"])


def test_making_the_call_cancels_its_messages(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    world.capture(deal)

    assert world.deal(deal).call_at is None
    assert states(world, "call_over") == states(world, "call_soon") == ["cancelled"]
    assert due(world, "reminder") == []


def test_a_missed_call_is_reminded_of(world: World) -> None:
    world.schedule(world.a_deal())
    world.advance(days=2)
    screens = []
    while (found := compose_next(world)) is not None:
        screens.append(found if isinstance(found, Pointless) else type(found.screen))

    assert CallOver in screens
    assert CallReminder in screens


def test_a_handover_includes_the_scheduled_call(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    world.correct_deal(deal, owner=BEN)

    assert world.deal(deal).call_at == AT_TWO
    for kind in ("invite", "call_soon", "call_over"):
        assert states(world, kind) == ["cancelled", "queued"]
    assert {row.person.external_id for row in _with_people(world)} == {BEN}


def _with_people(world: World) -> list[OutboxRow]:
    ids = {row.id for kind in ("call_soon", "call_over") for row in world.queued(kind)}

    def read(session: Session) -> list[OutboxRow]:
        rows = [session.get_one(OutboxRow, row_id) for row_id in ids]
        assert all(row.person for row in rows)
        return rows

    return world.read(read)


# --- snoozing ---


def test_a_snoozed_reminder_comes_at_the_chosen_time(world: World) -> None:
    deal = world.a_deal()
    world.advance(hours=4)

    snoozed = world.snooze(deal)

    assert snoozed.until == world.now + timedelta(hours=1)
    assert due(world, "reminder") == [snoozed.until, datetime(2026, 3, 3, 8, 30, tzinfo=UTC)]
    assert world.actions(deal) == ["heard", "snoozed"]


def test_the_second_snooze_coaches_once(world: World) -> None:
    deal = world.a_deal()

    coaches = []
    for _ in range(4):
        world.advance(hours=1)
        coaches.append(world.snooze(deal).coaches)

    assert coaches == [False, True, False, False]
    assert world.actions(deal).count("coached") == 1


def test_ignoring_two_reminders_coaches_once(world: World) -> None:
    deal = world.a_deal()
    screens = []
    for _ in range(30):
        world.advance(hours=1)
        while (found := compose_next(world)) is not None:
            if not isinstance(found, Pointless) and isinstance(found.screen, CallReminder):
                screens.append(found.screen.coaches)

    assert screens == [False, True]
    world.snooze(deal)
    assert not world.snooze(deal).coaches


def test_a_reminder_can_be_snoozed_once(world: World) -> None:
    deal = world.a_deal()

    world.snooze(deal, event="snooze:D1:1.1")
    world.snooze(deal, Snooze.TOMORROW, event="snooze:D1:1.1")

    assert world.actions(deal) == ["heard", "snoozed"]


def test_a_scheduled_or_begun_call_cannot_be_snoozed(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    with pytest.raises(NotNowError) as refused:
        world.snooze(deal)
    assert refused.value.key == "refusal.call_is_planned"

    world.capture(deal)
    with pytest.raises(NotNowError):
        world.snooze(deal)


def test_the_afternoon_is_offered_in_the_morning(world: World) -> None:
    world.a_deal(owner_zone="Asia/Tokyo")  # 21:00 there: the reminder comes at 8:30
    next_message(world)
    world.now = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # 8:30 on Wednesday there
    compose_next(world)
    morning = next_message(world).screen
    assert isinstance(morning, CallReminder)
    assert morning.snoozes == tuple(Snooze)


def test_a_scheduled_call_can_be_started_early(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    world.click(card_actions.continue_call, deal, ANNA)

    assert world.stage(deal) == Stage.SCHEDULED  # opening a screen changes nothing
