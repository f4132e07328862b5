"""Whether delivery can keep a promise, before it is one: asked, answered, and back to the rep (M4.5, M8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.statement_list import list_screen, page_of
from handlers.deal.deal_access import acts_as_rep, owned_deal
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.delivery import (
    DOUBT,
    KEPT_ANYWAY,
    ask_anew,
    is_kept_anyway,
    redraw,
    send,
    send_question,
    words_of_delivery,
)
from handlers.deal.facts import facts, statements_of
from handlers.deal.planning import refresh_card
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.handoff.delivery_contacts import delivery_contact
from handlers.handoff.members import asked_deal
from handlers.method.due_days import days_due
from handlers.method.handoff import Feasible
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_text
from handlers.method.stages import ENDED
from handlers.method.statements import Statement
from handlers.method.time_zones import zone
from handlers.requests import Caller, Profile, apply_profile, open_request
from handlers.screens.call import ListScreen
from handlers.screens.deals import DeliveryWord
from handlers.screens.handoff import AskDeliveryForm, DeliveryDoubt, DoubtForm, FeasibilityQuestion
from storage import audit_log, deals, handoffs, statements, workspaces
from storage.models import Deal, FeasibilityAnswer, FeasibilityAsk, Person, Tenant

LONGEST_REASON = 500
ANSWERED = {
    Feasible.CAN_DO: "feasibility_can_do",
    Feasible.AT_RISK: "feasibility_at_risk",
    Feasible.CANNOT: "feasibility_cannot",
}
"""What the audit log says of each answer."""


@dataclass(frozen=True, slots=True)
class DeliveryAsked:
    """The rep asks delivery about a statement. `receiver` is whom they picked, by the platform's id; None: by rule."""

    caller: Caller
    deal_id: int
    statement_id: int
    receiver: str | None = None
    profile: Profile | None = None
    gone: bool = False
    """Whether the person by rule has left the company: the rep picks somebody else."""


@dataclass(frozen=True, slots=True)
class AskRequest:
    """Somebody acts on a question."""

    caller: Caller
    ask_id: int


@dataclass(frozen=True, slots=True)
class FeasibilityAnswered:
    """Somebody of delivery answers. `reason` is empty for `CAN_DO`."""

    caller: Caller
    ask_id: int
    answer: Feasible
    reason: str = ""


def ask(session: Session, request: DeliveryAsked, now: datetime) -> ListScreen | AskDeliveryForm:
    """Ask delivery, and show the list. Without a rule that fits, the rep picks somebody first.

    A question that waits for its answer is not asked again. Raises `NotNowError` if the deal has ended,
    `InvalidEntryError` if the rep picked themselves.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if deal.stage in ENDED:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    statement = _find(session, deal, request.statement_id)
    waiting = words_of_delivery(session, deal.id).get(statement.id)
    if opened.repeated or (waiting is not None and waiting.answer is None):
        return list_screen(session, deal, page_of(session, deal, statement.id))
    if request.receiver is not None:
        person = workspaces.get_or_create_person(session, request.receiver, now)
        if acts_as_rep(session, person, deal):
            raise InvalidEntryError("receiver", "handoff.not_yourself")
        if request.profile is not None:
            apply_profile(session, opened.tenant, person, request.profile, now)
        person_id: int | None = person.id
        channel: str | None = None
    else:
        rule = delivery_contact(session, deal)
        if rule is None or (rule.channel is None and (request.gone or rule.person_id == deal.current_rep_id)):
            return AskDeliveryForm(facts(deal), statement)
        person_id, channel = rule.person_id, rule.channel
    send_question(session, deal, statement, person_id, channel, by=opened.person.id, now=now)
    redraw(session, deal, now)
    session.flush()
    return list_screen(session, deal, page_of(session, deal, statement.id))


def asked_by_rule(session: Session, platform: str, workspace: str, deal_id: int) -> str | None:
    """Who is asked directly about a deal, by the platform's id; None if it is a channel, or nobody. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return None
    deal = deals.find(session, deal_id)
    rule = None if deal is None else delivery_contact(session, deal)
    return None if rule is None or rule.channel is not None or rule.person is None else rule.person.external_id


