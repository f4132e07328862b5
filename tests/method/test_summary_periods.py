"""When summaries come and what they cover, whatever the zone and its clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.summary_periods import Period, Schedule, Span, period_of, read_period, read_schedule
from tests.method.zones import moments, zones

schedules = st.one_of(
    st.builds(Schedule, st.just(Span.DAY), st.just(0), st.integers(0, 23).map(time)),
    st.builds(Schedule, st.just(Span.WEEK), st.integers(0, 6), st.integers(0, 23).map(time)),
    st.builds(Schedule, st.just(Span.MONTH), st.integers(1, 28), st.integers(0, 23).map(time)),
)


@given(moments, zones)
def test_without_settings_the_summary_is_on_the_next_monday_at_nine(after: datetime, local: ZoneInfo) -> None:
    schedule = Schedule()
    due = schedule.moment(schedule.next_day(after, local), local)
    there = due.astimezone(local)

    assert (there.weekday(), there.time()) == (0, time(9))
    assert due > after
    assert there.replace(tzinfo=None) - after.astimezone(local).replace(tzinfo=None) <= timedelta(days=7)
    assert due.tzinfo is UTC


@given(moments, zones, schedules)
def test_every_day_is_in_exactly_one_summary(after: datetime, local: ZoneInfo, schedule: Schedule) -> None:
    first = schedule.next_day(after, local)
    second = schedule.next_day(max(schedule.moment(first, local), after), local)
    one, other = schedule.covers(first), schedule.covers(second)

    assert schedule.day_before(second) == first
    assert one.end == other.first
    assert one.end <= first
    assert all(schedule.plans(day, schedule.covers(day)) for day in (first, second))
    assert one.moments(local)[1] == other.moments(local)[0]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.sampled_from(Span))
def test_a_period_follows_the_one_before_it(day: date, span: Span) -> None:
    period = period_of(span, day)
    assert period.includes(day)
    assert period.before().end == period.first
    assert period.before() == period_of(span, period.first - timedelta(days=1))


TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("today", (Span.DAY, date(2026, 3, 4), date(2026, 3, 5))),
        ("Yesterday", (Span.DAY, date(2026, 3, 3), date(2026, 3, 4))),
        ("week", (Span.WEEK, date(2026, 3, 2), date(2026, 3, 9))),
        ("this week", (Span.WEEK, date(2026, 3, 2), date(2026, 3, 9))),
        ("LAST  week", (Span.WEEK, date(2026, 2, 23), date(2026, 3, 2))),
        ("last month", (Span.MONTH, date(2026, 2, 1), date(2026, 3, 1))),
        ("last today", None),
        ("next week", None),
        ("", None),
    ],
)
def test_a_typed_period(typed: str, period: tuple[Span, date, date] | None) -> None:
    assert read_period(typed, TODAY) == (None if period is None else Period(*period))


@pytest.mark.parametrize(
    ("typed", "schedule", "zone"),
    [
        ("daily", Schedule(Span.DAY), ""),
        ("daily at 17", Schedule(Span.DAY, 0, time(17)), ""),
        ("weekly", Schedule(), ""),
        ("Weekly on Friday 4pm", Schedule(Span.WEEK, 4, time(16)), ""),
        ("weekly fri 16:00 Europe/Berlin", Schedule(Span.WEEK, 4, time(16)), "Europe/Berlin"),
        ("monthly on the 3rd at 9", Schedule(Span.MONTH, 3, time(9)), ""),
        ("monthly", Schedule(Span.MONTH, 1), ""),
        ("monthly 31st", None, ""),
        ("weekly on Fridays at 25", None, ""),
        ("hourly", None, ""),
        ("", None, ""),
    ],
)
def test_a_typed_schedule(typed: str, schedule: Schedule | None, zone: str) -> None:
    found = read_schedule(typed)
    assert (None, "") if found is None else (found.schedule, found.zone) == (schedule, zone)
    assert (found is None) == (schedule is None)
