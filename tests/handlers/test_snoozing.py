"""The snooze command: which deal, until when, and what is asked if that is unclear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.reminders_due import Kind
from handlers.reminders import snoozing
from handlers.reminders.snoozing import SnoozeCommand
from handlers.screens.deals import DealChoice
from handlers.screens.reminders import CallReminder, ReminderSnoozed, SnoozeScreen
from tests.handlers.test_compose import next_message
from tests.handlers.test_deal_search import choice
from tests.handlers.world import BEN, World


def snooze(
    world: World, typed: str, event: str | None = None, **who: str
) -> ReminderSnoozed | SnoozeScreen | DealChoice:
    return world.do(snoozing.snooze_command, SnoozeCommand(world.caller(event=event, **who), typed))


def snoozed_until(world: World, typed: str) -> tuple[str, datetime]:
    """The customer of the snoozed deal, and until when."""
    screen = snooze(world, typed)
    assert isinstance(screen, ReminderSnoozed)
    return screen.deal.customer, screen.until


MORNING = datetime(2026, 3, 3, 9, tzinfo=UTC)
TEN = MORNING.replace(hour=10)


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("tomorrow 10", TEN),
        ("until tomorrow 10", TEN),
        ("northwind tomorrow 10", TEN),
        ("Northwind Dental until tomorrow at 10", TEN),
        ("tomorrow", MORNING),
        ("north Wed", datetime(2026, 3, 4, 9, tzinfo=UTC)),
        ("dental in 2 hours", datetime(2026, 3, 2, 14, tzinfo=UTC)),
        ("Saturday 10", datetime(2026, 3, 9, 8, 30, tzinfo=UTC)),  # not a working day: the next working morning
    ],
)
def test_the_command_takes_a_customer_and_a_time(world: World, typed: str, until: datetime) -> None:
    deal = world.a_deal()
    assert snoozed_until(world, typed) == ("Northwind Dental", until)
    assert min(row.due_at for row in world.queued(Kind.CALL)) == until
    assert world.actions(deal) == ["heard", "snoozed"]


def test_an_overlong_text_is_not_a_time(world: World) -> None:
    world.a_deal()
    with pytest.raises(InvalidEntryError, match="time_not_understood"):
        snooze(world, "tomorrow 10 " * 400)


def test_a_customer_named_like_a_time_is_not_a_time(world: World) -> None:
    world.a_deal("Monday Coffee")
    world.a_deal("Studio 5")
    assert snoozed_until(world, "monday coffee tomorrow 10") == ("Monday Coffee", TEN)
    assert snoozed_until(world, "studio 5 tomorrow 10") == ("Studio 5", TEN)


def test_of_several_deals_the_last_reminded_one_is_snoozed(world: World) -> None:
    world.a_deal("Northwind Dental")
    world.a_deal("Harbor Point Hotels")
    assert choice(snooze(world, "tomorrow 10")) == ["Northwind Dental", "Harbor Point Hotels"]
    world.advance(hours=4)
    sent = [next_message(world).screen for _ in range(4)]
    reminded = [screen.card.deal.customer for screen in sent if isinstance(screen, CallReminder)][-1]
    assert snoozed_until(world, "tomorrow 10") == (reminded, TEN)


def test_an_ambiguous_name_gives_a_choice(world: World) -> None:
    world.a_deal("Northwind Dental")
    world.a_deal("Northwind Freight")
    screen = snooze(world, "northwind tomorrow 10")
    assert choice(screen) == ["Northwind Dental", "Northwind Freight"]
    assert isinstance(screen, DealChoice)
    assert screen.then == "snooze"


@pytest.mark.parametrize("typed", ["", "north", "  Northwind Dental "])
def test_without_a_time_the_rep_is_asked_for_one(world: World, typed: str) -> None:
    deal = world.a_deal()
    screen = snooze(world, typed)
    assert isinstance(screen, SnoozeScreen)
    assert screen.deal.id == deal
    assert world.actions(deal) == ["heard"]


@pytest.mark.parametrize("typed", ["yesterday 10", "northwind 12:00 today", "1 December 2031"])
def test_an_invalid_time_is_refused_and_changes_nothing(world: World, typed: str) -> None:
    deal = world.a_deal()
    with pytest.raises((InvalidEntryError, NotNowError)):
        snooze(world, typed)
    assert world.actions(deal) == ["heard"]


def test_a_snooze_without_a_reminder_is_refused(world: World) -> None:
    with pytest.raises(NotNowError, match="nothing_to_snooze"):
        snooze(world, "")
    deal = world.a_deal()
    with pytest.raises(NotNowError, match="nothing_fits"):
        snooze(world, "fabrikam tomorrow 10")
    with pytest.raises(NotNowError, match="nothing_fits"):
        snooze(world, "northwind tomorrow 10", person=BEN)
    world.schedule(deal)
    with pytest.raises(NotNowError, match="call_is_planned"):
        snooze(world, "northwind tomorrow 10")
    with pytest.raises(NotNowError, match="nothing_to_snooze"):
        snooze(world, "tomorrow 10")
    world.capture(deal)
    with pytest.raises(NotNowError, match="not_at_this_stage"):
        snooze(world, "northwind tomorrow 10")


def test_a_redelivered_command_is_applied_once(world: World) -> None:
    deal = world.a_deal()
    for _ in range(2):
        snooze(world, "tomorrow 10", event="typed:1")
    assert world.actions(deal) == ["heard", "snoozed"]
