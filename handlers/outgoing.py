"""A row of the outbox is due: what it says now, whether it still has a point, and what a delivery leaves behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from handlers.deal_facts import card, facts, statements_of
from handlers.method import money
from handlers.method.cadence import zone
from handlers.method.stages import ALIGNED_OR_LATER, CALL_TO_MAKE, WON, Stage
from handlers.method.statements import agreed_counts
from handlers.screens import CallReminder, OutgoingScreen, Win, WinSummary
from storage import deals, outbox
from storage.models import Deal, OutboxRow, Tenant

WEEK = timedelta(days=7)
CARD_ON_ITS_WAY = timedelta(seconds=2)
"""How long an update of a card waits when the card itself is just being posted."""


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
    replaces: tuple[str, str] | None = None
    screen: OutgoingScreen
    match row.kind:
        case "card" if deal is not None:
            if deal.card_channel and deal.card_ts:
                replaces = (deal.card_channel, deal.card_ts)
            elif (earlier := outbox.earlier(session, row)) == "queued":
                return Pointless("the card is still to be posted, and will show this")
            elif earlier is not None:
                return NotYet(now + CARD_ON_ITS_WAY, "the card is just being posted")
            screen = card(session, deal, now)
        case "reminder" if deal is not None:
            if deal.stage not in CALL_TO_MAKE:
                return Pointless(f"the deal is {deal.stage}")
            screen = CallReminder(card(session, deal, now), nth=int(row.payload["nth"]))
        case "summary":
            summary = win_summary(session, tenant, row.due_at)
            if not summary.wins:
                return Pointless("no deal was won in that week")
            screen = summary
        case _:
            return Pointless("the deal is gone")
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


def win_summary(session: Session, tenant: Tenant, due_at: datetime) -> WinSummary:
    """The wins of the week (Monday to Sunday in the tenant's zone) before the one that `due_at` lies in.

    A summary that could not be sent on Monday still tells of the same week. Totals are by currency, the largest first.
    """
    local = zone(tenant.zone)
    there = due_at.astimezone(local)
    end = datetime.combine(there.date() - timedelta(days=there.weekday()), time.min, tzinfo=local)
    start = end - WEEK
    won = deals.closed_between(session, start, end, WON)
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
    """The platform has the message: settle the row, and remember where the card is."""
    outbox.settle_sent(row, channel=channel, ts=ts, now=now)
    if row.kind == "card" and row.deal_id is not None:
        deal = deals.find(session, row.deal_id)
        if deal is not None:
            deal.card_channel, deal.card_ts = channel, ts
