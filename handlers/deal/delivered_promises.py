"""The promises that delivery keeps: who settles them, and who is reminded of them (M8.3, M7.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.deal.delivery import PROMISE_DUE, send
from handlers.deal.delivery_keeper import kept_by_delivery, reminded_keeper
from handlers.deal.reminder_facts import agreed_statements, cadence_for, dated_promises, working_time
from handlers.method.reminders_due import AGREED, Promise, days_of_reminders
from handlers.method.time_zones import zone
from storage import outbox_reminders, promises
from storage.models import Deal, Tenant


def plan_delivered_promises(session: Session, deal: Deal, now: datetime) -> None:
    """Make the receiver's queued reminders match the open promises that delivery keeps.

    Each comes in the receiver's own working time. One that was sent is not planned again.
    """
    wanted = _wanted(session, deal)
    rows = outbox_reminders.of_deal(session, deal.id, (PROMISE_DUE,))
    outdated = []
    for row in rows:
        key = (row.person_id, row.payload["of"])
        if row.state == "queued" and (key not in wanted or wanted[key][1] != row.meant_for):
            outdated.append(row)
        elif row.state != "cancelled":
            wanted.pop(key, None)
    outbox_reminders.cancel(session, outdated, reason="planned anew", now=now)
    keeper = reminded_keeper(session, deal)
    for number, ((_, of), (statement_id, at)) in enumerate(wanted.items(), len(rows) + 1):
        if at > now - timedelta(hours=1):
            dedupe_key = f"{PROMISE_DUE}:{deal.id}:{number}"
            send(session, deal, PROMISE_DUE, dedupe_key, now, due_at=at, person=keeper, statement=statement_id, of=of)


def _wanted(session: Session, deal: Deal) -> dict[tuple[int | None, str], tuple[int, datetime]]:
    """By person and name: the statement, and when its reminder is due."""
    keeper = reminded_keeper(session, deal)
    if keeper is None or deal.stage not in AGREED or not deal.reminded:
        return {}
    tenant = session.get_one(Tenant, deal.tenant_id)
    kept, settled = kept_by_delivery(session, deal), promises.outcomes(session, deal.id)
    closed_on = deal.closed_at.astimezone(zone(deal.owner.zone, tenant.zone)).date()
    work, cadence = working_time(keeper, tenant), cadence_for(tenant)
    found: dict[tuple[int | None, str], tuple[int, datetime]] = {}
    for statement_id, day in dated_promises(agreed_statements(session, deal), closed_on):
        if statement_id in kept and statement_id not in settled:
            for at, why in days_of_reminders(Promise(statement_id, day), work, cadence):
                found[keeper.id, f"{statement_id} {day.isoformat()} {why}"] = (statement_id, at)
    return found
