"""A rep reports a deal by hand: it is stored at once, or found to be known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.facts import facts
from handlers.deal.planning import accept_deal, hand_over, plan_messages, refresh_card
from handlers.intake.deal_facts import fill_gaps, new_deal, set_amount
from handlers.intake.reports import DealReported, IntakeOutcome, Recognition
from handlers.intake.same_deal import find_same_deal, other_sum_of
from handlers.intake.typed_entries import customer_named
from handlers.method import money
from handlers.method.customers import customer_key
from handlers.method.locales import number_locale
from handlers.method.stages import CALL_NOT_MADE, Stage
from handlers.requests import open_request
from handlers.screens.deals import OtherOrderQuestion
from storage import audit_log, deals, workspaces
from storage.models import Deal


def record_reported(session: Session, request: DealReported, now: datetime) -> IntakeOutcome:
    """Store the deal that the rep reports; this also confirms one of theirs that was suspected or dismissed.

    A deal with that customer whose owner was unknown becomes theirs. The win of a team is nobody's until somebody is
    picked. If the deal is known with another sum, that stays, and `IntakeOutcome.question` asks whether it is one
    more order. If they say so (`DealReported.another`), it is a deal of its own. Raises `InvalidEntryError` if the
    customer's name is empty or too long.
    """
    opened = open_request(session, request.caller, now)
    customer = customer_named(request.customer)
    workspaces.lock(session, opened.tenant)
    own = audit_log.deal_of(session, opened.person.id, opened.earlier, ("reported",))
    if own is not None and _replace_report(session, own, request, customer, opened.person.id, now):
        return IntakeOutcome(own, Recognition.NEW)
    known = None
    if not request.another:
        owner_id = opened.person.id if request.owner_known else None  # else it may be anybody's
        known = find_same_deal(session, request, now, owner_id=owner_id)
    if known is not None:
        if not opened.repeated:
            fill_gaps(session, known, request, opened.person.id, now)
            if request.owner_known:
                if known.owner_id != opened.person.id:
                    hand_over(session, known, opened.person, opened.person.id, now)
                accept_deal(session, known, opened.person.id, now)
        question = _other_order(known, request) if known.owner_id == opened.person.id else None
        return IntakeOutcome(known.id, Recognition.KNOWN, question)
    if opened.repeated:
        return IntakeOutcome(None, Recognition.REPEATED)
    deal = new_deal(session, opened.person, customer, now, now)
    set_amount(deal, request)
    if not request.owner_known:
        deal.owner_known, deal.stage = False, Stage.SIGHTED
    audit_log.record(session, deal.id, opened.person.id, "reported", now)
    session.flush()
    plan_messages(session, deal, now)
    return IntakeOutcome(deal.id, Recognition.NEW)


def _other_order(deal: Deal, request: DealReported) -> OtherOrderQuestion | None:
    other = other_sum_of(deal, request)
    if other is None:
        return None
    amount = money.format_amount(other.amount_minor, other.currency, number_locale(deal.owner.locale))
    report = request.caller.event_key
    return OtherOrderQuestion(facts(deal), amount, other.amount_minor, other.currency, other.period, report)


def _replace_report(
    session: Session, deal_id: int, request: DealReported, customer: str, actor_id: int, now: datetime
) -> bool:
    """The same form reported this deal before, with other entries: the new ones count. False if it is too late."""
    deal = deals.lock(session, deal_id)
    if deal is None or deal.owner_id != actor_id or deal.stage not in CALL_NOT_MADE:
        return False
    deal.customer, deal.customer_key = customer, customer_key(customer)
    set_amount(deal, request)
    audit_log.record(session, deal.id, actor_id, "fixed", now)
    refresh_card(session, deal, now)
    return True
