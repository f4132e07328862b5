"""Replans reminders in bounded batches after a person's hours or a workspace's cadence changed.

Nothing depends on how soon that is done: working hours are checked again when a reminder is sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.keepers import deals_of_keeper
from handlers.deal.planning import plan_reminders
from handlers.method.stages import NOT_STOOD_BY
from storage import outbox_reminders
from storage.models import Person, Tenant
from storage.tenancy import scope

MOST_DEALS = 50
"""The limit per transaction: the person waits for an answer, and other writers wait too."""


def set_cadence(session: Session, tenant_id: int, own: dict[str, Any]) -> None:
    """Override the workspace's cadence, or restore the default if `own` is empty; `replan_next_batch` applies it."""
    scope(session, tenant_id)
    session.get_one(Tenant, tenant_id).cadence = own or None
    outbox_reminders.replan_all(session)


def replan(session: Session, person: Person, now: datetime) -> None:
    """Replan the person's deals: the first batch now, the others by `replan_next_batch`."""
    person.replan_after = 0
    session.flush()
    _replan_batch(session, person, now)
    replan_kept(session, person, now)


def replan_kept(session: Session, person: Person, now: datetime) -> None:
    """Replan the deals of others in which the person keeps something."""
    session.flush()
    for deal in deals_of_keeper(session, person):
        plan_reminders(session, deal, now)


def replan_next_batch(session: Session, tenant_id: int, now: datetime) -> bool:
    """Replan the workspace's next batch. Returns whether there may be more."""
    scope(session, tenant_id)
    person = outbox_reminders.next_to_replan(session)
    if person is None:
        return False
    _replan_batch(session, person, now)
    return True


def _replan_batch(session: Session, person: Person, now: datetime) -> None:
    found = outbox_reminders.deals_of(
        session, person.id, NOT_STOOD_BY, after_id=person.replan_after or 0, most=MOST_DEALS
    )
    for deal in found:
        plan_reminders(session, deal, now)
    person.replan_after = found[-1].id if len(found) == MOST_DEALS else None
