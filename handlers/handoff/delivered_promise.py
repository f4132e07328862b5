"""The messages about a promise that delivery keeps: it is due, for the receiver; it was missed, for the rep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import may_settle
from handlers.deal.delivery import PROMISE_MISSED
from handlers.deal.facts import facts, statements_of
from handlers.method.promise_outcomes import PromiseState
from handlers.method.reminders_due import AGREED
from handlers.method.statements import Said
from handlers.promises.board import board_promise
from handlers.screens.handoff import DeliveredPromise
from storage import challenges, promises
from storage.models import Deal, OutboxRow, Person, PromiseOutcome


def delivered_promise(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> DeliveredPromise | None:
    """The message as it stands; None if the customer does not agree to the promise any more, or nobody may read it."""
    statement_id, person = int(row.payload["statement"]), row.person
    current = {each.id for each in statements_of(session, deal.id) if each.on_list and each.said is Said.AGREED}
    if person is None or statement_id not in current:
        return None
    promise = board_promise(session, deal, statement_id, now, viewer=person)
    settled, may = promise.tracked.settled, may_settle(session, person, deal, statement_id)
    if row.kind != PROMISE_MISSED:
        return DeliveredPromise(facts(deal), promise, over=settled or not may or deal.stage not in AGREED)
    newest = promises.outcomes(session, deal.id).get(statement_id)
    is_missed = newest is not None and newest.state == PromiseState.MISSED
    is_logged = newest is not None and any(each.at >= newest.at for each in challenges.of_deals(session, [deal.id]))
    over = not is_missed or is_logged or deal.current_rep_id != person.id or deal.stage not in AGREED
    told = session.get_one(PromiseOutcome, int(row.payload["outcome"]))
    who = session.get_one(Person, told.recorded_by).external_id
    return DeliveredPromise(facts(deal), promise, over=over, missed=True, who=who)
