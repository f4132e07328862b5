"""The next step that the rep and the customer agreed on: it has a day, and each change of it stays on record (M9.1)."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.call import next_steps
from handlers.call.next_steps import StepCommand, StepDone, StepTyped
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.method.next_step import day_in
from handlers.method.reminders_due import Kind
from handlers.method.working_time import WorkingTime
from handlers.requests import DealRequest
from handlers.screens.call import RecapScreen
from handlers.screens.orders import StepForm, StepSet
from handlers.screens.reminders import Digest, Nudge
from prompts.cadence import cadence
from storage.models import NextStep, OutboxRow
from tests.handlers.test_order_changes import everything_sent
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, World

BERLIN = ZoneInfo("Europe/Berlin")
WORK = WorkingTime.default(BERLIN, cadence())
FRIDAY, THURSDAY = date(2026, 3, 6), date(2026, 3, 12)


def entries(world: World) -> list[tuple[str, date | None, str | None]]:
    return [(row.step, row.due_on, row.outcome) for row in world.all(NextStep)]


def agree(world: World, deal: int, step: str, when: str = "", person: str = ANNA) -> StepSet:
    return world.do(next_steps.save, StepTyped(world.caller(person), deal, step, when))


def reminder(world: World) -> OutboxRow:
    (row,) = world.queued(Kind.NEXT_STEP)
    return row


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("kickoff call Thu 12 March", THURSDAY),
        ("Kickoff call, Thu 12 March, at 9:00", THURSDAY),
        ("next Friday 10:00", date(2026, 3, 13)),
        ("send the plan by Friday", FRIDAY),
        ("call them tomorrow at 9", date(2026, 3, 3)),
        ("send the contract today", date(2026, 3, 2)),
        ("Sun Dental kickoff Thu 12 March", THURSDAY),
        ("demo (Friday)", FRIDAY),
        ("kickoff in 2 weeks", date(2026, 3, 16)),
        ("send 5 quotes", None),
        ("they may call", None),
        ("kickoff on 1 March", None),
        ("", None),
    ],
)
def test_the_day_is_read_from_the_words(text: str, day: date | None) -> None:
    assert day_in(text, MONDAY_NOON, WORK) == day


@given(st.text(max_size=200), st.integers(0, 365 * 24))
def test_a_day_is_never_in_the_past(text: str, hours: int) -> None:
    now = MONDAY_NOON + timedelta(hours=hours)
    found = day_in(text, now, WORK)
    assert found is None or found >= now.astimezone(BERLIN).date()


def test_the_wrap_up_takes_the_words_alone_and_shows_what_it_understood(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)
    world.agree_to_all(deal)

    screen = world.wrap_up(deal, next_step="the kickoff call on Thursday, 12 March, at 9:00")

    assert isinstance(screen, RecapScreen)
    assert (screen.next_step_on, world.deal(deal).next_step_on) == (THURSDAY, THURSDAY)
    assert entries(world) == [("the kickoff call on Thursday, 12 March, at 9:00", THURSDAY, None)]
    assert reminder(world).due_at.date() == THURSDAY
    step = world.card(deal).step
    assert step is not None
    assert (step.on, step.is_over) == (THURSDAY, False)
    world.advance(days=11)
    step = world.card(deal).step
    assert step is not None
    assert step.is_over


def test_a_step_is_set_moved_done_and_replaced_and_all_of_it_stays_on_record(world: World) -> None:
    deal = world.a_recapped_deal()
    understood = agree(world, deal, "Kickoff call Thu 12 March")
    assert (understood.step, understood.on) == ("Kickoff call Thu 12 March", THURSDAY)
    first = reminder(world)

    agree(world, deal, "Kickoff call Thu 12 March", "Friday")
    assert [row.state for row in world.all(OutboxRow) if row.id == first.id] == ["cancelled"]
    assert reminder(world).due_at.date() == FRIDAY

    agree(world, deal, "Visit their clinic", "Thu 12 March")
    latest = world.all(NextStep)[-1].id
    form = world.do(next_steps.mark_done, StepDone(world.caller(), deal, latest))
    assert (form.done, form.step, world.deal(deal).next_step) == (True, "", None)
    assert world.queued(Kind.NEXT_STEP) == []

    assert entries(world) == [
        ("Kickoff call Thu 12 March", THURSDAY, None),
        ("Kickoff call Fri 6 Mar", FRIDAY, "moved"),
        ("Kickoff call Fri 6 Mar", FRIDAY, "dropped"),
        ("Visit their clinic", THURSDAY, None),
        ("Visit their clinic", THURSDAY, "done"),
    ]
    assert [each for each in world.actions(deal) if each.startswith("step_")] == [
        "step_agreed", "step_moved", "step_dropped", "step_agreed", "step_done",
    ]  # fmt: skip


def test_the_hour_of_a_step_is_the_one_typed_last(world: World) -> None:
    deal = world.a_recapped_deal()
    assert agree(world, deal, "Kickoff call Thu 12 March 10:00").step == "Kickoff call Thu 12 March 10:00"
    assert agree(world, deal, "Kickoff call Thu 12 March 10:00", "Friday 2:30pm").step == "Kickoff call Fri 6 Mar 14:30"
    assert agree(world, deal, "Kickoff call Fri 6 Mar 14:30", "Thu 12 March").step == "Kickoff call Thu 12 Mar"

    assert agree(world, deal, "Visit them", "Thu 12 March at 9").step == "Visit them 09:00"
    assert agree(world, deal, "Visit them 09:00", "Friday 11:00").step == "Visit them 11:00"
    assert agree(world, deal, "Visit them 11:00", "Thu 12 March").step == "Visit them"
    assert world.deal(deal).next_step_on == THURSDAY


def test_the_reminder_comes_that_morning_and_an_old_one_does_no_newer_step(world: World) -> None:
    deal = world.a_recapped_deal()
    agree(world, deal, "Kickoff call", "Friday")
    everything_sent(world)
    world.now = reminder(world).due_at + timedelta(minutes=1)

    sent = [screen for screen in everything_sent(world) if isinstance(screen, Nudge | Digest)]

    (shown,) = [
        item
        for screen in sent
        for item in (screen.items if isinstance(screen, Digest) else (screen,))
        if item.kind is Kind.NEXT_STEP
    ]
    assert shown.wording == "Kickoff call"
    moved = world.do(next_steps.ask_new_day, DealRequest(world.caller(event=""), deal))
    assert (moved.moving, moved.step) == (True, "Kickoff call")
    agree(world, deal, "Kickoff call", "Thu 12 March")
    form = world.do(next_steps.mark_done, StepDone(world.caller(), deal, shown.step_id))
    assert (form.done, world.deal(deal).next_step) == (False, "Kickoff call")
    retired = [row.payload.get("retired") for row in world.all(OutboxRow) if row.kind == Kind.NEXT_STEP]
    assert "answered" in retired or any(row.payload.get("settled") for row in world.all(OutboxRow))


def test_a_deal_without_a_step_is_pointed_out_on_the_card_and_in_the_digest(world: World) -> None:
    without = world.a_recapped_deal("Northwind Dental")
    agree(world, world.a_recapped_deal("Harbor Point Hotels"), "Kickoff", "Thu 12 March")
    assert world.card(without).step is not None
    waiting = world.a_deal("Fabrikam")
    assert world.card(waiting).step is None

    found: list[Digest] = []
    while not found and world.now < MONDAY_NOON + timedelta(days=8):
        world.advance(hours=1)
        found = [screen for screen in everything_sent(world) if isinstance(screen, Digest) and screen.without_step]

    assert [deal.customer for deal in found[0].without_step] == ["Northwind Dental"]


def test_the_command_reads_the_customer_the_step_and_the_day(world: World) -> None:
    deal = world.a_recapped_deal("Northwind Dental")
    world.a_recapped_deal("Harbor Point Hotels")

    done = world.do(next_steps.step_command, StepCommand(world.caller(), "northwind kickoff call Thu 12 March"))

    assert isinstance(done, StepSet)
    assert (done.deal.id, done.step, done.on) == (deal, "kickoff call Thu 12 March", THURSDAY)
    assert isinstance(world.do(next_steps.step_command, StepCommand(world.caller(), "harbor point")), StepForm)


def test_a_step_needs_words_a_day_and_a_deal_that_goes_on(world: World) -> None:
    deal = world.a_recapped_deal()
    for step, when, field in (("", "Friday", "step"), ("Kickoff", "", "when"), ("Kickoff", "soon", "when")):
        with pytest.raises(InvalidEntryError) as refused:
            agree(world, deal, step, when)
        assert refused.value.field == field
    with pytest.raises(NotYoursError):
        agree(world, deal, "Kickoff", "Friday", person=BEN)
    with pytest.raises(NotNowError):
        agree(world, world.a_deal("Fabrikam"), "Kickoff", "Friday")
    assert entries(world) == []
