"""Win summaries that added what cannot be added, left out what they did not say, or came on the wrong day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.slack.mrkdwn import SlackMarkup
from bot.ui.texts import Texts
from bot.views import wins as wins_view
from handlers.method.summary_periods import Schedule, Span, period_of
from handlers.screens.team import WinSummary
from handlers.team import channels, summary_requests, wins
from handlers.team.channels import SummaryChannel
from handlers.team.summary_requests import ScheduleChosen, SummaryAsked
from storage.database import Database
from storage.models import Tenant
from tests.handlers.world import WINS, World


@pytest.fixture
def world(database: Database) -> World:
    """An empty workspace, on a Monday at noon UTC."""
    return World(database)


BERLIN = "Europe/Berlin"


def shown(summary: WinSummary) -> str:
    """All that Slack shows of it."""
    return str(wins_view.summary(summary, Texts(SlackMarkup(), "/firstcall")).components)


def this_week(world: World) -> WinSummary:
    return world.read(lambda session: wins.wins_of_week(session, session.get_one(Tenant, 1), world.now, now=world.now))


@pytest.mark.reported("polarsource/polar#4318", "pax8labs/pax8-cli#439")
def test_a_month_and_a_year_are_not_added_as_they_are(world: World) -> None:
    world.a_deal("Northwind Dental", amount="1000", period="month")
    world.a_deal("Harbor Point Hotels", amount="30000", period="year")
    world.a_deal("Acme", amount="500", period="quarter")
    world.a_deal("Blue Yonder", amount="7000", period="total")

    assert "4 deals closed: $44,000 ARR + $7,000 one-off" in shown(this_week(world))


@pytest.mark.reported("odoo/odoo#34794", "SuiteCRM/SuiteCRM#5956", "own trial: a sum that leaves deals out silently")
def test_what_is_in_no_sum_is_said(world: World) -> None:
    world.a_deal("Northwind Dental", amount="1000", currency="EUR", period="year")
    world.a_deal("Harbor Point Hotels", amount="1000", currency="USD", period="year")
    world.a_deal("Acme", amount="500", currency=None)
    world.a_deal("Blue Yonder", amount=None, currency=None)
    gone = world.new_message()
    world.a_deal("Gone Ltd", message=gone)
    world.delete(gone)

    text = shown(this_week(world))
    assert "4 deals closed: €1,000 ARR + $1,000 ARR" in text
    assert "Not in the sums: 1 without an amount · 1 without a currency · 1 in doubt (not counted)" in text


@pytest.mark.reported("dailydotdev/daily-api#1768")
def test_a_daily_summary_leaves_the_weekend_alone(world: World) -> None:
    sydney, friday = ZoneInfo("Australia/Brisbane"), datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
    assert f"{Schedule(Span.DAY, 0, time(8)).next_day(friday, sydney):%A}" == "Monday"


@pytest.mark.reported("getsentry/sentry#3534", "OpenCTI-Platform/opencti#4310", "jofoerster/habitsync#196")
def test_another_schedule_holds_at_once_and_keeps_its_hour_when_the_clocks_change(world: World) -> None:
    world.now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    world.do(channels.start_summaries, SummaryChannel(world.caller(zone=BERLIN), WINS))
    chosen = ScheduleChosen(world.caller(), WINS, Schedule(Span.WEEK, 0, time(20)))
    world.do(summary_requests.choose_schedule, chosen)

    [row] = world.queued("summary")
    assert f"{row.due_at.astimezone(ZoneInfo(BERLIN)):%a %d %b %H:%M}" == "Mon 30 Mar 20:00"


@pytest.mark.reported("career-ops-hq/career-ops#3243")
def test_on_sunday_evening_this_week_is_not_the_next_one(world: World) -> None:
    world.now = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # Sunday evening in Los Angeles
    world.do(channels.start_summaries, SummaryChannel(world.caller(zone="America/Los_Angeles"), WINS))
    world.a_deal(said_at=world.now - timedelta(days=2))

    asked = SummaryAsked(world.caller(event=""), "this week")
    assert world.do(summary_requests.show, asked).summary.count == 1


@pytest.mark.reported("karrot-dev/karrot-frontend#1083")
def test_no_day_is_named_by_two_summaries(world: World) -> None:
    week = period_of(Span.WEEK, world.now.date())
    begin, end = week.moments(ZoneInfo("UTC"))
    assert wins_view.days(WinSummary(begin, end, (), ())) == {"start": "Mon 2 Mar", "end": "Sun 8 Mar"}
