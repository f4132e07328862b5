"""When something is due: reminders in working hours, the summary on Monday morning. Pure arithmetic on local time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WORK_STARTS = time(8, 30)
WORK_ENDS = time(18, 0)
SUMMARY_AT = time(9, 0)
CALL_REMINDERS = (timedelta(hours=4), timedelta(hours=24))
"""How long after the prompt a rep who has not made the call is reminded."""
BETWEEN_REMINDERS = timedelta(hours=4)
"""At least this long: two waits that end over a weekend would both come on Monday at half past eight."""
BEFORE_THE_CALL = timedelta(minutes=15)
"""How long before a planned call the rep is told of it."""
AFTER_THE_CALL = timedelta(minutes=30)
"""How long after its time a rep who recorded nothing is asked how it went."""


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


def within_working_hours(moment: datetime, local: ZoneInfo) -> datetime:
    """`moment` when it lies in somebody's working hours (Mon-Fri, 8:30-18:00 local), else the start of the next ones.

    Takes and gives aware datetimes; the result is UTC.
    """
    there = moment.astimezone(local)
    if there.weekday() < 5 and there.time() < WORK_STARTS:
        there = there.replace(hour=WORK_STARTS.hour, minute=WORK_STARTS.minute, second=0, microsecond=0)
    elif there.weekday() >= 5 or there.time() >= WORK_ENDS:
        day = there.date() + timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        there = datetime.combine(day, WORK_STARTS, tzinfo=local)
    return there.astimezone(UTC)


def call_reminders(asked_at: datetime, local: ZoneInfo) -> list[datetime]:
    """When a rep is reminded of a call that was asked for at `asked_at` and not made (M1.1), in UTC, ascending."""
    due: list[datetime] = []
    for wait in CALL_REMINDERS:
        earliest = max([asked_at + wait, *(earlier + BETWEEN_REMINDERS for earlier in due)])
        due.append(within_working_hours(earliest, local))
    return due


def next_summary(after: datetime, local: ZoneInfo) -> datetime:
    """The first Monday 9:00 in `local` that lies strictly after `after`, in UTC."""
    there = after.astimezone(local)
    monday = there.date() + timedelta(days=(7 - there.weekday()) % 7)
    due = datetime.combine(monday, SUMMARY_AT, tzinfo=local)
    if due <= there:
        due = datetime.combine(monday + timedelta(days=7), SUMMARY_AT, tzinfo=local)
    return due.astimezone(UTC)
