"""Somebody's hours or a workspace's cadence changed: all that waits is planned anew, a bounded part at a time.

Nothing depends on how soon that is done: whether somebody is at work is asked again when a reminder is sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.planning import plan_reminders
from handlers.method.stages import NOT_STOOD_BY
from storage import outbox_reminders
from storage.models import Person, Tenant
from storage.tenancy import scope

MOST_DEALS = 50
"""So many in one transaction: who changed something waits for an answer, and others want to write, too."""


def set_cadence(session: Session, tenant_id: int, own: dict[str, Any]) -> None:
    """Give the workspace a cadence of its own, or ours again when `own` is empty; `go_on` plans by it."""
    scope(session, tenant_id)
    session.get_one(Tenant, tenant_id).cadence = own or None
    outbox_reminders.replan_all(session)


def replan(session: Session, person: Person, now: datetime) -> None:
    """Plan the person's deals anew: the first of them now, the others by `go_on`."""
    person.replan_after = 0
    session.flush()
    _plan_part(session, person, now)


def replan_next_batch(session: Session, tenant_id: int, now: datetime) -> bool:
    """Plan the next part of what is to be planned anew in the workspace; whether there may be more."""
    scope(session, tenant_id)
    person = outbox_reminders.next_to_replan(session)
    if person is None:
        return False
    _plan_part(session, person, now)
    return True


def _plan_part(session: Session, person: Person, now: datetime) -> None:
    found = outbox_reminders.deals_of(
        session, person.id, NOT_STOOD_BY, after_id=person.replan_after or 0, most=MOST_DEALS
    )
    for deal in found:
        plan_reminders(session, deal, now)
    person.replan_after = found[-1].id if len(found) == MOST_DEALS else None
