"""Composes a due outbox row into a message, or cancels or postpones it; records its delivery."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.announcements.messages import compose_post, thread_of
from handlers.call.brief_screens import brief_screen
from handlers.call.talk import opening_line
from handlers.cover.messages import compose_cover, compose_step
from handlers.cover.patience import STEPS as PATIENCE_STEPS
from handlers.cover.patience import cover_told, digest_of, lists_delivered, plan_step, step_delivered
from handlers.deal.announced import ANNOUNCEMENT, ANNOUNCEMENT_UPDATE
from handlers.deal.announced import KINDS as ABOUT_ANNOUNCEMENT
from handlers.deal.covering import ANSWERED, ASK, BACK
from handlers.deal.covering import KINDS as ABOUT_COVER
from handlers.deal.covering import REDRAWN as COVER_REDRAWN
from handlers.deal.delivery import KINDS as ABOUT_DELIVERY
from handlers.deal.delivery import REDRAWN, REMINDERS
from handlers.deal.facts import card, facts
from handlers.deal.order_changes import QUESTION
from handlers.deal.order_questions import order_question, why_pointless
from handlers.deal.planning import INVITE, plan_reminders, refresh_card, retire_card
from handlers.deal.posted_wins import SUMMARY_UPDATE, period_told, posted_on
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.deal.sent_reminders import RETIRED, retire_older
from handlers.deal.team import KINDS as ABOUT_TEAM
from handlers.deal_team.messages import compose_team
from handlers.handoff.messages import compose_handoff
from handlers.method.reminders_due import AT_THE_HOUR, CHALLENGE_KINDS, KEPT_KINDS, TELL_KINDS, Kind
from handlers.method.stages import WON
from handlers.method.time_zones import zone
from handlers.method.working_time import WorkingTime
from handlers.reminders.compose_digest import compose_digest, compose_retired, with_others
from handlers.reminders.compose_reminder import OF_THE_MORNING, compose_reminder, not_now, should_coach
from handlers.reminders.compose_self_check import compose_self_check
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from handlers.screens.announcements import WinPost
from handlers.screens.cover import CoverMessage, CoverOffer
from handlers.screens.deals import DealCard, HandedOver, Passed
from handlers.screens.outgoing import OutgoingScreen
from handlers.screens.reminders import CallInvite, Nudge
from handlers.screens.team import ClosedChannel, DealsReceived, RepLeft, SharedChannel, SummarySchedule, WinSummary
from handlers.team import channels, closed_channels, departures, handover, wins
from handlers.team.summaries import schedule_of
from handlers.team.summary_requests import SCHEDULE_CHANGED, compose_schedule_changed
from storage import audit_log, briefs, deals, outbox, outbox_reminders, workspaces
from storage.models import Channel, Deal, OutboxRow, Tenant
from storage.outbox import Tries

ABOUT_CHANNELS = frozenset({"summary", SUMMARY_UPDATE, channels.SHARED_CHANNEL, closed_channels.KIND, SCHEDULE_CHANGED})
UPDATES = frozenset({RETIRED, SUMMARY_UPDATE, REDRAWN, COVER_REDRAWN, ANNOUNCEMENT_UPDATE})
"""The kinds that update the message of another row, `payload["row"]`, in place."""
ABOUT_WINS = frozenset({"summary", SUMMARY_UPDATE}) | ABOUT_ANNOUNCEMENT
"""The kinds that are posted where another company reads them, if an admin has allowed it."""
CARD_RETRY_DELAY = timedelta(seconds=2)
"""How long an update of a card waits while the previous one is being sent."""
LATE_AFTER = timedelta(minutes=30)
"""A message later than this waits for working hours, so that no phone rings at night or on a Sunday."""


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message to send. `replaces` is the (channel, ts) of the message to update in place, None for a new one.

    `person` addresses a DM, `channel` a channel.
    """

    row_id: int
    tenant_id: int
    platform: str
    workspace: str
    person: str | None
    channel: str | None
    screen: OutgoingScreen
    replaces: tuple[str, str] | None
    tries: Tries | None
    """Earlier attempts without an answer: ask the platform whether the message is already there."""
    only_if_there: bool = False
    """Whether to send nothing if the message to update was deleted."""
    external_readers: bool = False
    """Whether people of another company may read it: an admin has said so."""
    thread: str | None = None
    """The message of the channel to answer, by the platform's id; None for a message that stands by itself."""


