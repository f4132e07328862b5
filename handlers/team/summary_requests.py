"""A win summary on request: shown to the person who asks, posted to a channel, and when a channel gets its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.posted_wins import period_payload
from handlers.errors import NotNowError
from handlers.method.summary_periods import Schedule, read_period
from handlers.method.time_zones import zone
from handlers.requests import Caller, open_request
from handlers.screens.team import AskedSummary, Place, SummaryPosted, SummarySchedule
from handlers.team import wins
from handlers.team.channels import may_post_wins
from handlers.team.summaries import plan_summaries, schedule_of, zone_of
from storage import audit_log, outbox, workspaces
from storage.models import Channel, OutboxRow, Tenant

SCHEDULE_CHANGED = "summary_schedule"
"""The kind of message that tells a channel's manager who changed when its summaries come."""
SUMMARY_POSTED, SUMMARY_SCHEDULED = "summary_posted", "summary_scheduled"
"""The actions in the audit log."""
MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class SummaryAsked:
    """Someone asks for the wins of a period, in the words that they typed.

    `channel` is where they asked, None in a direct message; `named` is the name of a channel that they want them for.
    """

    caller: Caller
    typed: str
    channel: str | None = None
    named: str = ""
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class SummaryWanted:
    """Someone who manages the channel has the wins of a period posted there."""

    caller: Caller
    typed: str
    channel: str


@dataclass(frozen=True, slots=True)
class ScheduleChosen:
    """Someone who manages the channel chooses when it gets its summaries; no `zone` leaves that as it is."""

    caller: Caller
    channel: str
    schedule: Schedule
    zone: str | None = None


def show(session: Session, request: SummaryAsked, now: datetime) -> AskedSummary:
    """The wins of the period, with the channels to which the person may post them.

    Raises `NotNowError` if no wins are posted in the channel that they named.
    """
    opened = open_request(session, request.caller, now)
    known = workspaces.wins_channels(session)
    mine = [channel for channel in known if channel.keeper_id == opened.person.id]
    if request.named:
        here = [channel for channel in known if channel.name == request.named]
        if not here:
            raise NotNowError("refusal.no_wins_channel", named=request.named)
    else:
        here = [channel for channel in known if channel.external_id == request.channel]
    may_post = [channel for channel in here if channel in mine or request.is_admin or channel.keeper_id is None]
    places = may_post if here else mine
    local = here[0] if here else None
    period = read_period(request.typed, now.astimezone(zone_of(local, opened.tenant)).date())
    if period is None:
        raise NotNowError("refusal.no_such_period")
    summary_zone = None if local is None else local.summary_zone
    return AskedSummary(
        wins.wins_of(session, opened.tenant, period, local=summary_zone, now=now),
        request.typed.casefold(),
        tuple(Place(channel.external_id, channel.name) for channel in places[:MOST_PLACES]),
    )


def post(session: Session, request: SummaryWanted, now: datetime) -> SummaryPosted:
    """Queue the wins of the period for the channel, once a day.

    Raises `NotNowError` if no wins are posted there, or there is none in the period.
    """
    opened = open_request(session, request.caller, now)
    channel = _wins_channel(session, request.channel)
    local = zone_of(channel, opened.tenant)
    today = now.astimezone(local).date()
    period = read_period(request.typed, today)
    if period is None:
        raise NotNowError("refusal.no_such_period")
    if not wins.wins_of(session, opened.tenant, period, local=channel.summary_zone, now=now).count:
        raise NotNowError("refusal.nothing_won")
    told = f"{channel.external_id}:{period.span}:{period.first.isoformat()}"
    row = outbox.enqueue(
        session,
        kind="summary",
        dedupe_key=f"summary:{told}:asked:{today.isoformat()}",
        due_at=now,
        zone=local.key,
        channel=channel.external_id,
        payload={**period_payload(period), "asked": request.caller.event_key},
        now=now,
    )
    before = row.payload["asked"] != request.caller.event_key
    if not opened.repeated and not before:
        audit_log.record(session, None, opened.person.id, SUMMARY_POSTED, now, channel=channel.external_id)
    return SummaryPosted(channel.external_id, repeated=before)


def choose_schedule(session: Session, request: ScheduleChosen, now: datetime) -> SummarySchedule:
    """Store when the channel gets its summaries, and tell its manager if somebody else says so.

    Raises `NotNowError` if no wins are posted there, or nobody knows the zone.
    """
    opened = open_request(session, request.caller, now)
    channel = _wins_channel(session, request.channel)
    if not opened.repeated:
        chosen = request.schedule
        channel.summary_span, channel.summary_day, channel.summary_hour = chosen.span, chosen.day, chosen.at.hour
        channel.summary_zone = request.zone or channel.summary_zone
        session.flush()
        audit_log.record(
            session,
            None,
            opened.person.id,
            SUMMARY_SCHEDULED,
            now,
            channel=channel.external_id,
            span=chosen.span,
            day=chosen.day,
            hour=chosen.at.hour,
            zone=channel.summary_zone,
        )
        plan_summaries(session, opened.tenant, now, switched_on=channel)
        if channel.keeper is not None and channel.keeper_id != opened.person.id:
            _tell_manager(session, opened.tenant, channel, opened.person.external_id, now)
    return _schedule(channel, opened.tenant)


def compose_schedule_changed(session: Session, row: OutboxRow, tenant: Tenant) -> SummarySchedule | None:
    """What the channel's manager is told; None if no wins are posted there any more."""
    channel = workspaces.find_channel(session, str(row.payload["channel"]))
    if channel is None or not may_post_wins(channel):
        return None
    return _schedule(channel, tenant, changed_by=str(row.payload["by"]))


def _schedule(channel: Channel, tenant: Tenant, changed_by: str | None = None) -> SummarySchedule:
    return SummarySchedule(channel.external_id, schedule_of(channel), zone_of(channel, tenant).key, changed_by)


def _wins_channel(session: Session, external_id: str) -> Channel:
    channel = workspaces.find_channel(session, external_id)
    if channel is None or not may_post_wins(channel):
        raise NotNowError("refusal.not_for_wins")
    return channel


def _tell_manager(session: Session, tenant: Tenant, channel: Channel, by: str, now: datetime) -> None:
    keeper = channel.keeper
    if keeper is None:
        return
    outbox.enqueue(
        session,
        kind=SCHEDULE_CHANGED,
        dedupe_key=f"{SCHEDULE_CHANGED}:{channel.external_id}:{now.isoformat()}",
        due_at=now,
        zone=zone(keeper.zone, tenant.zone).key,
        person_id=keeper.id,
        payload={"channel": channel.external_id, "by": by},
        now=now,
    )
