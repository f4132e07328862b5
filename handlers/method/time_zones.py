"""Time zones of people, and the time of the weekly summary."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SUMMARY_TIME = time(9, 0)


def zone(name: str | None, fallback: str = "UTC") -> ZoneInfo:
    """Return the IANA zone `name`, or the fallback when it is missing or unknown."""
    for candidate in (name, fallback):
        if not candidate:
            continue
        try:
            return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return ZoneInfo("UTC")


def next_summary(after: datetime, local: ZoneInfo) -> datetime:
    """Return the first Monday 9:00 in `local` strictly after `after`, in UTC."""
    local_after = after.astimezone(local)
    monday = local_after.date() + timedelta(days=(7 - local_after.weekday()) % 7)
    due = datetime.combine(monday, SUMMARY_TIME, tzinfo=local)
    if due <= local_after:
        due = datetime.combine(monday + timedelta(days=7), SUMMARY_TIME, tzinfo=local)
    return due.astimezone(UTC)
