"""The call gets a time, another one, or none; what goes out around it follows, and a reminder can be put off."""

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
from tests.handlers.test_compose import compose_next, letter, states
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, World

AT_TWO = MONDAY_NOON + timedelta(hours=2)


def due(world: World, kind: str) -> list[datetime]:
    return [row.due_at for row in world.waiting(kind)]


def reasons(world: World, kind: str) -> list[str | None]:
    return [row.reason for row in world.all(OutboxRow) if row.kind == kind]


# --- a time for the call ---


def test_what_was_typed_is_read_in_the_reps_zone_and_kept_in_utc(world: World) -> None:
    deal = world.a_deal(owner_zone="America/New_York")  # 7:00 there

    understood = world.schedule(deal, "tomorrow 10")

    row = world.deal(deal)
    assert understood.at == "Tue 3 Mar 10:00"
    assert (row.stage, row.call_at) == (Stage.SCHEDULED, datetime(2026, 3, 3, 15, 0, tzinfo=UTC))
    assert world.actions(deal) == ["heard", "scheduled"]


def test_the_card_says_when_and_after_that_time_asks(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    card = letter(world).screen
    assert isinstance(card, DealCard)
    assert card.call is not None
    assert (card.call.at, card.call.is_over) == (AT_TWO, False)

    world.later(hours=3)
    assert [type(each) for each in (compose_next(world), compose_next(world))] == [Pointless, Pointless]
    assert isinstance(letter(world).screen, CallOver)
    card = letter(world).screen
    assert isinstance(card, DealCard)
    assert card.call is not None
    assert card.call.is_over


def test_an_offer_is_taken_as_it_was_made(world: World) -> None:
    deal = world.a_deal()
    offered = world.tap(scheduling.show_times, deal, event="").offers[0]

    world.do(scheduling.choose, CallChosen(world.caller(), deal, offered.at))

    assert world.deal(deal).call_at == offered.at


def test_the_time_that_the_call_has_is_not_offered_again(world: World) -> None:
    deal = world.a_deal()
    offers = world.tap(scheduling.show_times, deal, event="").offers
    world.do(scheduling.choose, CallChosen(world.caller(), deal, offers[1].at))

    again = world.tap(scheduling.show_times, deal, event="")

    assert again.offers == (offers[0], offers[2])
    assert again.planned == "Mon 2 Mar 16:00"


def test_an_offer_of_a_modal_that_stood_open_too_long_is_refused(world: World) -> None:
    deal = world.a_deal()

    with pytest.raises(NotNowError) as refused:
        world.do(scheduling.choose, CallChosen(world.caller(), deal, world.now))

    assert refused.value.key == "refusal.when_past"
    assert world.stage(deal) == Stage.OPEN


def test_what_cannot_be_read_changes_nothing(world: World) -> None:
    deal = world.a_deal()
    before = world.everything()

    with pytest.raises(InvalidEntryError):
        world.schedule(deal, "when they are back")

    assert world.everything() == before


def test_the_same_submission_twice_is_one(world: World) -> None:
    deal = world.a_deal()

    first, second = (world.schedule(deal, event="form:1") for _ in range(2))

    assert first == second
    assert world.actions(deal) == ["heard", "scheduled"]
    assert states(world, "invite") == ["queued"]


def test_whoever_plans_the_call_says_that_it_is_a_deal(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    world.schedule(deal)

    assert world.actions(deal) == ["heard", "open", "scheduled"]


def test_a_call_that_has_begun_gets_no_time(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)

    for attempt in (lambda: world.schedule(deal), lambda: world.tap(scheduling.show_times, deal)):
        with pytest.raises(NotNowError):
            attempt()


def test_the_database_knows_that_a_planned_call_has_a_time(world: World) -> None:
    deal = world.a_deal()

    def break_it(session: Session) -> None:
        row = world_deal(session, deal)
        row.stage = Stage.SCHEDULED

    with pytest.raises(IntegrityError):
        world.database.write_sync(break_it)


def world_deal(session: Session, deal: int) -> Deal:
    from storage.tenancy import scope

    scope(session, 1)
    return session.get_one(Deal, deal)


# --- what goes out around it ---


def test_a_word_before_a_question_after_and_nudges_only_from_then_on(world: World) -> None:
    deal = world.a_deal()

    world.schedule(deal)

    assert due(world, "invite") == [MONDAY_NOON]
    assert due(world, "call_soon") == [AT_TWO - timedelta(minutes=15)]
    assert due(world, "call_over") == [AT_TWO + timedelta(minutes=30)]
    assert min(due(world, "reminder")) >= AT_TWO + timedelta(hours=4)


def test_a_call_in_a_moment_needs_no_word_before_it(world: World) -> None:
    world.schedule(world.a_deal(), "in 10 min")

    assert due(world, "call_soon") == []
    assert due(world, "call_over") == [MONDAY_NOON + timedelta(minutes=40)]


def test_each_message_comes_at_its_time(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    assert isinstance(letter(world).screen, DealCard)
    invite = letter(world).screen
    assert isinstance(invite, CallInvite)
    assert (invite.at, invite.revision, invite.workspace) == (AT_TWO, 0, "T1")
    assert compose_next(world) is None

    world.later(hours=1, minutes=45)
    assert isinstance(letter(world).screen, CallSoon)
    world.later(minutes=45)
    assert isinstance(letter(world).screen, CallOver)


def test_another_time_plans_all_of_it_anew(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal, "in 2 hours")
    world.schedule(deal, "in 4 hours")
    world.schedule(deal, "in 2 hours")  # and back: the rows that were cancelled do not stand in the way

    assert world.actions(deal) == ["heard", "scheduled", "rescheduled", "rescheduled"]
    for kind in ("invite", "call_soon", "call_over"):
        assert states(world, kind) == ["cancelled", "cancelled", "queued"]
        assert reasons(world, kind)[:2] == ["planned anew"] * 2
    assert due(world, "call_over") == [AT_TWO + timedelta(minutes=30)]
    assert isinstance(letter(world).screen, DealCard)
    invite = letter(world).screen
    assert isinstance(invite, CallInvite)
    assert invite.revision == 2


def test_the_same_time_again_changes_nothing(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal, "in 2 hours")

    world.schedule(deal, "14:00")

    assert world.actions(deal) == ["heard", "scheduled"]
    assert states(world, "invite") == ["queued"]


def test_what_was_being_sent_for_the_old_time_is_pointless(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    letter(world)
    assert isinstance(letter(world, settle=False).screen, CallInvite)
    world.schedule(deal, "in 4 hours")
    world.later(minutes=5)

    assert compose_next(world) == Pointless("the call was put at another time")


def test_a_word_that_comes_too_late_is_not_said(world: World) -> None:
    """The bot was down."""
    world.schedule(world.a_deal())
    world.later(hours=2, minutes=1)

    letter(world)
    assert [compose_next(world) for _ in range(2)] == [Pointless("the time of the call has come")] * 2


def test_without_a_time_the_call_is_to_be_made_as_before(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    world.later(minutes=30)

    world.tap(scheduling.unschedule, deal)

    assert (world.stage(deal), world.deal(deal).call_at) == (Stage.OPEN, None)
    assert world.actions(deal) == ["heard", "scheduled", "unscheduled"]
    assert due(world, "reminder")[0] == world.now + timedelta(hours=4)
    for kind in ("invite", "call_soon", "call_over"):
        assert (states(world, kind), reasons(world, kind)) == (["cancelled"], ["the deal is open"])


def test_a_call_that_was_made_asks_nothing_more(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    world.capture(deal)

    assert world.deal(deal).call_at is None
    assert states(world, "call_over") == states(world, "call_soon") == ["cancelled"]
    assert due(world, "reminder") == []


def test_a_call_that_was_not_made_at_its_time_is_reminded_of(world: World) -> None:
    world.schedule(world.a_deal())
    world.later(days=1)
    screens = []
    while (found := compose_next(world)) is not None:
        screens.append(found if isinstance(found, Pointless) else type(found.screen))

    assert CallOver in screens
    assert CallReminder in screens


def test_who_takes_the_deal_over_takes_the_planned_call_over(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    world.fix(deal, owner=BEN)

    assert world.deal(deal).call_at == AT_TWO
    for kind in ("invite", "call_soon", "call_over"):
        assert states(world, kind) == ["cancelled", "queued"]
    assert {row.person.external_id for row in _with_people(world)} == {BEN}


def _with_people(world: World) -> list[OutboxRow]:
    ids = {row.id for kind in ("call_soon", "call_over") for row in world.waiting(kind)}

    def read(session: Session) -> list[OutboxRow]:
        rows = [session.get_one(OutboxRow, row_id) for row_id in ids]
        assert all(row.person for row in rows)
        return rows

    return world.look(read)


# --- putting a reminder off ---


def test_a_reminder_comes_again_when_it_was_wished(world: World) -> None:
    deal = world.a_deal()
    world.later(hours=4)

    put_off = world.snooze(deal)

    assert put_off.until == world.now + timedelta(hours=1)
    assert due(world, "reminder") == [put_off.until, datetime(2026, 3, 3, 8, 30, tzinfo=UTC)]
    assert world.actions(deal) == ["heard", "snoozed"]


def test_the_fear_is_answered_at_the_second_time_and_only_then(world: World) -> None:
    deal = world.a_deal()

    coaches = []
    for _ in range(4):
        world.later(hours=1)
        coaches.append(world.snooze(deal).coaches)

    assert coaches == [False, True, False, False]
    assert world.actions(deal).count("coached") == 1


def test_who_lets_two_reminders_pass_is_coached_once_too(world: World) -> None:
    deal = world.a_deal()
    screens = []
    for _ in range(30):
        world.later(hours=1)
        while (found := compose_next(world)) is not None:
            if not isinstance(found, Pointless) and isinstance(found.screen, CallReminder):
                screens.append(found.screen.coaches)

    assert screens == [False, True]
    world.snooze(deal)
    assert not world.snooze(deal).coaches


def test_one_reminder_is_put_off_once(world: World) -> None:
    deal = world.a_deal()

    world.snooze(deal, event="snooze:D1:1.1")
    world.snooze(deal, Snooze.TOMORROW, event="snooze:D1:1.1")

    assert world.actions(deal) == ["heard", "snoozed"]


def test_there_is_nothing_to_put_off_once_the_call_has_a_time_or_has_begun(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)
    with pytest.raises(NotNowError) as refused:
        world.snooze(deal)
    assert refused.value.key == "refusal.call_is_planned"

    world.capture(deal)
    with pytest.raises(NotNowError):
        world.snooze(deal)


def test_the_afternoon_is_offered_while_it_is_to_come(world: World) -> None:
    world.a_deal(owner_zone="Asia/Tokyo")  # 21:00 there: the reminder comes at 8:30
    letter(world)
    world.now = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # 8:30 on Wednesday there
    compose_next(world)
    morning = letter(world).screen
    assert isinstance(morning, CallReminder)
    assert morning.snoozes == tuple(Snooze)


def test_a_tap_on_the_card_still_starts_a_planned_call(world: World) -> None:
    deal = world.a_deal()
    world.schedule(deal)

    world.tap(card_actions.continue_call, deal, ANNA)

    assert world.stage(deal) == Stage.SCHEDULED  # opening a screen changes nothing
