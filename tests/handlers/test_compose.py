"""Outgoing messages: cards and reminders follow the deal, summaries the calendar; rendered when sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.detection import Decision
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.method.stages import Stage
from handlers.reminders import compose, my_reminders
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import HoursSaved
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from handlers.screens.deals import DealCard
from handlers.screens.reminders import CallReminder
from handlers.screens.team import WinSummary
from handlers.team import channels, summaries, wins
from handlers.team.channels import SummaryChannel
from storage import outbox
from storage.models import Channel, OutboxRow, Tenant
from storage.outbox import Tries
from storage.tenancy import ALL_TENANTS
from tests.handlers.world import ANNA, BEN, ELSEWHERE, MONDAY_NOON, WINS, WORKSPACE, World

LEASE = timedelta(minutes=2)
NEXT_MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def compose_next(
    world: World, *, settle: bool = True, workspace: str | None = None
) -> OutboundMessage | Pointless | Postponed | Folded | None:
    """Claim the next due row (of the workspace) and compose it; with `settle` a message is recorded as delivered."""

    def claimed(session: Session, now: datetime) -> OutboundMessage | Pointless | Postponed | Folded | None:
        due = outbox.tenants_due(session, now)
        if workspace is not None:
            options = {ALL_TENANTS: True}
            own = session.scalar(select(Tenant.id).where(Tenant.external_id == workspace), execution_options=options)
            due = [each for each in due if each == own]
        claim = outbox.claim(session, due[0], owner="test", lease=LEASE, now=now) if due else None
        if claim is None:
            return None
        tenant = session.get_one(Tenant, claim.row.tenant_id)
        composed = compose.compose(session, claim.row, tenant, tries=claim.tries, now=now)
        match composed:
            case OutboundMessage() if settle:
                compose.record_delivery(
                    session, claim.row, channel=f"D{composed.person}", ts=f"{claim.row.id}.1", now=now
                )
            case Pointless(reason):
                outbox.settle_cancelled(claim.row, reason=reason, now=now)
            case Postponed(until, reason):
                outbox.requeue(claim.row, until=until, reason=reason)
            case Folded(into, reason):
                compose.record_folding(session, claim.row, into, reason=reason, now=now)
        return composed

    return world.database.write_sync(claimed, world.now)


def next_message(world: World, *, settle: bool = True) -> OutboundMessage:
    composed = compose_next(world, settle=settle)
    assert isinstance(composed, OutboundMessage), composed
    return composed


def states(world: World, kind: str) -> list[str]:
    return [row.state for row in world.all(OutboxRow) if row.kind == kind]


# --- the card ---


def test_the_first_card_is_a_new_message_and_the_next_replaces_it(world: World) -> None:
    deal = world.a_deal()
    first = next_message(world)
    world.capture(deal)
    second = next_message(world)

    assert (first.person, first.channel, first.replaces) == (ANNA, None, None)
    assert isinstance(first.screen, DealCard)
    assert first.screen.deal.stage is Stage.OPEN
    assert (second.person, second.replaces) == (ANNA, (f"D{ANNA}", f"{first.row_id}.1"))
    assert isinstance(second.screen, DealCard)
    assert second.screen.progress.total == 4
    assert (world.deal(deal).card_channel, world.deal(deal).card_ts) == (f"D{ANNA}", f"{second.row_id}.1")


def test_quick_changes_make_one_card_with_the_latest_state(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)
    world.agree_to_all(deal)
    world.wrap_up(deal)

    assert states(world, "card") == ["queued"]
    screen = next_message(world).screen
    assert isinstance(screen, DealCard)
    assert screen.deal.stage is Stage.ALIGNED
    assert compose_next(world) is None


def test_a_change_while_the_card_is_being_sent_is_shown_by_the_next_card(world: World) -> None:
    deal = world.a_deal()
    next_message(world, settle=False)

    world.capture(deal)

    assert states(world, "card") == ["claimed", "queued"]
    composed = compose_next(world)
    assert isinstance(composed, Postponed)
    assert composed.until > world.now
    assert states(world, "card") == ["claimed", "queued"]


def test_a_retried_card_asks_whether_it_was_delivered(world: World) -> None:
    world.a_deal()
    first = next_message(world, settle=False)
    world.advance(minutes=5)

    again = next_message(world)

    assert first.tries is None
    assert again.tries == Tries(MONDAY_NOON, MONDAY_NOON)


def test_each_deal_has_a_card_of_its_own(world: World) -> None:
    world.a_deal("Northwind")
    world.a_deal("Contoso")

    one, other = next_message(world), next_message(world)

    assert (one.replaces, other.replaces) == (None, None)
    assert one.row_id != other.row_id


# --- reminders ---


def test_reminders_come_after_four_hours_and_the_next_day_in_the_reps_zone(world: World) -> None:
    world.a_deal(owner_zone="Europe/Berlin")

    berlin = ZoneInfo("Europe/Berlin")
    due = [row.due_at.astimezone(berlin) for row in world.queued("reminder")]
    assert [f"{at:%a %H:%M}" for at in due] == ["Mon 17:00", "Tue 08:30"]
    assert {row.zone for row in world.queued("reminder")} == {"Europe/Berlin"}


def test_a_rep_without_a_zone_is_reminded_in_the_workspaces_zone(world: World) -> None:
    world.a_deal("Contoso")

    def in_tokyo(session: Session) -> None:
        session.get_one(Tenant, 1).zone = "Asia/Tokyo"

    world.database.write_sync(in_tokyo)
    deal = world.a_deal("Northwind")  # at 21:00 in Tokyo

    rows = [row for row in world.queued("reminder") if row.deal_id == deal]
    assert [f"{row.due_at.astimezone(ZoneInfo('Asia/Tokyo')):%a %H:%M}" for row in rows] == ["Tue 12:30", "Wed 08:30"]


def test_a_reminder_counts_and_shows_the_current_state(world: World) -> None:
    world.a_deal()
    next_message(world)
    world.advance(hours=5)
    first = next_message(world).screen
    assert isinstance(next_message(world).screen, DealCard)  # it still said that the deal is fresh
    world.advance(hours=16)
    second = next_message(world).screen

    assert isinstance(first, CallReminder)
    assert isinstance(second, CallReminder)
    assert (first.nth, second.nth) == (1, 2)
    assert second.card.urgency.hours == 21


def test_only_the_last_of_two_due_reminders_is_sent(world: World) -> None:
    world.a_deal()
    next_message(world)
    world.advance(hours=21)

    assert compose_next(world) == Pointless("a later reminder of the same deal is due, too")
    second = next_message(world).screen
    assert isinstance(second, CallReminder)
    assert second.nth == 2


def test_a_reminder_is_pointless_once_the_call_was_made(world: World) -> None:
    deal = world.a_deal()
    next_message(world)
    world.advance(hours=5)
    next_message(world, settle=False)  # being sent, so it is not cancelled with the others
    world.capture(deal)
    assert states(world, "reminder") == ["claimed", "cancelled"]
    next_message(world)
    world.advance(minutes=5)

    assert compose_next(world) == Pointless("the deal is in_call")


def test_a_dismissed_deal_has_no_reminders_until_it_is_confirmed_again(world: World) -> None:
    deal = world.a_deal()
    world.dismiss(deal)
    assert states(world, "reminder") == ["cancelled", "cancelled"]

    world.advance(hours=1)
    world.confirm_deal(deal)

    waiting = world.queued("reminder")
    assert [row.payload["nth"] for row in waiting] == [1, 2]
    assert waiting[0].due_at == world.now + timedelta(hours=4)


# --- late messages ---


def postpone_next(world: World, until: datetime) -> None:
    """Claim the next row and requeue it until then, as after a 429."""

    def waits(session: Session) -> None:
        (tenant_id,) = outbox.tenants_due(session, world.now)
        claim = outbox.claim(session, tenant_id, owner="test", lease=LEASE, now=world.now)
        assert claim is not None
        outbox.requeue(claim.row, until=until, reason="wait")

    world.database.write_sync(waits)


def test_after_an_outage_late_reminders_wait_for_working_hours_in_order(world: World) -> None:
    first, second = world.a_deal("Northwind"), world.a_deal("Harbor")
    next_message(world), next_message(world)
    world.now = datetime(2026, 3, 7, 3, 0, tzinfo=UTC)  # Saturday night; all reminders are late
    monday = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)

    done = [compose_next(world) for _ in range(5)]
    assert [type(each) for each in done] == [Pointless, Pointless, Postponed, Postponed, Postponed]
    assert compose_next(world) is None

    world.now = monday
    assert compose_next(world) == Pointless("nothing is open")  # the digest: both deals have their own reminders
    messages = [next_message(world), next_message(world)]
    deal_of = {row.id: row.deal_id for row in world.all(OutboxRow)}
    assert [deal_of[each.row_id] for each in messages] == [first, second]
    assert all(isinstance(each.screen, CallReminder) for each in messages)


def test_punctual_messages_and_updates_are_sent_at_any_hour(world: World) -> None:
    world.now = datetime(2026, 3, 7, 3, 0, tzinfo=UTC)
    deal = world.a_deal()
    next_message(world)
    world.capture(deal)
    world.advance(hours=1)

    assert next_message(world).replaces is not None


def test_a_message_postponed_into_the_night_is_late(world: World) -> None:
    world.a_deal()
    postpone_next(world, datetime(2026, 3, 2, 22, 0, tzinfo=UTC))
    world.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)

    morning = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    assert compose_next(world) == Postponed(morning, "the rep is not at work")  # the reminder
    assert compose_next(world) == Postponed(morning, "it is late, and waits for working hours")  # the card


def test_a_late_message_waits_for_its_persons_own_hours(world: World) -> None:
    world.a_deal()
    saved = HoursSaved(world.caller(ANNA), "22:00-23:00", frozenset({"mon", "tue"}), "")
    world.do(my_reminders.save_hours, saved)
    postpone_next(world, datetime(2026, 3, 2, 21, 0, tzinfo=UTC))

    world.now = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    night = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    assert compose_next(world) == Postponed(night, "it is late, and waits for working hours")
    world.now = night
    assert isinstance(next_message(world).screen, DealCard)


def test_a_postponed_summary_covers_the_week_it_was_planned_for(world: World) -> None:
    world.a_deal(channel_name="wins")
    next_message(world)
    world.now = datetime(2026, 3, 15, 20, 0, tzinfo=UTC)  # the Sunday before the next summary
    while compose_next(world) is not None:
        pass

    world.now = datetime(2026, 3, 16, 8, 30, tzinfo=UTC)
    screens = []
    while (composed := compose_next(world)) is not None:
        screens += [composed.screen] if isinstance(composed, OutboundMessage) else []

    (posted,) = (screen for screen in screens if isinstance(screen, WinSummary))
    assert posted.end == datetime(2026, 3, 9, tzinfo=UTC)


# --- win summaries ---


def start_summaries(world: World, channel: str = WINS, person: str = ANNA) -> None:
    world.do(channels.start_summaries, SummaryChannel(world.caller(person), channel))


def summary(world: World, due_at: datetime) -> WinSummary:
    return world.read(lambda session: wins.wins_of_week(session, session.get_one(Tenant, 1), due_at - wins.WEEK))


def win(world: World, customer: str, closed_at: datetime, amount: str | None = None, currency: str = "USD") -> int:
    return world.a_deal(customer, said_at=closed_at, amount=amount, currency=currency)


def test_a_summary_is_planned_once_a_week_for_each_wins_channel(world: World) -> None:
    start_summaries(world)
    start_summaries(world)
    start_summaries(world, "C_OTHER")
    for _ in range(3):
        world.database.write_sync(summaries.plan_next, 1, world.now)

    assert [(row.channel, row.due_at) for row in world.queued("summary")] == [
        (WINS, NEXT_MONDAY),
        ("C_OTHER", NEXT_MONDAY),
    ]
    assert {channel.purpose for channel in world.all(Channel)} == {"wins"}

    world.advance(days=7)
    world.database.write_sync(summaries.plan_next, 1, world.now)
    assert [row.due_at for row in world.queued("summary")][2:] == [NEXT_MONDAY + timedelta(days=7)] * 2


def test_a_week_without_a_win_is_not_posted(world: World) -> None:
    start_summaries(world)
    world.now = NEXT_MONDAY

    assert compose_next(world) == Pointless("no deal was won in that time")


def test_a_summary_goes_to_its_channel(world: World) -> None:
    world.a_deal(channel_name="wins")
    next_message(world)
    world.now = NEXT_MONDAY
    assert isinstance(compose_next(world), Pointless)  # the first reminder
    next_message(world)  # the second one
    assert compose_next(world) == Pointless("nothing is open")  # the digest: the deal was reminded of just now

    posted = next_message(world)

    assert isinstance(posted.screen, WinSummary)
    assert (posted.channel, posted.person, posted.replaces) == (WINS, None, None)
    assert (posted.platform, posted.workspace) == ("slack", WORKSPACE)


def test_a_summary_has_the_wins_of_a_week_and_totals_by_currency(world: World) -> None:
    for number, (amount, currency) in enumerate([("45000", "USD"), ("5000.5", "USD"), ("90000", "EUR")]):
        world.a_deal(f"Customer {number}", amount=amount, currency=currency)
    world.a_deal("unknown currency", amount="7", currency=None)
    world.a_deal("no amount", amount=None, currency=None)
    world.a_deal("suspected", decision=Decision.MAYBE)
    world.dismiss(world.a_deal("dismissed"))
    world.an_aligned_deal("aligned")
    world.detect("elsewhere", workspace=ELSEWHERE)

    found = summary(world, NEXT_MONDAY)

    assert [each.amount for each in found.totals] == ["$95,000.50", "€90,000"]
    assert [win.deal.customer for win in found.wins] == [
        "Customer 0",
        "Customer 1",
        "Customer 2",
        "unknown currency",
        "no amount",
        "aligned",
    ]
    assert [win.aligned for win in found.wins] == [False] * 5 + [True]
    assert (found.wins[-1].counts.expectations, found.wins[-1].counts.priorities) == (2, 2)
    assert found.wins[0].deal.amount == "$45,000"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_a_week_is_monday_to_sunday_in_the_teams_zone(world: World, zone: str) -> None:
    """In New York the clocks change on the Sunday of this week."""
    local = ZoneInfo(zone)
    monday = datetime(2026, 3, 2, tzinfo=local)
    next_monday = datetime(2026, 3, 9, tzinfo=local)
    moment = timedelta(microseconds=1)
    world.now = datetime(2026, 3, 10, tzinfo=UTC)
    for customer, closed_at in {
        "too early": (monday.astimezone(UTC) - moment),
        "first": monday,
        "last": (next_monday.astimezone(UTC) - moment),
        "too late": next_monday,
    }.items():
        win(world, customer, closed_at.astimezone(UTC))

    def move(session: Session) -> None:
        session.get_one(Tenant, 1).zone = zone

    world.database.write_sync(move)
    found = summary(world, next_monday.replace(hour=9))

    assert [win.deal.customer for win in found.wins] == ["first", "last"]
    assert (found.start, found.end) == (monday, next_monday)


def test_a_late_summary_covers_the_same_week(world: World) -> None:
    """A message that cannot be sent is retried for up to a day."""
    world.a_deal()
    on_time = summary(world, NEXT_MONDAY)

    assert summary(world, NEXT_MONDAY + timedelta(days=1, hours=3)) == on_time
    assert len(on_time.wins) == 1


# --- concurrent reports ---


def test_two_reps_who_report_the_same_customer_get_one_card_each(world: World) -> None:
    for person in (ANNA, BEN):
        world.do(reported_deal.record_reported, DealReported(world.caller(person), "Northwind", None, None))

    assert {next_message(world).person, next_message(world).person} == {ANNA, BEN}
    assert compose_next(world) is None