def compose(
    session: Session, row: OutboxRow, tenant: Tenant, *, tries: Tries | None, now: datetime
) -> OutboundMessage | Pointless | Postponed | Folded:
    """Compose a claimed row from the current state of its deal or week (DESIGN, data rule 3)."""
    deal = deals.find(session, row.deal_id) if row.deal_id is not None else None
    screen = _screen(session, row, deal, tenant, now)
    if isinstance(screen, Pointless | Postponed | Folded):
        return screen
    replaces = _replaces(session, row, deal)
    if replaces is None and (daytime := _postponed_until(row, tenant, now)) is not None:
        return Postponed(daytime, "it is late, and waits for working hours")
    return OutboundMessage(
        row_id=row.id,
        tenant_id=row.tenant_id,
        platform=tenant.platform,
        workspace=tenant.external_id,
        person=row.person.external_id if row.person else None,
        channel=row.channel,
        screen=screen,
        replaces=replaces,
        tries=tries,
        only_if_there=row.kind in UPDATES,
        external_readers=row.kind in ABOUT_WINS and _may_be_read_outside(session, row),
        thread=thread_of(session, row) if row.kind == ANNOUNCEMENT else None,
    )


def _screen(  # noqa: PLR0911 (one line per kind of message)
    session: Session, row: OutboxRow, deal: Deal | None, tenant: Tenant, now: datetime
) -> OutgoingScreen | Pointless | Postponed | Folded:
    if row.kind in ABOUT_CHANNELS:
        return _channel_screen(session, row, tenant, now)
    if row.kind == Kind.DIGEST:
        return compose_digest(session, row, tenant, now)
    if row.kind == RETIRED:
        return compose_retired(session, row, deal, now)
    if row.kind in (departures.KIND, handover.KIND):
        return _handover_screen(session, row)
    if row.kind == Kind.SELF_CHECK:
        return compose_self_check(session, row, tenant, now)
    if row.kind in ABOUT_ANNOUNCEMENT:
        return _announcement(session, row, deal, tenant, now)
    if row.kind in ABOUT_COVER:
        return _about_cover(session, row, deal, tenant, now)
    return _deal_screen(session, row, deal, tenant, now)


def _about_cover(
    session: Session, row: OutboxRow, deal: Deal | None, tenant: Tenant, now: datetime
) -> CoverMessage | Pointless | Postponed | Folded:
    if row.kind not in PATIENCE_STEPS:
        screen = compose_cover(session, row, now)
        if isinstance(screen, datetime):
            return Postponed(screen, "the cover ends later")
        return Pointless(screen) if isinstance(screen, str) else screen
    if deal is None or row.person is None:
        return Pointless("the deal is gone")
    waits = not_now(row.person, working_time(row.person, tenant), now)
    step = waits or compose_step(session, row, deal, tenant, now)
    if isinstance(step, datetime):
        return Postponed(step, "the rep has planned the call")
    if isinstance(step, CoverOffer):
        digest = digest_of(session, row, working_time(row.person, tenant), now)
        return step if digest is None else Folded(digest, "the digest tells of it")
    return Pointless(step) if isinstance(step, str) else step


def _handover_screen(session: Session, row: OutboxRow) -> RepLeft | DealsReceived | Pointless:
    if row.kind == departures.KIND:
        return departures.compose_left(session, row) or Pointless("nothing is left to hand over")
    return handover.compose_received(session, row) or Pointless("they have been handed on since")


def _deal_screen(
    session: Session, row: OutboxRow, deal: Deal | None, tenant: Tenant, now: datetime
) -> OutgoingScreen | Pointless | Postponed | Folded:
    if deal is None:
        return Pointless("the deal is gone")
    if row.kind == "handed":
        return HandedOver(facts(deal), str(row.payload["to"]), Passed(row.payload.get("passed", Passed.HANDED)))
    if row.kind in ABOUT_DELIVERY:
        return _about_delivery(session, row, deal, tenant, now)
    if row.kind in ABOUT_TEAM:
        return compose_team(session, row, deal) or Pointless("they are not on the team any more")
    if row.person_id != deal.current_rep_id and row.kind not in KEPT_KINDS:
        return Pointless("the deal was handed over")
    return _owner_screen(session, row, deal, tenant, now)


def _announcement(
    session: Session, row: OutboxRow, deal: Deal | None, tenant: Tenant, now: datetime
) -> WinPost | Pointless | Postponed:
    if deal is None:
        return Pointless("the deal is gone")
    post = compose_post(session, row, deal, tenant, now)
    if isinstance(post, datetime):
        return Postponed(post, "the message that it updates is just being sent")
    return Pointless(post) if isinstance(post, str) else post


