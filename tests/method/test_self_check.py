"""The self-check: where the answers go, and on which morning it is asked for (M7.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.self_check import CORRECTED_WITHIN, Trend, next_check, standing, trend
from handlers.method.working_time import WorkingTime
from tests.method.test_working_time import working_times
from tests.method.zones import moments


@pytest.mark.parametrize(
    ("scores", "goes"),
    [
        ([3], Trend.FIRST),
        ([3, 4, 4], Trend.UP),
        ([4, 4], Trend.STEADY),
        ([5, 1, 2], Trend.DOWN),
        ([1, 5, 3], Trend.STEADY),
        ([2, 5, 5, 4], Trend.STEADY),
    ],
)
def test_the_last_answer_is_compared_with_those_before(scores: list[int], goes: Trend) -> None:
    assert trend(scores) is goes


@given(st.lists(st.integers(0, 200), max_size=8))
def test_an_answer_that_is_corrected_within_the_hour_counts_once(minutes: list[int]) -> None:
    start, at = datetime(2026, 3, 2, tzinfo=UTC), []
    for gap in minutes:
        start += timedelta(minutes=gap)
        at.append(start)
    counted = [at[number] for number in standing(at)]
    assert counted[-1:] == at[-1:]
    assert all(later - earlier > CORRECTED_WITHIN for earlier, later in pairwise(counted))


@given(moments, working_times)
def test_it_is_asked_once_a_month_when_work_starts(now: datetime, work: WorkingTime) -> None:
    """In the person's own month: in Auckland it is the first a day before it is in New York."""
    due = next_check(now, work)
    here, there = now.astimezone(work.local), due.astimezone(work.local)
    assert work.includes(due)
    assert (there.year, there.month) > (here.year, here.month)
    following = next_check(due, work).astimezone(work.local)
    assert (following.year, following.month) > (there.year, there.month)
