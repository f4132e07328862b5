"""What the customer agreed to, each with what became of it (M7.3)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.deal.facts import statements_of
from handlers.deal.reminder_facts import agreed_statements, dated_promises
from handlers.method.promise_outcomes import PromiseState, SaidBy, TrackedPromise
from handlers.method.statements import Said, in_reading_order
from handlers.method.time_zones import zone
from storage import promises
from storage.models import Deal, Tenant


def tracked_promises(session: Session, deal: Deal) -> list[TrackedPromise]:
    """The agreed statements of the deal in their current version, in reading order, with the newest outcome of each."""
    local = zone(deal.owner.zone, session.get_one(Tenant, deal.tenant_id).zone)
    due = dict(dated_promises(agreed_statements(session, deal), deal.closed_at.astimezone(local).date()))
    outcomes = promises.outcomes(session, deal.id)
    found: list[TrackedPromise] = []
    for each in in_reading_order(statements_of(session, deal.id)):
        if each.said is not Said.AGREED or not each.on_list:
            continue
        outcome = outcomes.get(each.id)
        state = PromiseState.PENDING if outcome is None else PromiseState(outcome.state)
        said_by = None if outcome is None else SaidBy(outcome.said_by)
        found.append(TrackedPromise(each.id, each.kind, each.wording, state, said_by, due.get(each.id)))
    return found
