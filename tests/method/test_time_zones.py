"""Summaries come on Monday at nine, whatever the zone and its clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.time_zones import next_summary, zone

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


@given(moments, zones)
def test_the_summary_is_on_the_next_monday_at_nine(after: datetime, local: ZoneInfo) -> None:
    due = next_summary(after, local)
    there = due.astimezone(local)

    assert (there.weekday(), there.time()) == (0, time(9))
    assert due > after
    assert there.replace(tzinfo=None) - after.astimezone(local).replace(tzinfo=None) <= timedelta(days=7)
    assert due.tzinfo is UTC


@given(moments, zones)
def test_there_is_one_summary_per_week(after: datetime, local: ZoneInfo) -> None:
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
def test_an_unknown_zone_falls_back(name: str | None, fallback: str, found: str) -> None:
    assert zone(name, fallback).key == found
