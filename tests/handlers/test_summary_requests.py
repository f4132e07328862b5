"""Summaries on request, and the schedule of a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from handlers.errors import NotNowError
from handlers.method.summary_periods import Schedule, Span
from handlers.screens.team import AskedSummary, SummarySchedule, WinSummary
from handlers.team import channels, summaries, summary_requests
from handlers.team.channels import SummaryChannel
from handlers.team.summary_requests import ScheduleChosen, SummaryAsked, SummaryWanted
from storage.models import OutboxRow
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, WINS, World

WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAILY = Schedule(Span.DAY, 0, time(17))


@pytest.fixture
def channel(world: World) -> str:
    """A wins channel that Anna manages."""
    world.now = WEDNESDAY
    world.do(channels.start_summaries, SummaryChannel(world.caller(ANNA), WINS))
    return WINS


def asks(world: World, typed: str, person: str = ANNA, **where: object) -> AskedSummary:
    request = replace(SummaryAsked(world.caller(person, event=""), typed), **where)  # type: ignore[arg-type]
    return world.do(summary_requests.show, request)


def sent(world: World) -> list[tuple[str | None, str | None, object]]:
    """What is due now, by person and channel."""
    found = []
    while (composed := compose_next(world)) is not None:
        if isinstance(getattr(composed, "screen", None), WinSummary | SummarySchedule):
            found.append((composed.person, composed.channel, composed.screen))  # type: ignore[union-attr]
    return found


def test_only_who_manages_the_channel_is_offered_to_post(world: World, channel: str) -> None:
    world.a_deal()

    assert [place.channel for place in asks(world, "today").places] == [channel]
    assert [place.channel for place in asks(world, "today", channel=channel).places] == [channel]
    assert asks(world, "today", BEN).places == ()
    assert asks(world, "today", BEN, channel=channel).places == ()
    assert [each.channel for each in asks(world, "today", BEN, channel=channel, is_admin=True).places] == [channel]
    assert asks(world, "today", BEN).summary.count == 1
    with pytest.raises(NotNowError, match="no_wins_channel"):
        asks(world, "today", named="lunch")


@pytest.mark.parametrize(
    ("typed", "count"), [("today", 1), ("yesterday", 1), ("this week", 2), ("last week", 1), ("last month", 1)]
)
def test_each_period_has_its_own_wins(world: World, channel: str, typed: str, count: int) -> None:
    for days in (0, 1, 4, 40):
        world.a_deal(f"Customer {days}", said_at=WEDNESDAY - timedelta(days=days))

    assert asks(world, typed).summary.count == count


def test_a_period_is_posted_once_a_day(world: World, channel: str) -> None:
    world.a_deal()
    wanted = SummaryWanted(world.caller(), "this week", channel)
    assert not world.do(summary_requests.post, wanted).repeated
    assert not world.do(summary_requests.post, wanted).repeated, "a second delivery of the same tap says the same"
    assert world.do(summary_requests.post, replace(wanted, caller=world.caller(BEN))).repeated

    assert [(person, place) for person, place, _ in sent(world)] == [(None, channel)]
    with pytest.raises(NotNowError, match="nothing_won"):
        world.do(summary_requests.post, SummaryWanted(world.caller(), "last month", channel))
    with pytest.raises(NotNowError, match="not_for_wins"):
        world.do(summary_requests.post, SummaryWanted(world.caller(), "today", "C_LUNCH"))


def test_a_posted_period_is_put_right_when_its_deal_falls_through(world: World, channel: str) -> None:
    world.a_deal("Harbor Point Hotels")
    gone = world.a_deal()
    world.do(summary_requests.post, SummaryWanted(world.caller(), "today", channel))
    sent(world)

    world.dismiss(gone)

    [(_, _, screen)] = sent(world)
    assert isinstance(screen, WinSummary)
    assert [win.deal.customer for win in screen.wins] == ["Harbor Point Hotels"]


def test_another_schedule_takes_the_place_of_the_planned_summary(world: World, channel: str) -> None:
    world.a_deal()
    assert [f"{row.due_at:%a %H}" for row in world.queued("summary")] == ["Mon 09"]

    screen = world.do(summary_requests.choose_schedule, ScheduleChosen(world.caller(), channel, DAILY))
    assert (screen.schedule, screen.zone, screen.changed_by) == (DAILY, "UTC", None)

    posted = []
    for _ in range(8):
        world.database.write_sync(summaries.plan_next, 1, world.now)
        posted += [screen for _, place, screen in sent(world) if place == channel]
        world.advance(days=1)
    world.now = WEDNESDAY + timedelta(days=8)
    assert [f"{each.start:%a}-{each.end:%a}" for each in posted if isinstance(each, WinSummary)] == ["Wed-Thu"]
    states = [row for row in world.all(OutboxRow) if row.kind == "summary" and f"{row.due_at:%a %H}" == "Mon 09"]
    assert [row.state for row in states] == ["cancelled"]


def test_the_weekend_is_in_mondays_daily_summary(world: World, channel: str) -> None:
    world.do(summary_requests.choose_schedule, ScheduleChosen(world.caller(), channel, DAILY))
    world.now = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
    world.a_deal("Sunday Ltd")
    world.database.write_sync(summaries.plan_next, 1, world.now)
    sent(world)

    world.now = datetime(2026, 3, 9, 17, 0, tzinfo=UTC)
    [(_, _, screen)] = [each for each in sent(world) if each[1] == channel]
    assert isinstance(screen, WinSummary)
    assert f"{screen.start:%d %b} {screen.end:%d %b} {screen.count}" == "06 Mar 09 Mar 1"


def test_a_change_of_schedule_posts_nothing_late(world: World, channel: str) -> None:
    world.a_deal("Monday Ltd", said_at=WEDNESDAY - timedelta(days=2))
    world.do(summary_requests.choose_schedule, ScheduleChosen(world.caller(), channel, DAILY))
    world.database.write_sync(summaries.plan_next, 1, world.now)

    assert [each for each in sent(world) if each[1] == channel] == []


def test_the_manager_hears_that_an_admin_changed_the_schedule(world: World, channel: str) -> None:
    friday = Schedule(Span.WEEK, 4, time(16))
    chosen = ScheduleChosen(world.caller(BEN), channel, friday, "Europe/Berlin")
    world.do(summary_requests.choose_schedule, chosen)
    world.do(summary_requests.choose_schedule, chosen)

    [(person, _, screen)] = sent(world)
    assert (person, screen) == (ANNA, SummarySchedule(channel, friday, "Europe/Berlin", BEN))
    assert [f"{row.due_at:%a %d %b %H:%M}" for row in world.queued("summary")][-1] == "Fri 06 Mar 15:00"
    world.do(summary_requests.choose_schedule, ScheduleChosen(world.caller(ANNA), channel, DAILY))
    assert sent(world) == []
