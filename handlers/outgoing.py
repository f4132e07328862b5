"""A row of the outbox is due: what it says now, whether it still has a point, and what a delivery leaves behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from handlers.brief_screens import brief_screen, opening_line
from handlers.deal_facts import card, facts, statements_of
from handlers.method import money
from handlers.method.cadence import within_working_hours, zone
from handlers.method.offered_times import snoozes
from handlers.method.stages import ALIGNED_OR_LATER, CALL_TO_MAKE, WON, Stage
from handlers.method.statements import agreed_counts
from handlers.planning import OF_THE_CALL, refresh_card, retire_card, zone_of
from handlers.purposes import Purpose
from handlers.scheduling import coached
from handlers.screens import (
    CallInvite,
    CallOver,
    CallReminder,
    CallSoon,
    DealCard,
    HandedOver,
    OutgoingScreen,
    Win,
    WinSummary,
)
from storage import briefs, deals, journal, outbox, workspaces
from storage.models import Deal, OutboxRow, Tenant

WEEK = timedelta(days=7)
CARD_ON_ITS_WAY = timedelta(seconds=2)
"""How long an update of a card waits when the one before is just being sent."""
LATE = timedelta(minutes=30)
"""A message that is later than this has missed its moment, and rings nobody's phone at night or on a Sunday."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. `replaces` is the (channel, ts) of the message to update in place, None for a new one.

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
    sent_before: bool
    """An earlier try ended without an answer: ask the platform whether the message is already there."""
    first_tried_at: datetime


@dataclass(frozen=True, slots=True)
class Pointless:
    """The row has lost its point and is not sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """The row has to wait a moment."""

    until: datetime
    reason: str


def compose(
    session: Session, row: OutboxRow, tenant: Tenant, *, retried: bool, now: datetime
) -> Letter | Pointless | NotYet:
    """What a claimed row says now, from the present state of its deal or week (DESIGN, data rule 3)."""
    deal = deals.find(session, row.deal_id) if row.deal_id is not None else None
    screen: OutgoingScreen | Pointless | NotYet
    if row.kind == "summary":
        screen = _summary(session, row, tenant)
    elif deal is None:
        return Pointless("the deal is gone")
    elif row.kind == "handed":
        screen = HandedOver(facts(deal), to=str(row.payload["to"]))
    elif row.person_id != deal.owner_id:
        return Pointless("the deal was handed over")
    elif row.kind == "card":
        screen = _card(session, row, deal, now)
    elif row.kind == "brief":
        screen = brief_screen(session, deal, now) if deal.stage in WON else Pointless(f"the deal is {deal.stage}")
    elif row.kind in OF_THE_CALL:
        screen = _of_the_call(session, row, deal, tenant, now)
    else:
        screen = _reminder(session, row, deal, now)
    if isinstance(screen, Pointless | NotYet):
        return screen
    replaces = _replaces(row, deal)
    if replaces is None and (daytime := _missed_until(row, now)) is not None:
        return NotYet(daytime, "it is late, and waits for working hours")
    return Letter(
        row_id=row.id,
        tenant_id=row.tenant_id,
        platform=tenant.platform,
        workspace=tenant.external_id,
        person=row.person.external_id if row.person else None,
        channel=row.channel,
        screen=screen,
        replaces=replaces,
        sent_before=retried,
        first_tried_at=row.created_at,
    )


def _missed_until(row: OutboxRow, now: datetime) -> datetime | None:
    """When a message that has missed its moment may come (UTC); None when it may come now."""
    if now - row.meant_for <= LATE:
        return None
    daytime = within_working_hours(now, zone(row.person.zone if row.person else None, row.zone))
    return daytime if daytime > now else None


def _card(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> DealCard | Pointless | NotYet:
    match outbox.earlier(session, row):
        case "queued" if deal.card_ts is None:
            return Pointless("the card is still to be posted, and will show this")
        case "claimed":  # by another process: were both on their way, the older state could arrive last
            return NotYet(now + CARD_ON_ITS_WAY, "the card is just being sent")
    return card(session, deal, now)


def _replaces(row: OutboxRow, deal: Deal | None) -> tuple[str, str] | None:
    if row.kind == "handed":
        return str(row.payload["channel"]), str(row.payload["ts"])
    if row.kind == "card" and deal and deal.card_channel and deal.card_ts:
        return deal.card_channel, deal.card_ts
    return None


def _reminder(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> CallReminder | Pointless:
    if deal.stage not in CALL_TO_MAKE:
        return Pointless(f"the deal is {deal.stage}")
    if deal.doubt is not None:
        return Pointless(f"the message was {deal.doubt}, and the card asks about that")
    if deal.call_at is not None and deal.call_at > now:
        return Pointless("the call is planned")
    if outbox.later_is_due(session, row, now):
        return Pointless("a later reminder of the same deal is due, too")
    return CallReminder(
        card(session, deal, now),
        nth=int(row.payload["nth"]),
        coaches=_coaches(session, row, deal),
        snoozes=snoozes(now, zone_of(session, deal)),
    )


def _coaches(session: Session, row: OutboxRow, deal: Deal) -> bool:
    """Whoever lets two reminders pass puts the call off as well as who snoozes; each deal's rep is coached once."""
    return int(row.payload["nth"]) > 1 and not coached(session, deal)


