"""Expectations inflate with every seller and every hour (M1.2 - M1.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.urgency import BLUR_AFTER, Level, urgency

CLOSED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

sellers = st.integers(0, 20)
waits = st.timedeltas(timedelta(0), timedelta(days=60))


def test_there_is_no_inflation_at_the_close_without_competitors() -> None:
    now = urgency(CLOSED, CLOSED, 0)

    assert (now.level, now.hours, now.sellers, now.inflation) == (Level.TODAY, 0, 0, 1.0)


@given(waits, sellers)
def test_every_seller_doubles_the_inflation(wait: timedelta, count: int) -> None:
    """M1.2: exponential in the number of sellers."""
    fewer, more = urgency(CLOSED, CLOSED + wait, count), urgency(CLOSED, CLOSED + wait, count + 1)

    assert more.inflation == pytest.approx(2 * fewer.inflation)


@given(waits, waits, sellers)
def test_waiting_never_lowers_the_urgency(one: timedelta, other: timedelta, count: int) -> None:
    early, late = (urgency(CLOSED, CLOSED + wait, count) for wait in sorted((one, other)))

    assert early.inflation <= late.inflation
    assert early.hours <= late.hours
    assert list(Level).index(early.level) <= list(Level).index(late.level)


@given(waits, sellers, sellers)
def test_more_sellers_never_lower_the_urgency(wait: timedelta, one: int, other: int) -> None:
    few, many = (urgency(CLOSED, CLOSED + wait, count) for count in sorted((one, other)))

    assert few.inflation <= many.inflation
    assert list(Level).index(few.level) <= list(Level).index(many.level)


def test_promises_blur_within_a_day() -> None:
    assert BLUR_AFTER == 24 * HOUR
    assert urgency(CLOSED, CLOSED + BLUR_AFTER - HOUR, 0).level is Level.TODAY
    assert urgency(CLOSED, CLOSED, 1).level is Level.SOON_BLURRED
    assert urgency(CLOSED, CLOSED + BLUR_AFTER - HOUR, 3).level is Level.SOON_BLURRED
    assert urgency(CLOSED, CLOSED + BLUR_AFTER, 0).level is Level.BLURRED


def test_a_day_counts_as_one_seller() -> None:
    assert urgency(CLOSED, CLOSED + BLUR_AFTER, 0).inflation == urgency(CLOSED, CLOSED, 1).inflation


def test_an_unknown_number_of_sellers_counts_as_none() -> None:
    unknown = urgency(CLOSED, CLOSED + HOUR, None)

    assert unknown.sellers is None
    assert unknown.inflation == urgency(CLOSED, CLOSED + HOUR, 0).inflation


def test_a_close_in_the_future_counts_as_now() -> None:
    assert urgency(CLOSED + HOUR, CLOSED, 0) == urgency(CLOSED, CLOSED, 0)


def test_hours_are_whole_and_the_zone_of_the_times_does_not_matter() -> None:
    there = datetime(2026, 3, 2, 15, 59, tzinfo=UTC).astimezone()

    assert urgency(CLOSED, there, 0).hours == 3