def _about_delivery(
    session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime
) -> OutgoingScreen | Pointless | Postponed:
    screen = compose_handoff(session, row, deal, now)
    if isinstance(screen, str):
        return Pointless(screen)
    waits = row.kind in REMINDERS and row.person is not None
    later = not_now(row.person, working_time(row.person, tenant), now) if waits and row.person is not None else None
    return later or screen


def _owner_screen(
    session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime
) -> OutgoingScreen | Pointless | Postponed | Folded:
    if row.kind == "card":
        return _card(session, row, deal, now)
    if row.kind == "brief":
        return brief_screen(session, deal, now) if deal.stage in WON else Pointless(f"the deal is {deal.stage}")
    if row.kind == INVITE:
        return _invite(session, row, deal, tenant, now)
    if row.kind == QUESTION:
        reason = why_pointless(deal, row.payload)
        return order_question(deal, row) if reason is None else Pointless(reason)
    composed = compose_reminder(session, row, deal, tenant, now)
    if isinstance(composed, Nudge) and row.kind in OF_THE_MORNING:
        return with_others(session, row, composed, deal, now)
    return composed


def _postponed_until(row: OutboxRow, tenant: Tenant, now: datetime) -> datetime | None:
    """When a late message may be sent (UTC); None if it may be sent now.

    A channel's working time is its workspace's. The rep chose the time of a call, or of the meeting about referrals, so
    the reminder just before it is sent at any hour; when one to tell the customer of a challenge may come,
    `compose_reminder` has decided.
    """
    if now - row.meant_for <= LATE_AFTER or row.kind in AT_THE_HOUR or row.kind in TELL_KINDS:
        return None
    if row.person is None:
        work = WorkingTime.default(zone(row.zone), cadence_for(tenant))
    else:
        work = working_time(row.person, tenant)
    return None if work.includes(now) else work.next(now)


