"""Reminders whose digest was never delivered move to the next digest, or are cancelled with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.cover.patience import why_not_listed
from handlers.deal.covering import OFFER
from handlers.deal.planning import plan_digest, plan_digest_of
from handlers.deal.reminder_facts import reminders_of_deal, working_time
from handlers.reminders.compose_digest import MAX_FOLDED_AGE, SETTLED
from handlers.reminders.compose_reminder import why_pointless
from storage import deals, outbox_reminders
from storage.models import OutboxRow, Tenant
from storage.tenancy import scope

MOST_ROWS = 200
MOST_PEOPLE = 50
"""The limits per transaction, so that other writers do not wait."""
MAX_DOWNTIME = timedelta(days=90)
"""How long the bot may have been down before a lost digest is no longer looked for."""


def plan_again(session: Session, tenant_id: int, now: datetime) -> bool:
    """Move one batch of the reminders of the workspace's lost digests. Returns whether there may be more.

    A reminder that still makes sense goes into the person's next digest; any other is cancelled, with the reason.
    """
    scope(session, tenant_id)
    tenant = session.get_one(Tenant, tenant_id)
    rows = outbox_reminders.lost_digests(session, now - MAX_DOWNTIME, MOST_ROWS)
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
        reason = (why_not_listed if row.kind == OFFER else why_pointless)(session, row, deal, now)
    if deal is None or reason is not None:
        outbox_reminders.cancel_folded(row, reason=reason or "", now=now)
        return
    reader = deal.owner if row.kind == OFFER else deal.current_rep
    work = working_time(reader, tenant)
    row.folded_into = plan_digest(session, reader, work.morning_after(now), work.local, now).id


def plan_missing_digests(session: Session, tenant_id: int, after_id: int, now: datetime) -> int | None:
    """Plan the next digest for one batch of people whose last one was never delivered, with ids above `after_id`.

    A digest plans the next one when it is composed; one that was cancelled before that would have been the last.

    Returns:
        The `after_id` of the next batch, None after the last.
    """
    scope(session, tenant_id)
    tenant = session.get_one(Tenant, tenant_id)
    people = outbox_reminders.people_without_digest(session, now - MAX_DOWNTIME)
    batch = [person_id for person_id in people if person_id > after_id][:MOST_PEOPLE]
    for person_id in batch:
        for deal in outbox_reminders.deals_of(session, person_id, SETTLED):
            work, reminders = working_time(deal.current_rep, tenant), reminders_of_deal(session, deal, tenant, now)
            plan_digest_of(session, deal, reminders, work, now)
    return batch[-1] if len(batch) == MOST_PEOPLE else None
