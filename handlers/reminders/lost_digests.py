"""Digests that nobody got, given up or cancelled: what they would have told is told in the next, or says why not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.planning import plan_digest
from handlers.deal.reminder_facts import due_reminders, working_time
from handlers.method.reminders_due import Kind
from handlers.reminders.compose_reminder import MAX_FOLDED_AGE, SETTLED, why_pointless
from storage import deals, outbox_reminders
from storage.models import OutboxRow, Tenant
from storage.tenancy import scope

MOST_ROWS = 200
MOST_PEOPLE = 50
"""So many in one transaction: others want to write, too."""


def plan_again(session: Session, tenant_id: int, now: datetime) -> bool:
    """Take up a part of what the workspace's lost digests leave behind; whether there may be more.

    A reminder that still has a point goes into the person's next digest; another one is cancelled, with the reason.
    """
    scope(session, tenant_id)
    tenant = session.get_one(Tenant, tenant_id)
    rows = outbox_reminders.lost_digests(session, MOST_ROWS)
    for row in rows:
        _move_to_next_digest(session, row, tenant, now)
    return len(rows) == MOST_ROWS


def _move_to_next_digest(session: Session, row: OutboxRow, tenant: Tenant, now: datetime) -> None:
    deal = deals.find(session, row.deal_id or 0)
    if deal is None:
        reason: str | None = "the deal is gone"
    elif row.settled_at is not None and row.settled_at < now - MAX_FOLDED_AGE:
        reason = "no digest could tell of it in time"
    else:
        reason = why_pointless(session, row, deal, now)
    if deal is None or reason is not None:
        outbox_reminders.drop(row, reason=reason or "", now=now)
        return
    work = working_time(deal.owner, tenant)
    row.folded_into = plan_digest(session, deal.owner, work.morning_after(now), work.local, now).id


def plan_missing_digests(session: Session, tenant_id: int, after_id: int, now: datetime) -> int | None:
    """Plan the next digest of people whose last one nobody got, a part of them, those with ids above `after_id`.

    A digest plans its next one when it is composed; one that was cancelled before that would have been the last.

    Returns:
        The id to go on after, None when that were all.
    """
    scope(session, tenant_id)
    tenant = session.get_one(Tenant, tenant_id)
    people = outbox_reminders.without_next(
        session, Kind.DIGEST, now - MAX_FOLDED_AGE, after_id=after_id, most=MOST_PEOPLE
    )
    for person_id in people:
        for deal in outbox_reminders.deals_of(session, person_id, SETTLED):
            for each in due_reminders(session, deal, tenant, now):
                if each.kind is Kind.DIGEST:
                    plan_digest(session, deal.owner, each.at, working_time(deal.owner, tenant).local, now)
    return people[-1] if len(people) == MOST_PEOPLE else None
