"""The self-check: three questions about oneself, each from 1 to 5, and what becomes of the answers over time (M7.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from handlers.method.working_time import WorkingTime

LOWEST, HIGHEST = 1, 5
MOST_SHOWN = 6
"""Answers in a trend."""
LATELY = timedelta(days=14)
"""Who has just checked themselves is not asked again in the same month."""


CORRECTED_WITHIN = timedelta(hours=1)
"""Who answers again so soon corrects themselves: only the last answer counts."""


class Question(StrEnum):
    """The three questions; the values are columns of `self_checks`."""

    EXPECTATIONS = "expectations"
    KNOWLEDGE = "knowledge"
    OWNERSHIP = "ownership"


class Trend(StrEnum):
    """Where the answers to a question go."""

    FIRST = "first"
    UP = "up"
    DOWN = "down"
    STEADY = "steady"


def trend(scores: Sequence[int]) -> Trend:
    """Compare the last of the scores (oldest first, at least one) with the average of those before it."""
    *before, last = scores
    if not before:
        return Trend.FIRST
    difference = last * len(before) - sum(before)
    return Trend.STEADY if difference == 0 else Trend.UP if difference > 0 else Trend.DOWN


def standing(times: Sequence[datetime]) -> list[int]:
    """Which of the answers count, by position; `times` are when they were given, oldest first."""
    return [
        number
        for number, at in enumerate(times)
        if number == len(times) - 1 or times[number + 1] - at > CORRECTED_WITHIN
    ]


def next_check(now: datetime, work: WorkingTime) -> datetime:
    """When to ask next: the start of work on the person's first working day of next month, in UTC."""
    today = now.astimezone(work.local).date()
    first = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return work.on(work.day_after(first - timedelta(days=1)), work.hours.starts).astimezone(UTC)
