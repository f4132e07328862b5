"""Delivery can't keep a promise as agreed: the rep is asked to talk to the customer again (M8.2, M10.2).

It is a doubt like one before the handoff: it stands beside the promise, the rep gets words to say, and delivery is
asked about the wording that comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import acts_as_rep, settled_deal
from handlers.deal.delivery import DOUBT, redraw, send
from handlers.deal.facts import facts, statements_of
from handlers.deal.planning import refresh_card
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.handoff.feasibility import ANSWERED, LONGEST_REASON
from handlers.method.handoff import Feasible
from handlers.method.reminders_due import AGREED
from handlers.promises.board import board_promise
from handlers.promises.settle import PromiseRequest
from handlers.requests import OpenedRequest, open_request
from handlers.screens.promises import RenegotiateForm, RepAsked
from storage import audit_log, promises
from storage.models import Deal, FeasibilityAnswer, FeasibilityAsk


@dataclass(frozen=True, slots=True)
class RenegotiationAsked:
    """Delivery says why a promise, in the version that they saw, needs a new talk."""

    promise: PromiseRequest
    reason: str


def ask_reason(session: Session, request: PromiseRequest, now: datetime) -> RenegotiateForm:
    """The form for the reason. Changes nothing. Raises `NotNowError` once the promise is settled or reworded."""
    opened, deal = _open(session, request, now)
    return RenegotiateForm(facts(deal), board_promise(session, deal, request.statement_id, now, viewer=opened.person))


def ask_rep(session: Session, request: RenegotiationAsked, now: datetime) -> RepAsked:
    """Send the rep the doubt with its reason. Raises `InvalidEntryError` without a reason, `NotNowError` as above."""
    wanted = request.promise
    opened, deal = _open(session, wanted, now)
    reason = " ".join(request.reason.split())
    if not reason:
        raise InvalidEntryError("reason", "feasibility.reason_missing")
    if len(reason) > LONGEST_REASON:
        raise InvalidEntryError("reason", "refusal.text_too_long", most=LONGEST_REASON)
    if not opened.repeated:
        by, place = opened.person.id, {"statement_id": wanted.statement_id, "version": wanted.version}
        asked = FeasibilityAsk(person_id=by, channel=None, asked_by=by, at=now, **place)
        session.add(asked)
        session.flush()
        answer = FeasibilityAnswer(
            ask_id=asked.id, answer=Feasible.AT_RISK, reason=reason, answered_by=by, at=now, **place
        )
        session.add(answer)
        session.flush()
        ids = {"statement": wanted.statement_id, "version": wanted.version}
        audit_log.record(session, deal.id, by, ANSWERED[Feasible.AT_RISK], now, **ids)
        send(session, deal, DOUBT, f"{DOUBT}:{asked.id}", now, person=deal.current_rep, ask=asked.id)
        redraw(session, deal, now)
        refresh_card(session, deal, now)
    return RepAsked(facts(deal))


def _open(session: Session, request: PromiseRequest, now: datetime) -> tuple[OpenedRequest, Deal]:
    opened = open_request(session, request.caller, now)
    deal = settled_deal(session, opened, request.deal_id, request.statement_id)
    if acts_as_rep(session, opened.person, deal):
        raise NotYoursError
    if deal.stage not in AGREED:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    current = next((each for each in statements_of(session, deal.id) if each.id == request.statement_id), None)
    if current is None or current.version != request.version or not current.active:
        raise NotNowError("refusal.promise_changed")
    if request.statement_id in promises.outcomes(session, deal.id):
        raise NotNowError("refusal.promise_answered")
    return opened, deal