def _of_the_call(
    session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime
) -> CallSoon | CallOver | CallInvite | Pointless:
    if deal.call_at is None:
        return Pointless(f"the deal is {deal.stage}")
    if row.payload["call_at"] != deal.call_at.isoformat():
        return Pointless("the call was put at another time")
    if row.kind == "call_over":
        return CallOver(card(session, deal, now))
    if deal.call_at <= now:
        return Pointless("the time of the call has come")
    if row.kind == "call_soon":
        return CallSoon(card(session, deal, now), opening_line(deal, briefs.newest(session, deal.id)))
    return CallInvite(
        facts(deal),
        workspace=tenant.external_id,
        at=deal.call_at,
        revision=journal.count(session, deal.id, "scheduled", "rescheduled") - 1,
        made_at=deal.stage_since,
        opening=opening_line(deal, briefs.newest(session, deal.id)),
    )


def _summary(session: Session, row: OutboxRow, tenant: Tenant) -> WinSummary | Pointless:
    if not _is_wins_channel(session, row.channel):
        return Pointless("the channel takes no summaries any more")
    summary = win_summary(session, tenant, row.meant_for)
    return summary if summary.wins else Pointless("no deal was won in that week")


def _is_wins_channel(session: Session, external_id: str | None) -> bool:
    channel = workspaces.find_channel(session, external_id or "")
    return channel is not None and channel.purpose == Purpose.WINS


def win_summary(session: Session, tenant: Tenant, due_at: datetime) -> WinSummary:
    """The wins of the week (Monday to Sunday in the tenant's zone) before the one that `due_at` lies in.

    A summary that could not be sent on Monday still tells of the same week. A deal in doubt is left out. Totals are by
    currency, the largest first.
    """
    local = zone(tenant.zone)
    there = due_at.astimezone(local)
    end = datetime.combine(there.date() - timedelta(days=there.weekday()), time.min, tzinfo=local)
    start = end - WEEK
    won = [deal for deal in deals.closed_between(session, start, end, WON) if deal.doubt is None]
    totals: Counter[str] = Counter()
    for deal in won:
        if deal.amount_minor is not None and deal.currency is not None:
            totals[deal.currency] += deal.amount_minor
    return WinSummary(
        start=start,
        end=end,
        wins=tuple(_win(session, deal) for deal in won),
        totals=tuple(money.spoken(minor, currency) for currency, minor in totals.most_common()),
    )


def _win(session: Session, deal: Deal) -> Win:
    stage = Stage(deal.stage)
    return Win(facts(deal), agreed_counts(statements_of(session, deal.id)), stage in ALIGNED_OR_LATER)


def delivered(session: Session, row: OutboxRow, *, channel: str, ts: str, now: datetime) -> None:
    """The platform has the message: settle the row, and remember where the card is.

    A card above a reminder must not say that the deal is fresh, so it is brought up to date with it.
    """
    outbox.settle_sent(row, channel=channel, ts=ts, now=now)
    deal = deals.find(session, row.deal_id) if row.deal_id is not None else None
    if deal is None:
        return
    if row.kind in ("reminder", "call_over"):
        if row.kind == "reminder" and _coaches(session, row, deal):
            journal.write_down(session, deal.id, None, "coached", now)
        refresh_card(session, deal, now)
    elif row.kind == "card" and row.person_id == deal.owner_id:
        deal.card_channel, deal.card_ts = channel, ts
    elif row.kind == "card" and row.person is not None:  # it was on its way while the deal was handed over
        retire_card(session, deal, row.person, channel=channel, ts=ts, now=now)
