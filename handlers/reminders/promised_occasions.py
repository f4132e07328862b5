"""The occasions of promises that recur: what a reminder says of one, and the rep's answer to it (M3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.deal_access import settled_deal
from handlers.deal.facts import facts
from handlers.deal.planning import plan_reminders
from handlers.deal.reminder_facts import (
    agreed_statements,
    recurring_promises,
    reminders_of_deal,
    reminders_of_keepers,
    working_time,
)
from handlers.deal.sent_reminders import settle_occasion
from handlers.errors import NotNowError
from handlers.method.promise_outcomes import MissReason, PromiseState, SaidBy
from handlers.method.recurrence import occasions
from handlers.method.reminders_due import AGREED, DueReason, DueReminder, Kind, RecurringPromise
from handlers.method.salutation import salutation
from handlers.method.working_time import WorkingTime
from handlers.promises.settle import customers_word
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.reminders import OccasionAnswered, OccasionOutcome, PromisedOccasion, Timing
from prompts.recap_rules import recap_rules
from storage import audit_log, outbox_reminders, promises, statements
from storage.models import Deal, Tenant
from storage.promises import Occasion

MOVED_SUFFIX = " moved"
LATE = "late"
"""The evidence of an occasion that was kept after its time."""


@dataclass(frozen=True, slots=True)
class OccasionRequest:
    """The rep answers the reminder of an occasion: the `occasion` by the rule `number` of a statement."""

    caller: Caller
    deal_id: int
    statement_id: int
    number: int
    occasion: date


@dataclass(frozen=True, slots=True)
class _Found:
    """The deal's promise behind a reminder, and when its rep works."""

    deal: Deal
    promise: RecurringPromise
    work: WorkingTime


def mark_done(session: Session, request: OccasionRequest, now: datetime) -> OccasionAnswered:
    """The rep kept the promise on this occasion: record it; no other reminder of it comes.

    Raises `NoSuchDealError`, `NotYoursError`, and `NotNowError` if the promise was changed or withdrawn.
    """
    return _settle(session, request, now, OccasionOutcome.DONE)


def mark_they_called(session: Session, request: OccasionRequest, now: datetime) -> OccasionAnswered:
    """The customer asked first and was answered: they know themselves that it was kept. As `mark_done`."""
    return _settle(session, request, now, OccasionOutcome.THEY_CALLED)


def mark_late(session: Session, request: OccasionRequest, now: datetime) -> OccasionAnswered:
    """It was done after its time. Late is a miss (M10.2). As `mark_done`."""
    return _settle(session, request, now, OccasionOutcome.LATE)


def mark_missed(session: Session, request: OccasionRequest, now: datetime) -> OccasionAnswered:
    """It was not done: the customer heard nothing (M8.1). As `mark_done`."""
    return _settle(session, request, now, OccasionOutcome.MISSED)


def _settle(session: Session, request: OccasionRequest, now: datetime, outcome: OccasionOutcome) -> OccasionAnswered:
    """Record what became of the occasion: evidence, and an entry that the reminders go by. Another answer adds both."""
    opened = open_request(session, request.caller, now)
    found = _find(session, opened, request)
    by = opened.person.id
    if not opened.repeated and outcome is not _outcome_of(session, found, request.occasion):
        missed = outcome in (OccasionOutcome.LATE, OccasionOutcome.MISSED)
        theirs = outcome is OccasionOutcome.THEY_CALLED
        version = next(s.version for s in agreed_statements(session, found.deal) if s.id == request.statement_id)
        promises.add_outcome(
            session,
            statement_id=request.statement_id,
            version=version,
            occasion=request.occasion,
            number=request.number,
            state=PromiseState.MISSED if missed else PromiseState.KEPT,
            said_by=SaidBy.CUSTOMER if theirs else SaidBy.US,
            contact=customers_word(found.deal) if theirs else None,
            evidence=LATE if outcome is OccasionOutcome.LATE else None,
            reason=MissReason.COMMUNICATION if outcome is OccasionOutcome.MISSED else None,
            by=by,
            now=now,
        )
        if missed:
            audit_log.record(session, found.deal.id, by, "promise_missed", now, **_detail(request))
        else:
            audit_log.record(session, found.deal.id, by, "promise_done", now, **_detail(request))
        _plan_again(session, found.deal, request, now)
    return _answered(session, opened.tenant, found, request, now, outcome=outcome)


def _outcome_of(session: Session, found: _Found, occasion: date) -> OccasionOutcome | None:
    """What was recorded of the occasion last; None if nothing was."""
    if occasion not in found.promise.done:
        return None
    key = Occasion(found.promise.statement_id, found.promise.number, occasion)
    row = promises.occasions(session, found.deal.id).get(key)
    if row is None or row.state != PromiseState.MISSED:
        theirs = row is not None and row.said_by == SaidBy.CUSTOMER
        return OccasionOutcome.THEY_CALLED if theirs else OccasionOutcome.DONE
    return OccasionOutcome.LATE if row.evidence == LATE else OccasionOutcome.MISSED


def remind_tomorrow(session: Session, request: OccasionRequest, now: datetime) -> OccasionAnswered:
    """Remind of this occasion on the rep's next working day, once. One that is settled stays settled.

    Raises as `mark_done`.
    """
    opened = open_request(session, request.caller, now)
    found = _find(session, opened, request)
    promise, to = found.promise, found.work.morning_after(now).astimezone(found.work.local).date()
    if request.occasion not in promise.done and request.occasion not in promise.moved:
        audit_log.record(
            session, found.deal.id, opened.person.id, "promise_moved", now, **_detail(request), to=to.isoformat()
        )
        _plan_again(session, found.deal, request, now)
    else:
        to = promise.moved.get(request.occasion, to)
    moved_to = None if request.occasion in promise.done else to
    return _answered(session, opened.tenant, found, request, now, moved_to=moved_to)


