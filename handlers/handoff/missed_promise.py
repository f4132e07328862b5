"""The message that tells the rep of a promise that delivery missed: the rep stays answerable (M7.1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.facts import facts, statements_of
from handlers.method.promise_outcomes import PromiseState
from handlers.method.reminders_due import AGREED
from handlers.method.statements import Said
from handlers.promises.board import board_promise
from handlers.screens.handoff import MissReported
from storage import challenges, promises
from storage.models import Deal, OutboxRow, Person, PromiseOutcome


def missed_promise(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> MissReported | None:
    """The message as it stands; None if the customer does not agree to the promise any more, or nobody may read it."""
    statement_id, person = int(row.payload["statement"]), row.person
    current = {each.id for each in statements_of(session, deal.id) if each.on_list and each.said is Said.AGREED}
    if person is None or statement_id not in current:
        return None
    newest = promises.outcomes(session, deal.id).get(statement_id)
    is_missed = newest is not None and newest.state == PromiseState.MISSED
    is_logged = newest is not None and any(each.at >= newest.at for each in challenges.of_deals(session, [deal.id]))
    over = not is_missed or is_logged or deal.current_rep_id != person.id or deal.stage not in AGREED
    told = session.get_one(PromiseOutcome, int(row.payload["outcome"]))
    who = session.get_one(Person, told.recorded_by).external_id
    return MissReported(facts(deal), board_promise(session, deal, statement_id, now, viewer=person), over, who)