def _card(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> DealCard | Pointless | Postponed:
    match outbox.older_row_state(session, row):
        case "queued" if deal.card_ts is None:
            return Pointless("the card is still to be posted, and will show this")
        case "claimed":  # by another process: if both were sent at once, the older state could arrive last
            return Postponed(now + CARD_RETRY_DELAY, "the card is just being sent")
    return card(session, deal, now)


def _replaces(session: Session, row: OutboxRow, deal: Deal | None) -> tuple[str, str] | None:
    if row.kind in UPDATES:
        sent = outbox_reminders.find(session, int(row.payload["row"]))
        return None if sent is None else (sent.sent_channel or "", sent.sent_ts or "")
    if row.kind == INVITE and deal is not None:
        return _previous_invite(session, deal)
    if row.kind == "handed":
        return str(row.payload["channel"]), str(row.payload["ts"])
    if row.kind == "card" and deal and deal.card_channel and deal.card_ts:
        return deal.card_channel, deal.card_ts
    return None


def _previous_invite(session: Session, deal: Deal) -> tuple[str, str] | None:
    """Where the deal's last calendar entry for its rep is: the next one takes its place."""
    sent = [
        row
        for row in outbox_reminders.of_deal(session, deal.id, (INVITE,))
        if row.state == "sent" and row.person_id == deal.current_rep_id and row.sent_channel and row.sent_ts
    ]
    return (sent[-1].sent_channel or "", sent[-1].sent_ts or "") if sent else None


def _invite(session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime) -> CallInvite | Pointless:
    if deal.call_at is None:
        return Pointless(f"the deal is {deal.stage}")
    if row.payload["call_at"] != deal.call_at.isoformat():
        return Pointless("the call was put at another time")
    if deal.call_at <= now:
        return Pointless("the time of the call has come")
    return CallInvite(
        facts(deal),
        workspace=tenant.external_id,
        at=deal.call_at,
        revision=audit_log.count(session, deal.id, "scheduled", "rescheduled") - 1,
        made_at=deal.stage_since,
        opening=opening_line(session, deal, briefs.latest(session, deal.id)),
    )


def _channel_screen(
    session: Session, row: OutboxRow, tenant: Tenant, now: datetime
) -> WinSummary | SharedChannel | ClosedChannel | SummarySchedule | Pointless:
    if row.kind == SCHEDULE_CHANGED:
        return compose_schedule_changed(session, row, tenant) or Pointless("the channel takes no summaries any more")
    if row.kind == closed_channels.KIND:
        return closed_channels.compose_closed(session, row) or Pointless("the channel is open again")
    if row.kind == channels.SHARED_CHANNEL:
        question = channels.shared_channel(session, str(row.payload["channel"]))
        return question or Pointless("an admin has decided, or the channel is shared no more")
    return _summary(session, row, tenant, now)


def _summary(session: Session, row: OutboxRow, tenant: Tenant, now: datetime) -> WinSummary | Pointless:
    """The wins of the days that the row is about, however late it is. A late one says which days they are."""
    channel = workspaces.find_channel(session, row.channel or "")
    if channel is None or not channels.may_post_wins(channel):
        return Pointless("the channel takes no summaries any more")
    if row.kind == SUMMARY_UPDATE:
        return _summary_now(session, row, channel, tenant, now)
    period = period_told(row, tenant)
    if "asked" not in row.payload and not schedule_of(channel).plans(posted_on(row, tenant), period):
        return Pointless("the channel's summaries come at other times by now")
    summary = wins.wins_of(session, tenant, period, local=channel.summary_zone, now=now)
    if not summary.wins:
        return Pointless("no deal was won in that time")
    return replace(summary, late=_is_late(row, tenant, now))


def _summary_now(
    session: Session, row: OutboxRow, channel: Channel, tenant: Tenant, now: datetime
) -> WinSummary | Pointless:
    """A posted summary, put right, with what has changed since it was posted."""
    posted = outbox_reminders.find(session, int(row.payload["row"]))
    if posted is None or posted.settled_at is None or posted.payload.get("drawn") != row.payload["drawn"]:
        return Pointless("it was drawn again since")
    period, local = period_told(posted, tenant), channel.summary_zone
    summary = wins.wins_of(session, tenant, period, local=local, now=now, posted_at=posted.settled_at)
    return replace(summary, late=_is_late(posted, tenant, posted.settled_at))


def _is_late(row: OutboxRow, tenant: Tenant, at: datetime) -> bool:
    """Whether a summary that is posted at that moment comes after its day."""
    return at.astimezone(zone(row.zone, tenant.zone)).date() > posted_on(row, tenant)


def _may_be_read_outside(session: Session, row: OutboxRow) -> bool:
    channel = None if row.channel is None else workspaces.find_channel(session, row.channel)
    return channel is not None and channel.external_wins


def record_delivery(session: Session, row: OutboxRow, *, channel: str, ts: str, now: datetime) -> None:
    """The platform has the message: settle the row, and store where the card is.

    A reminder also refreshes the card, which must not say that the deal is fresh.

    Locks the deal: its rep may hand it over the moment the card arrives, and the old card's place must not be stored as
    that of the new owner's card.
    """
    outbox.settle_sent(row, channel=channel, ts=ts, now=now)
    deal = deals.lock(session, row.deal_id) if row.deal_id is not None else None
    if row.kind in tuple(Kind):
        retire_older(session, row, now)
        lists_delivered(session, row, now)
    elif row.kind in (ASK, ANSWERED, BACK):
        cover_told(session, row, now)
    if deal is not None:
        _record_of_deal(session, row, deal, channel=channel, ts=ts, now=now)


def _record_of_deal(session: Session, row: OutboxRow, deal: Deal, *, channel: str, ts: str, now: datetime) -> None:
    if row.kind == Kind.UPDATE:
        plan_reminders(session, deal, now)
    elif row.kind in CHALLENGE_KINDS:
        refresh_card(session, deal, now)
    elif row.kind in (Kind.CALL, Kind.CALL_OVER):
        if row.kind == Kind.CALL and should_coach(session, row, deal):
            audit_log.record(session, deal.id, None, "coached", now)
        plan_step(session, deal, now)
        refresh_card(session, deal, now)
    elif row.kind in PATIENCE_STEPS:
        step_delivered(session, row, deal, now)
    elif row.kind == "card" and row.person_id == deal.current_rep_id:
        deal.card_channel, deal.card_ts = channel, ts
    elif row.kind == "card" and row.person is not None:  # the deal was handed over while the card was being sent
        retire_card(session, deal, row.person, channel=channel, ts=ts, now=now)


def record_folding(session: Session, row: OutboxRow, into: OutboxRow, *, reason: str, now: datetime) -> None:
    """The row goes into the person's digest: settle it, and plan the next reminders as if it had been sent."""
    outbox_reminders.fold(row, into=into, reason=reason, now=now)
    deal = deals.lock(session, row.deal_id or 0)
    if deal is not None:
        plan_reminders(session, deal, now)
        if row.kind in (Kind.CALL, Kind.CALL_OVER):
            plan_step(session, deal, now)
