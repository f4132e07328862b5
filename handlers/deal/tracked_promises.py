"""What became of a deal's promises, from its rows: for the card, the board, and the referrals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.deal.promise_rows import PromiseRows, promise_rows
from handlers.deal.reminder_facts import agreed_among, days_of_promises, recurring_among, working_time
from handlers.method.details import PromisedBy
from handlers.method.promise_outcomes import MissReason, PromiseState, SaidBy, TrackedPromise, in_board_order
from handlers.method.statements import Kind
from storage.models import Deal, Tenant


def tracked_promises(session: Session, deal: Deal, now: datetime) -> list[TrackedPromise]:
    """Every statement that the customer agrees to, with what became of it, in the order of the board."""
    return tracked_among(session, deal, promise_rows(session, [deal.id]), now)


def tracked_among(session: Session, deal: Deal, rows: PromiseRows, now: datetime) -> list[TrackedPromise]:
    """The same, from what was read before."""
    tenant = session.get_one(Tenant, deal.tenant_id)
    return in_board_order(_promises(deal, tenant, rows), today(deal, tenant, now))


def promises_of(session: Session, deal: Deal) -> list[TrackedPromise]:
    """The same, in the order in which the statements were made."""
    return _promises(deal, session.get_one(Tenant, deal.tenant_id), promise_rows(session, [deal.id]))


def _promises(deal: Deal, tenant: Tenant, rows: PromiseRows) -> list[TrackedPromise]:
    agreed = agreed_among(rows.current[deal.id])
    recurring = recurring_among(rows.recurrence, deal, agreed, tenant)
    work = working_time(deal.current_rep, tenant)
    days = days_of_promises(deal, agreed, recurring, work)
    found = []
    for each in agreed:
        outcome, details = rows.outcomes.get(each.id), rows.details.get(each.id)
        too_much = outcome is not None and outcome.reason == MissReason.EXPECTATIONS
        others = details is not None and details.promised_by == PromisedBy.COMPETITOR
        found.append(
            TrackedPromise(
                each.id,
                Kind(each.kind),
                each.wording,
                PromiseState.PENDING if outcome is None else PromiseState(outcome.state),
                None if outcome is None else SaidBy(outcome.said_by),
                days.get(each.id),
                inflated=too_much or others,
            )
        )
    return found


def today(deal: Deal, tenant: Tenant, now: datetime) -> date:
    """The date in the zone of the deal's rep."""
    return now.astimezone(working_time(deal.current_rep, tenant).local).date()
