"""Offered times are in the future, in order and in working hours, in any zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.offered_times import MAX_OFFERS, Offer, Snooze, call_offers, snooze_choices, snoozed_until
from handlers.method.working_time import WorkingTime
from prompts.cadence import cadence

BERLIN = ZoneInfo("Europe/Berlin")
AT_WORK = WorkingTime.default(BERLIN, cadence())
NOW = st.timedeltas(timedelta(0), timedelta(days=7 * 365)).map(lambda span: datetime(2024, 1, 1, tzinfo=UTC) + span)
LOCAL = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]).map(
    lambda name: WorkingTime.default(ZoneInfo(name), cadence())
)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25T10:20", ["hour 25 11:30", "today 25 16:00", "morning 26 09:00"]),
        ("2026-11-25T10:15", ["hour 25 11:15", "today 25 16:00", "morning 26 09:00"]),
        ("2026-11-25T14:50", ["hour 25 16:00", "morning 26 09:00", "afternoon 26 14:00"]),
        ("2026-11-25T19:00", ["morning 26 09:00", "afternoon 26 14:00"]),
        ("2026-11-25T05:00", ["today 25 09:00", "morning 26 09:00", "afternoon 26 14:00"]),
        ("2026-11-25T17:15", ["today 25 17:30", "morning 26 09:00", "afternoon 26 14:00"]),
        ("2026-11-25T17:46", ["today 25 17:55", "morning 26 09:00", "afternoon 26 14:00"]),
        ("2026-11-27T17:56", ["morning 30 09:00", "afternoon 30 14:00"]),
        ("2026-11-28T11:00", ["morning 30 09:00", "afternoon 30 14:00"]),
    ],
)
def test_offers_on_a_wednesday_and_before_a_weekend(now: str, expected: list[str]) -> None:
    assert [f"{each.offer} {each.at:%d %H:%M}" for each in call_offers(berlin(now), AT_WORK)] == expected


@given(now=NOW, local=LOCAL)
def test_offers_are_future_working_hours_in_order(now: datetime, local: WorkingTime) -> None:
    offers = call_offers(now, local)

    assert 1 <= len(offers) <= MAX_OFFERS
    moments = [each.at.astimezone(UTC) for each in offers]
    assert moments == sorted(set(moments))
    assert all(moment > now + timedelta(minutes=4) for moment in moments)
    assert all(local.includes(moment) for moment in moments)
    assert len({each.offer for each in offers}) == len(offers)
    assert {each.offer for each in offers} <= set(Offer)


@given(now=NOW, local=LOCAL)
def test_a_time_today_is_offered_whenever_there_is_one(now: datetime, local: WorkingTime) -> None:
    today = now.astimezone(local.local).date()
    later = (now + timedelta(minutes=minutes) for minutes in range(10, 24 * 60, 5))
    works_today = any(local.includes(at) and at.astimezone(local.local).date() == today for at in later)

    assert (call_offers(now, local)[0].days == 0) or not works_today


@given(now=NOW, local=LOCAL, snooze=st.sampled_from(Snooze))
def test_a_snoozed_reminder_comes_later_and_in_working_hours(now: datetime, local: WorkingTime, snooze: Snooze) -> None:
    until = snoozed_until(snooze, now, local)

    assert until >= now + timedelta(minutes=59)
    assert local.includes(until)


@pytest.mark.parametrize(
    ("now", "afternoon", "until"),
    [
        ("2026-11-25T09:00", True, ["25 10:00", "25 14:00", "26 09:00"]),
        ("2026-11-25T15:00", False, ["25 16:00", "25 16:00", "26 09:00"]),
        ("2026-11-27T17:40", False, ["30 08:30", "30 08:30", "30 09:00"]),
    ],
)
def test_how_long_a_reminder_is_snoozed(now: str, afternoon: bool, until: list[str]) -> None:
    moment = berlin(now)

    assert (Snooze.AFTERNOON in snooze_choices(moment, AT_WORK)) == afternoon
    assert [f"{snoozed_until(each, moment, AT_WORK).astimezone(BERLIN):%d %H:%M}" for each in Snooze] == until
