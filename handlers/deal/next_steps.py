"""The next step that the rep and the customer agreed on: set, done, moved, and what the card says of it (M9.1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.deal.planning import plan_messages
from handlers.method.next_step import STEPPED
from handlers.method.time_zones import zone
from handlers.screens.deals import StepOnCard
from storage import audit_log, orders
from storage.models import Deal, Tenant

LONGEST_STEP = 200
STEP_ACTIONS = {None: "step_agreed", "moved": "step_moved", "dropped": "step_dropped", "done": "step_done"}
"""The audit log's action for each entry about a step."""


def set_step(
    session: Session, deal: Deal, step: str, day: date | None, actor_id: int, now: datetime, *, moved: bool = False
) -> bool:
    """Make this the next step; empty for none. Returns whether anything changed. The deal's messages stay as planned.

    The same step on another day was `moved`; another step drops the one before.
    """
    before, before_on = deal.next_step, deal.next_step_on
    if (step or None, day) == (before, before_on):
        return False
    if step and (moved or step == before):
        _record(session, deal, step, day, actor_id, now, "moved")
    else:
        if before:
            _record(session, deal, before, before_on, actor_id, now, "dropped")
        if step:
            _record(session, deal, step, day, actor_id, now)
    deal.next_step, deal.next_step_on = step or None, day
    return True


def finish_step(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """The step was done: the deal has none until the next one is agreed."""
    if deal.next_step is None:
        return
    _record(session, deal, deal.next_step, deal.next_step_on, actor_id, now, "done")
    deal.next_step = deal.next_step_on = None
    plan_messages(session, deal, now)


def _record(
    session: Session, deal: Deal, step: str, day: date | None, actor_id: int, now: datetime, outcome: str | None = None
) -> None:
    orders.record_step(session, deal_id=deal.id, step=step, due_on=day, outcome=outcome, actor_id=actor_id, now=now)
    detail = {} if day is None else {"on": day.isoformat()}
    audit_log.record(session, deal.id, actor_id, STEP_ACTIONS[outcome], now, **detail)


def step_on_card(session: Session, deal: Deal, now: datetime) -> StepOnCard | None:
    """What the card says of the next step; None where a deal needs none."""
    if deal.stage not in STEPPED:
        return None
    today = now.astimezone(zone(deal.current_rep.zone, session.get_one(Tenant, deal.tenant_id).zone)).date()
    day = deal.next_step_on
    return StepOnCard(deal.next_step or "", day, is_over=day is not None and day < today)


def lacks_step(session: Session, deal: Deal, now: datetime) -> bool:
    """Whether the deal should have a next step, and has none, none with a day, or one in the past."""
    step = step_on_card(session, deal, now)
    return step is not None and (step.on is None or step.is_over)