def _find(session: Session, opened: OpenedRequest, request: OccasionRequest) -> _Found:
    deal = settled_deal(session, opened, request.deal_id, request.statement_id)
    payload = _detail(request)
    promise = promise_of(session, deal, payload)
    rows = outbox_reminders.of_deal(session, deal.id, (Kind.UPDATE,))
    was_reminded = any(payload.items() <= row.payload.items() for row in rows if row.state in ("sent", "folded"))
    if promise is None or not was_reminded:
        raise NotNowError("refusal.promise_changed")
    return _Found(deal, promise, working_time(deal.current_rep, opened.tenant))


def _detail(request: OccasionRequest) -> dict[str, Any]:
    """The occasion as the audit log and the payload of a reminder have it."""
    return {
        "statement": request.statement_id,
        "number": request.number,
        "occasion": request.occasion.isoformat(),
    }


def _plan_again(session: Session, deal: Deal, answered: OccasionRequest, now: datetime) -> None:
    session.flush()
    plan_reminders(session, deal, now)
    settle_occasion(session, deal, _detail(answered), now)


def _answered(
    session: Session,
    tenant: Tenant,
    found: _Found,
    request: OccasionRequest,
    now: datetime,
    moved_to: date | None = None,
    outcome: OccasionOutcome = OccasionOutcome.DONE,
) -> OccasionAnswered:
    coming = [
        each.at.astimezone(found.work.local).date()
        for each in _reminders(session, found.deal, tenant, now)
        if (each.kind, each.statement_id, each.number) == (Kind.UPDATE, request.statement_id, request.number)
        and each.at > now
        and each.occasion != request.occasion
    ]
    shown = _shown(session, found.deal, found.promise, request.occasion, Timing.ON_THE_DAY, movable=False)
    return OccasionAnswered(facts(found.deal), shown, moved_to, min(coming, default=None), outcome)


def _reminders(session: Session, deal: Deal, tenant: Tenant, now: datetime) -> list[DueReminder]:
    """The reminders of the deal's promises, whoever gets them, without what tells the rep that a keeper is silent."""
    theirs = reminders_of_keepers(session, deal, tenant, now).values()
    own = [each for each in reminders_of_deal(session, deal, tenant, now) if each.why is not DueReason.UNANSWERED]
    return [*own, *(each for due in theirs for each in due)]


def promise_of(session: Session, deal: Deal, payload: Mapping[str, Any]) -> RecurringPromise | None:
    """The promise that a reminder's payload is about; None if it is no longer agreed, or not for that day."""
    if deal.stage not in AGREED or "occasion" not in payload:
        return None
    tenant = session.get_one(Tenant, deal.tenant_id)
    agreed = [each for each in agreed_statements(session, deal) if each.id == payload["statement"]]
    recurring = recurring_promises(session, deal, agreed_statements(session, deal), tenant) if agreed else []
    occasion = date.fromisoformat(payload["occasion"])
    for promise in recurring:
        if (promise.statement_id, promise.number) == (payload["statement"], payload["number"]):
            work = working_time(deal.current_rep, tenant)
            days = occasions(promise.rule, promise.agreed_on, promise.recap_on, work, occasion)
            return promise if next(days, None) == occasion else None
    return None


def why_no_reminder(session: Session, deal: Deal, payload: Mapping[str, Any]) -> str | None:
    """Why the reminder of an occasion is pointless now; None if it is not."""
    promise = promise_of(session, deal, payload)
    if promise is None:
        return "the statement was changed or withdrawn"
    occasion = date.fromisoformat(payload["occasion"])
    if occasion in promise.done:
        return "the rep has settled it"
    if occasion in promise.moved and not payload["of"].endswith(MOVED_SUFFIX):
        return "the rep put it off"
    return None


def shown_occasion(
    session: Session, deal: Deal, payload: Mapping[str, Any], work: WorkingTime, now: datetime
) -> PromisedOccasion | None:
    """What the reminder of an occasion shows; None if it is pointless."""
    promise = promise_of(session, deal, payload)
    if promise is None:
        return None
    occasion = date.fromisoformat(payload["occasion"])
    movable = occasion not in promise.moved and occasion not in promise.done
    return _shown(session, deal, promise, occasion, _timing(promise, occasion, work, now), movable=movable)


def _timing(promise: RecurringPromise, occasion: date, work: WorkingTime, now: datetime) -> Timing:
    local = now.astimezone(work.local)
    due_by = promise.rule.at or promise.rule.before or time.max
    if local > datetime.combine(occasion, due_by, tzinfo=work.local):
        return Timing.LATE
    if local.date() == occasion:
        return Timing.ON_THE_DAY
    return Timing.AHEAD if work.works_on(occasion) else Timing.DAY_OFF


def _shown(
    session: Session, deal: Deal, promise: RecurringPromise, occasion: date, timing: Timing, *, movable: bool
) -> PromisedOccasion:
    wording = next(each.wording for each in agreed_statements(session, deal) if each.id == promise.statement_id)
    agreement = statements.agreements(session, deal.id).get(promise.statement_id)
    names = [None if agreement is None else agreement.contact, *(contact.name for contact in deal.contacts)]
    known = (salutation(name, recap_rules().names) for name in names)
    name = next((name for name in known if name), deal.customer)
    return PromisedOccasion(
        promise.statement_id, promise.number, occasion, promise.rule, wording, name, timing, movable=movable
    )
