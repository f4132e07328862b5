"""Reminders come in the rep's working hours, summaries on Monday at nine, whatever the zone and its clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.cadence import (
    BETWEEN_REMINDERS,
    CALL_REMINDERS,
    WORK_ENDS,
    WORK_STARTS,
    call_reminders,
    next_summary,
    within_working_hours,
    zone,
)

# Far east and far west, half and quarter hours, both hemispheres; clocks that change by 30 minutes, at midnight, never.
ZONES = [
    "UTC",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Los_Angeles",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Etc/GMT+12",
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def is_working_time(moment: datetime, local: ZoneInfo) -> bool:
    there = moment.astimezone(local)
    return there.weekday() < 5 and WORK_STARTS <= there.time() < WORK_ENDS


@given(moments, zones)
def test_a_moment_is_moved_into_working_hours_and_never_back(moment: datetime, local: ZoneInfo) -> None:
    moved = within_working_hours(moment, local)

    assert is_working_time(moved, local)
    assert moved >= moment
    assert moved.tzinfo is UTC


@given(moments, zones)
def test_a_moment_in_working_hours_stays(moment: datetime, local: ZoneInfo) -> None:
    moved = within_working_hours(moment, local)

    assert within_working_hours(moved, local) == moved
    if is_working_time(moment, local):
        assert moved == moment
    else:
        assert moved.astimezone(local).time() == WORK_STARTS


@given(moments, zones)
def test_nobody_waits_longer_than_over_a_weekend(moment: datetime, local: ZoneInfo) -> None:
    closed_hours = timedelta(days=2, hours=14, minutes=30)  # Friday 18:00 to Monday 8:30
    clock_change = timedelta(hours=2)

    assert within_working_hours(moment, local) - moment <= closed_hours + clock_change


@given(moments, zones)
def test_reminders_come_after_their_wait_and_in_working_hours(asked_at: datetime, local: ZoneInfo) -> None:
    """M1.1."""
    due = call_reminders(asked_at, local)

    assert len(due) == len(CALL_REMINDERS)
    for moment, wait in zip(due, CALL_REMINDERS, strict=True):
        assert moment >= asked_at + wait
        assert is_working_time(moment, local)


@given(moments, zones)
def test_a_rep_is_never_reminded_of_the_same_call_twice_at_a_time(asked_at: datetime, local: ZoneInfo) -> None:
    """Asked on a Friday afternoon, both waits end over the weekend."""
    for earlier, later in pairwise(call_reminders(asked_at, local)):
        assert later - earlier >= BETWEEN_REMINDERS


@pytest.mark.parametrize(
    ("asked_at", "reminded"),
    [
        ("2026-03-02 09:00", ["2026-03-02 13:00", "2026-03-03 09:00"]),  # a Monday morning
        ("2026-03-02 16:00", ["2026-03-03 08:30", "2026-03-03 16:00"]),  # an afternoon
        ("2026-03-02 03:00", ["2026-03-02 08:30", "2026-03-03 08:30"]),  # the night before
        ("2026-03-06 11:00", ["2026-03-06 15:00", "2026-03-09 08:30"]),  # a Friday morning
        ("2026-03-06 17:00", ["2026-03-09 08:30", "2026-03-09 12:30"]),  # a Friday afternoon
        ("2026-03-07 12:00", ["2026-03-09 08:30", "2026-03-09 12:30"]),  # a Saturday
    ],
)
def test_when_a_rep_in_berlin_is_reminded(asked_at: str, reminded: list[str]) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    asked = datetime.fromisoformat(asked_at).replace(tzinfo=berlin).astimezone(UTC)

    assert [f"{due.astimezone(berlin):%Y-%m-%d %H:%M}" for due in call_reminders(asked, berlin)] == reminded


@given(moments, zones)
def test_the_summary_is_on_the_next_monday_at_nine(after: datetime, local: ZoneInfo) -> None:
    due = next_summary(after, local)
    there = due.astimezone(local)

    assert (there.weekday(), there.time()) == (0, time(9))
    assert due > after
    assert there.replace(tzinfo=None) - after.astimezone(local).replace(tzinfo=None) <= timedelta(days=7)
    assert due.tzinfo is UTC


@given(moments, zones)
def test_there_is_one_summary_a_week_and_none_is_left_out(after: datetime, local: ZoneInfo) -> None:
    first = next_summary(after, local)
    second = next_summary(first, local)

    assert second.astimezone(local).date() - first.astimezone(local).date() == timedelta(days=7)
    assert next_summary(first - timedelta(microseconds=1), local) == first


@pytest.mark.parametrize(
    ("name", "fallback", "found"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"),
        (None, "Europe/Berlin", "Europe/Berlin"),
        ("", "Europe/Berlin", "Europe/Berlin"),
        ("Mars/Olympus_Mons", "Europe/Berlin", "Europe/Berlin"),
        ("../../etc/passwd", "Europe/Berlin", "Europe/Berlin"),
        ("nul\0", "Europe/Berlin", "Europe/Berlin"),
        ("Mars/Olympus_Mons", "Mars/Olympus_Mons", "UTC"),
        (None, "", "UTC"),
    ],
)
def test_a_zone_that_nobody_knows_falls_back(name: str | None, fallback: str, found: str) -> None:
    assert zone(name, fallback).key == found
