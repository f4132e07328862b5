"""The zone that somebody lives in, and the summary on Monday morning. Pure arithmetic on local time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SUMMARY_AT = time(9, 0)


def zone(name: str | None, fallback: str = "UTC") -> ZoneInfo:
    """The IANA zone of that name, or the fallback's when there is none or the platform sent one that nobody knows."""
    for candidate in (name, fallback):
        if not candidate:
            continue
        try:
            return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return ZoneInfo("UTC")


def next_summary(after: datetime, local: ZoneInfo) -> datetime:
    """The first Monday 9:00 in `local` that lies strictly after `after`, in UTC."""
    there = after.astimezone(local)
    monday = there.date() + timedelta(days=(7 - there.weekday()) % 7)
    due = datetime.combine(monday, SUMMARY_AT, tzinfo=local)
    if due <= there:
        due = datetime.combine(monday + timedelta(days=7), SUMMARY_AT, tzinfo=local)
    return due.astimezone(UTC)