def where_asked(session: Session, platform: str, workspace: str, ask_id: int) -> str | None:
    """The channel of a question, by the platform's id; None if a person was asked. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return None
    known = handoffs.ask(session, ask_id)
    return None if known is None else known.channel


def ask_reason(session: Session, request: FeasibilityAnswered, now: datetime) -> DoubtForm | FeasibilityQuestion:
    """The form for the reason of a doubt; the question as it stands if it is not asked any more."""
    opened = open_request(session, request.caller, now)
    known = _ask(session, request.ask_id)
    question = question_screen(session, asked_deal(session, opened, known), known)
    if question.word is not None or question.over:
        return _asked_now(session, known, now)
    return DoubtForm(question, request.answer)


def answer(session: Session, request: FeasibilityAnswered, now: datetime) -> FeasibilityQuestion:
    """Record the answer; the first one counts. Returns the question as it stands then.

    A doubt goes to the rep, as a talk to come. If the wording has changed, nothing is recorded: the new one is asked
    about. Raises `InvalidEntryError` for a doubt without a reason.
    """
    opened = open_request(session, request.caller, now)
    known = _ask(session, request.ask_id)
    deal = asked_deal(session, opened, known)
    question = question_screen(session, deal, known)
    if question.word is not None or question.over:
        return _asked_now(session, known, now)
    reason = " ".join(request.reason.split())
    if request.answer is not Feasible.CAN_DO and not reason:
        raise InvalidEntryError("reason", "feasibility.reason_missing")
    if len(reason) > LONGEST_REASON:
        raise InvalidEntryError("reason", "refusal.text_too_long", most=LONGEST_REASON)
    session.add(
        FeasibilityAnswer(
            ask_id=known.id,
            statement_id=known.statement_id,
            version=known.version,
            answer=request.answer,
            reason=None if request.answer is Feasible.CAN_DO else reason,
            answered_by=opened.person.id,
            at=now,
        )
    )
    session.flush()
    by, detail = opened.person.id, {"statement": known.statement_id, "version": known.version}
    audit_log.record(session, deal.id, by, ANSWERED[request.answer], now, **detail)
    if request.answer is not Feasible.CAN_DO:
        send(session, deal, DOUBT, f"{DOUBT}:{known.id}", now, person=deal.current_rep, ask=known.id)
    redraw(session, deal, now)
    return question_screen(session, deal, known)


def keep_anyway(session: Session, request: AskRequest, now: datetime) -> DeliveryDoubt:
    """The rep keeps the promise as it is. The doubt stays beside it."""
    opened = open_request(session, request.caller, now)
    known = _ask(session, request.ask_id)
    deal = owned_deal(session, opened, handoffs.deal_of(session, known.statement_id))
    if not opened.repeated and not is_kept_anyway(session, deal.id, known.id):
        detail = {"ask": known.id, "statement": known.statement_id, "version": known.version}
        audit_log.record(session, deal.id, opened.person.id, KEPT_ANYWAY, now, **detail)
        session.flush()
        refresh_card(session, deal, now)
    return doubt_screen(session, deal, known)


def question_screen(session: Session, deal: Deal, known: FeasibilityAsk) -> FeasibilityQuestion:
    """The question as it stands, about the wording that was asked about."""
    newest = handoffs.asked(session, deal.id)[known.statement_id]
    then = statements.version(session, known.statement_id, known.version)
    local = zone(deal.owner.zone, session.get_one(Tenant, deal.tenant_id).zone)
    closed_on = deal.closed_at.astimezone(local).date()
    current = next((s for s in statements_of(session, deal.id) if s.id == known.statement_id and s.active), None)
    days = days_due(then.wording, measure_rules(), closed_on, {})
    return FeasibilityQuestion(
        ask_id=known.id,
        customer=deal.customer,
        wording=then.wording,
        target=then.target or measurable_text(then.wording, measure_rules()),
        due=max(days, default=None),
        rep=deal.owner.external_id,
        mention=_external_id(session, known.person_id) if known.channel is not None else None,
        word=_word(session, known),
        over=current is None or not newest.current or newest.ask.id != known.id or deal.stage in ENDED,
    )


def doubt_screen(session: Session, deal: Deal, known: FeasibilityAsk) -> DeliveryDoubt:
    """What delivery doubts, for the rep."""
    word = _word(session, known)
    if word is None or word.answer is None:
        raise NoSuchDealError
    newest = handoffs.asked(session, deal.id)[known.statement_id]
    statement = next((s for s in statements_of(session, deal.id) if s.id == known.statement_id), None)
    if statement is None:
        raise NoSuchDealError
    says = playbook_of(session, deal).delivery
    kept = is_kept_anyway(session, deal.id, known.id)
    return DeliveryDoubt(
        ask_id=known.id,
        deal=facts(deal),
        statement=statement,
        word=word,
        say=says.say_cannot if word.answer is Feasible.CANNOT else says.say_at_risk,
        open=newest.ask.id == known.id and newest.current and statement.active and not kept and deal.stage not in ENDED,
        kept=kept,
    )


def _asked_now(session: Session, known: FeasibilityAsk, now: datetime) -> FeasibilityQuestion:
    """The question as it stands. If the wording has changed since, it is asked anew in a message of its own."""
    deal = deals.lock(session, handoffs.deal_of(session, known.statement_id))
    if deal is None:
        raise NoSuchDealError
    newest = handoffs.asked(session, deal.id)[known.statement_id]
    current = next((s for s in statements_of(session, deal.id) if s.id == known.statement_id and s.active), None)
    if current is not None and not newest.current and deal.stage not in ENDED:
        ask_anew(session, deal, newest.ask, current, now)
        redraw(session, deal, now)
    return question_screen(session, deal, known)


def _word(session: Session, known: FeasibilityAsk) -> DeliveryWord | None:
    found = handoffs.answer_to(session, known.id)
    if found is None:
        return None
    who = session.get_one(Person, found.answered_by).external_id
    return DeliveryWord(Feasible(found.answer), who, found.reason or "")


def _external_id(session: Session, person_id: int | None) -> str | None:
    return None if person_id is None else session.get_one(Person, person_id).external_id


def _ask(session: Session, ask_id: int) -> FeasibilityAsk:
    known = handoffs.ask(session, ask_id)
    if known is None:
        raise NoSuchDealError
    return known


def _find(session: Session, deal: Deal, statement_id: int) -> Statement:
    for statement in statements_of(session, deal.id):
        if statement.id == statement_id and statement.active:
            return statement
    raise NoSuchDealError
