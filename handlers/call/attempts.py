"""The rep tried to reach the customer and didn't: what happened goes on record, and the next try is planned (M7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from handlers.call.contacts import reachable_contacts
from handlers.deal.customer_zone import customer_zone
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.planning import accept_deal, plan_messages
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.errors import NotNowError
from handlers.method.customer_hours import first_common
from handlers.method.stages import CALL_TO_MAKE, Stage
from handlers.method.working_time import WorkingTime
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import AttemptLogged
from prompts.cadence import Cadence
from storage import audit_log
from storage.models import Deal

DOUBLE_TAP = timedelta(minutes=1)
"""The same outcome again within this time is a second tap on the button, not a second call."""


class Attempt(StrEnum):
    """How a try to reach the customer ended. The values are actions of the audit log."""

    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    ASKED_TO_MOVE = "asked_to_move"
    WRONG_PERSON = "wrong_person"
    NO_SHOW = "no_show"


ATTEMPTS = tuple(Attempt)


@dataclass(frozen=True, slots=True)
class AttemptMade:
    """The rep says how their try ended."""

    caller: Caller
    deal_id: int
    attempt: Attempt


def log(session: Session, request: AttemptMade, now: datetime) -> AttemptLogged:
    """Record the try, and plan the reminder of the next one. A planned call that did not happen is planned no more.

    Raises `NotNowError` once something of the call is on record: then somebody was reached.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    work = working_time(deal.current_rep, opened.tenant)
    if not opened.repeated:
        accept_deal(session, deal, opened.person.id, now)
        if deal.stage not in CALL_TO_MAKE:
            raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
        if not _just_logged(session, deal, request.attempt, now):
            _record(session, opened, deal, request.attempt, work, now)
    return AttemptLogged(
        deal=facts(deal),
        attempt=request.attempt,
        tries=tries(session, deal),
        next_at=deal.snoozed_until or now,
        contacts=reachable_contacts(deal, now),
    )


def tries(session: Session, deal: Deal) -> int:
    """How often the rep tried and did not reach the customer."""
    return audit_log.count(session, deal.id, *ATTEMPTS)


def next_try(
    attempt: Attempt, tries_today: int, deal: Deal, work: WorkingTime, cadence: Cadence, now: datetime
) -> datetime:
    """When to try again, in UTC: after some working hours, the next working day once a day has had enough tries.

    In the rep's hours and, if the customer's zone is known, in theirs.
    """
    if tries_today >= cadence.tries_a_day:
        at = work.morning_after(now)
    else:
        at = work.after(now, timedelta(hours=cadence.next_try_hours[attempt]))
    return first_common(at, work, customer_zone(deal)) or at


def _just_logged(session: Session, deal: Deal, attempt: Attempt, now: datetime) -> bool:
    last = audit_log.latest(session, deal.id, ATTEMPTS)
    return last is not None and last.action == attempt and now - last.at < DOUBLE_TAP


def _record(
    session: Session, opened: OpenedRequest, deal: Deal, attempt: Attempt, work: WorkingTime, now: datetime
) -> None:
    today, _ = work.day_of(now)
    tried = [entry for entry in audit_log.timeline(session, deal.id) if entry.action in ATTEMPTS and entry.at >= today]
    if deal.stage == Stage.SCHEDULED:
        deal.stage, deal.stage_since, deal.call_at = Stage.OPEN, now, None
    audit_log.record(session, deal.id, opened.person.id, attempt, now)
    deal.snoozed_until = next_try(attempt, len(tried) + 1, deal, work, cadence_for(opened.tenant), now)
    session.flush()
    plan_messages(session, deal, now)
