"""Plans the win summaries of the channels: the next one of each, and those whose day the bot slept through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.deal.posted_wins import period_payload
from handlers.method.summary_periods import SUMMARY_TIME, Schedule, Span
from handlers.method.time_zones import zone
from storage import outbox, workspaces
from storage.models import Channel, OutboxRow, Tenant
from storage.tenancy import scope

MOST_LATE = {Span.DAY: 3, Span.WEEK: 4, Span.MONTH: 1}
"""So many late summaries are posted. Older wins are no news any more. Those without a win are not posted, so few
messages come at once."""


def plan_next(session: Session, tenant_id: int, now: datetime) -> None:
    """Bind the session to the workspace, and plan its next summaries and the missed ones."""
    scope(session, tenant_id)
    plan_summaries(session, session.get_one(Tenant, tenant_id), now)


def schedule_of(channel: Channel) -> Schedule:
    """When the channel's summaries are posted; without settings of its own, every Monday at 9:00."""
    span = Span(channel.summary_span or Span.WEEK)
    day = channel.summary_day if channel.summary_day is not None else int(span is Span.MONTH)
    return Schedule(span, day, SUMMARY_TIME if channel.summary_hour is None else time(channel.summary_hour))


def zone_of(channel: Channel | None, tenant: Tenant) -> ZoneInfo:
    """The zone of the channel's summaries: of the hour at which they come, and of the days that they cover."""
    return zone(None if channel is None else channel.summary_zone, tenant.zone)


def plan_summaries(session: Session, tenant: Tenant, now: datetime, *, switched_on: Channel | None = None) -> None:
    """Enqueue the next win summary for each wins channel, unless it is in the outbox already, and each missed one.

    The next one moves with the zone and the hour. `switched_on` has become a wins channel, or got another schedule,
    just now: it missed none.
    """
    for channel in workspaces.wins_channels(session):
        local, schedule = zone_of(channel, tenant), schedule_of(channel)
        following = schedule.next_day(now, local)
        if channel is not switched_on:
            for day in _missed(session, channel, schedule, following, local):
                _enqueue(session, channel, schedule, day, local, now)
        row = _enqueue(session, channel, schedule, following, local, now)
        if row.state == "queued" and row.planned_at is None:
            row.due_at, row.zone = schedule.moment(following, local), local.key


def _missed(session: Session, channel: Channel, schedule: Schedule, following: date, local: ZoneInfo) -> Iterator[date]:
    """The posting days after that of the channel's last summary and before the next one, oldest first.

    A clock that was wrong may have planned a summary for far in the future: it does not count.
    """
    last = outbox.latest_due(session, "summary", channel.external_id, until=schedule.moment(following, local))
    if last is None:
        return
    told_on = last.meant_for.astimezone(zone(last.zone)).date()
    days = [following]
    for _ in range(MOST_LATE[schedule.span]):
        days.append(schedule.day_before(days[-1]))
    yield from (day for day in reversed(days[1:]) if day > told_on)


def _enqueue(
    session: Session, channel: Channel, schedule: Schedule, day: date, local: ZoneInfo, now: datetime
) -> OutboxRow:
    name = channel.external_id if schedule.span is Span.WEEK else f"{channel.external_id}:{schedule.span}"
    return outbox.enqueue(
        session,
        kind="summary",
        dedupe_key=f"summary:{name}:{day.isoformat()}",
        due_at=schedule.moment(day, local),
        zone=local.key,
        channel=channel.external_id,
        payload=period_payload(schedule.covers(day)),
        now=now,
    )
