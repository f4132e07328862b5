"""The end of the call: attest the three objectives, ask for the referral, align the deal (M2, M5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from handlers.call.call_screens import (
    contact_reached,
    next_screen,
    recap_screen,
)
from handlers.call.checklist import record_ticks
from handlers.call.referral import read_answer, record_answer
from handlers.deal.call_gaps import call_gaps
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import statements_of
from handlers.deal.next_steps import LONGEST_STEP, set_step
from handlers.deal.planning import advance, plan_messages
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method import recap as recap_mail
from handlers.method.alignment import MISSING_ACTIONS, WhyMissing
from handlers.method.next_step import day_in
from handlers.method.stages import CALL_UNDER_WAY, Stage
from handlers.method.statements import referral_may_be_asked
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import CallScreen
from prompts.playbook import playbook
from prompts.wording import Wording
from storage import audit_log, statements
from storage.models import Deal, Recap, ReferralAgreement

ALL_OBJECTIVES = "all"
"""The value of the box that attests every objective."""


@dataclass(frozen=True, slots=True)
class WrapUpFilled:
    """The rep submits the wrap-up. `number` is as typed; `outcome` is one of `OUTCOMES`, or empty.

    `ticked` has `ALL_OBJECTIVES` or the rules of objectives. `next_step` is as typed; None keeps the one that is known.
    `why_missing` is a `WhyMissing` or empty; None if the form did not ask, because it was opened before an update.
    """

    caller: Caller
    deal_id: int
    ticked: frozenset[str]
    outcome: str
    number: str
    definition: str
    why_missing: str | None = ""
    next_step: str | None = ""


def save(session: Session, request: WrapUpFilled, now: datetime) -> CallScreen:
    """Record the objectives and the customer's answer, and draft the recap email.

    If the call lacks something, the rep's reason is recorded, too. Only an agreed referral needs a number and a
    definition. Raises `NotNowError` while a statement is not settled (M5.1), `InvalidEntryError` for an invalid entry.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    again = deal.stage == Stage.ALIGNED and _is_own(opened, statements.referral(session, deal.id))
    if opened.repeated or not (again or deal.stage in CALL_UNDER_WAY):
        return next_screen(session, deal, now)
    current = statements_of(session, deal.id)
    if not referral_may_be_asked(current):
        raise NotNowError("refusal.not_all_settled")
    objectives = frozenset(item.rule for item in playbook().objectives)
    if ALL_OBJECTIVES not in request.ticked and not objectives <= request.ticked:
        raise InvalidEntryError("objectives", "refusal.objectives_open")
    answer = read_answer(session, deal, current, request.outcome, request.number, request.definition)
    lacking = call_gaps(session, deal, current)
    why = _why_missing(request) if lacking else None
    next_step = _next_step(request, deal)

    if deal.stage not in (Stage.IN_CALL, Stage.ALIGNED):  # dismissed and confirmed again after everything was agreed
        advance(session, deal, Stage.IN_CALL, opened.person.id, now)
    record_ticks(session, opened, deal, objectives, now, among=objectives)
    same_step = (deal.next_step or "") == next_step
    if not same_step:
        day = day_in(next_step, now, working_time(opened.person, opened.tenant), opened.tenant.locale)
        set_step(session, deal, next_step, day, opened.person.id, now)
    record_answer(session, opened, deal, current, answer, now)
    if why is not None:
        audit_log.record(session, deal.id, opened.person.id, MISSING_ACTIONS[why], now, missing=list(lacking))
    if again and same_step:  # the recap is drafted, and tells nothing of the referral
        session.flush()
        plan_messages(session, deal, now)
        return recap_screen(session, deal)
    newest = statements.latest_recap(session, deal.id)
    session.add(
        Recap(
            deal_id=deal.id,
            version=newest.version + 1 if newest else 1,
            body=recap_mail.draft(
                Wording(opened.tenant.locale),
                deal_id=deal.id,
                customer=deal.customer,
                contact=contact_on_call(deal) or contact_reached(deal),
                rep=deal.current_rep.name or "",
                statements=current,
                next_step=next_step,
            ),
            written_by=opened.person.id,
            at=now,
        )
    )
    deal.on_the_phone = None  # the next call may be with the other contact
    if again:
        plan_messages(session, deal, now)
    else:
        advance(session, deal, Stage.ALIGNED, opened.person.id, now)
    session.flush()
    return recap_screen(session, deal)


def _is_own(opened: OpenedRequest, answered: ReferralAgreement | None) -> bool:
    """Whether an earlier submission of the same form recorded this answer: the new entries replace it."""
    return answered is not None and answered.recorded_by == opened.person.id and answered.at in opened.earlier


def _next_step(request: WrapUpFilled, deal: Deal) -> str:
    if request.next_step is None:
        return deal.next_step or ""
    next_step = " ".join(request.next_step.split())
    if len(next_step) > LONGEST_STEP:
        raise InvalidEntryError("next_step", "refusal.text_too_long", most=LONGEST_STEP)
    return next_step


def _why_missing(request: WrapUpFilled) -> WhyMissing:
    if request.why_missing is None:
        return WhyMissing.OTHER
    try:
        return WhyMissing(request.why_missing)
    except ValueError as error:
        raise InvalidEntryError("why_missing", "refusal.why_missing") from error
