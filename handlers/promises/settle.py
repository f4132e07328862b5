"""Settles a promise: kept, exceeded or missed, in whose word, with evidence (M7.3, M8.1, M10.2).

An outcome is a row that is only added, for the version that the person saw. The newest counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from handlers.call.contacts import DECISION_MAKER, contact_name
from handlers.deal.deal_access import acts_as_rep, settled_deal
from handlers.deal.delivery import PROMISE_MISSED, send
from handlers.deal.facts import card, facts, statements_of
from handlers.deal.planning import advance, plan_messages
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.promise_outcomes import MissReason, PromiseState, SaidBy
from handlers.method.reminders_due import AGREED
from handlers.method.stages import Stage
from handlers.method.statements import Said, Statement
from handlers.promises.board import board_promise, board_screen, require_promises
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.deals import DealCard
from handlers.screens.promises import BoardNote, BoardScreen, EvidenceForm, PromiseAnswered
from storage import audit_log, promises
from storage.models import Deal, PromiseOutcome

LONGEST_EVIDENCE = 500


@dataclass(frozen=True, slots=True)
class PromiseRequest:
    """Somebody acts on a promise, in the version that they saw, in a message or on a page of the board.

    The deal's rep, a co-owner, or who keeps the promise by name.
    """

    caller: Caller
    deal_id: int
    statement_id: int
    version: int
    page: int = 1
    on_board: bool = False


@dataclass(frozen=True, slots=True)
class PromiseSettled:
    """The rep, or delivery of what it keeps, says what became of a promise."""

    promise: PromiseRequest
    state: PromiseState


@dataclass(frozen=True, slots=True)
class MissExplained:
    """They say why a promise was missed."""

    promise: PromiseRequest
    reason: MissReason


@dataclass(frozen=True, slots=True)
class EvidenceGiven:
    """The submitted form: who says so, and a sentence or a link, which may be empty."""

    promise: PromiseRequest
    said_by: SaidBy
    evidence: str


@dataclass(frozen=True, slots=True)
class Word:
    """Who says what of a promise, and with what evidence. `by` is the id of the person who records it."""

    state: PromiseState
    by: int
    said_by: SaidBy = SaidBy.US
    contact: str | None = None
    evidence: str | None = None
    reason: MissReason | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """The request with its rows. `statement` is None if the rep saw another version, or it is not agreed to now."""

    request: OpenedRequest
    deal: Deal
    statement: Statement | None
    outcome: PromiseOutcome | None


def settle(session: Session, request: PromiseSettled, now: datetime) -> PromiseAnswered | BoardScreen:
    """Record what became of the promise, by the person's own word. The same answer again changes nothing.

    Who answers after somebody else sees that answer, and nothing is recorded. A missed one is asked for its reason. A
    wording that is no longer current is not settled: the promise is shown as it reads now, or the board if the customer
    does not agree to it any more.
    """
    wanted = request.promise
    opened = _open(session, wanted, now)
    if opened.statement is None:
        return _outdated(session, opened, wanted, now)
    before, person = opened.outcome, opened.request.person
    if before is not None and before.state != request.state and before.recorded_by != person.id:
        return _already(session, opened, wanted, now)
    if not opened.request.repeated and (before is None or before.state != request.state):
        record_outcome(session, opened.deal, opened.statement, Word(request.state, person.id), now)
        if request.state is PromiseState.MISSED and not acts_as_rep(session, person, opened.deal):
            _tell_rep(session, opened, now)
    return _answered(session, opened, wanted, now)


def settle_listed(session: Session, request: PromiseSettled, now: datetime) -> DealCard:
    """The same from a list of several deals. A wording that is no longer current is refused."""
    answered = settle(session, request, now)
    if isinstance(answered, BoardScreen) or answered.changed:
        raise NotNowError("refusal.promise_changed")
    if answered.already:
        raise NotNowError("refusal.promise_answered")
    return card(session, session.get_one(Deal, request.promise.deal_id), now)


def take_back(session: Session, request: PromiseRequest, now: datetime) -> PromiseAnswered | BoardScreen:
    """The answer was a slip: the promise is open again. What was recorded stays on record."""
    opened = _open(session, request, now)
    if opened.statement is None:
        return _outdated(session, opened, request, now)
    if not opened.request.repeated and opened.outcome is not None:
        word = Word(PromiseState.PENDING, opened.request.person.id)
        record_outcome(session, opened.deal, opened.statement, word, now)
    return _answered(session, opened, request, now)


def they_said_so(session: Session, request: PromiseRequest, now: datetime) -> PromiseAnswered | BoardScreen:
    """The customer says so themselves: only that earns a referral (M10.2)."""
    opened = _open(session, request, now)
    if opened.statement is None:
        return _outdated(session, opened, request, now)
    before = _settled(opened)
    if not opened.request.repeated and before.said_by != SaidBy.CUSTOMER:
        word = _word(opened, before, SaidBy.CUSTOMER, before.evidence)
        record_outcome(session, opened.deal, opened.statement, word, now)
    return _answered(session, opened, request, now)


def explain(session: Session, request: MissExplained, now: datetime) -> PromiseAnswered | BoardScreen:
    """Tag a missed promise with its reason (M8.1). What follows can offer to log a challenge (M7.2)."""
    wanted = request.promise
    opened = _open(session, wanted, now)
    if opened.statement is None:
        return _outdated(session, opened, wanted, now)
    before = _settled(opened)
    if before.state != PromiseState.MISSED:
        raise NotNowError("refusal.not_missed")
    if not opened.request.repeated and before.reason != request.reason:
        word = _word(opened, before, SaidBy(before.said_by), before.evidence, request.reason)
        record_outcome(session, opened.deal, opened.statement, word, now)
    return _answered(session, opened, wanted, now)


def ask_evidence(session: Session, request: PromiseRequest, now: datetime) -> EvidenceForm | BoardScreen:
    """The form for who says so, and for evidence. Changes nothing."""
    opened = _open(session, request, now)
    if opened.statement is None:
        return _outdated_board(session, opened, request, now)
    _settled(opened)
    promise = board_promise(session, opened.deal, request.statement_id, now, viewer=opened.request.person)
    return EvidenceForm(facts(opened.deal), promise, request.page)


def add_evidence(session: Session, request: EvidenceGiven, now: datetime) -> BoardScreen:
    """Store the form as a new row; the board follows. Raises `InvalidEntryError` if the evidence is too long."""
    wanted = request.promise
    opened = _open(session, wanted, now)
    if opened.statement is None:
        return _outdated_board(session, opened, wanted, now)
    evidence = " ".join(request.evidence.split()) or None
    if evidence is not None and len(evidence) > LONGEST_EVIDENCE:
        raise InvalidEntryError("evidence", "refusal.text_too_long", most=LONGEST_EVIDENCE)
    before = _settled(opened)
    if not opened.request.repeated and (before.said_by, before.evidence) != (request.said_by, evidence):
        reason = None if before.reason is None else MissReason(before.reason)
        word = _word(opened, before, request.said_by, evidence, reason)
        record_outcome(session, opened.deal, opened.statement, word, now)
    return board_screen(session, opened.deal, now, wanted.page, viewer=opened.request.person)


def record_outcome(session: Session, deal: Deal, statement: Statement, word: Word, now: datetime) -> None:
    """Add the outcome of the statement's version, and plan the deal's messages from it. Checks no rights.

    The first outcome after the recap says that no corrections came: the deal is being delivered.
    """
    promises.add_outcome(
        session,
        statement_id=statement.id,
        version=statement.version,
        state=word.state,
        said_by=word.said_by,
        contact=word.contact,
        evidence=word.evidence,
        reason=word.reason,
        by=word.by,
        now=now,
    )
    ids = {"statement": statement.id, "version": statement.version}
    match word.state:
        case PromiseState.KEPT:
            audit_log.record(session, deal.id, word.by, "outcome_kept", now, **ids)
        case PromiseState.EXCEEDED:
            audit_log.record(session, deal.id, word.by, "outcome_exceeded", now, **ids)
        case PromiseState.MISSED:
            audit_log.record(session, deal.id, word.by, "outcome_missed", now, **ids)
        case _:
            audit_log.record(session, deal.id, word.by, "outcome_taken_back", now, **ids)
    session.flush()
    if deal.stage == Stage.RECAPPED:
        advance(session, deal, Stage.DELIVERING, word.by, now)
    else:
        plan_messages(session, deal, now)


def customers_word(deal: Deal) -> str | None:
    """The name of the contact whose word the customer's is, as far as it is known."""
    return contact_on_call(deal) or contact_name(deal, DECISION_MAKER) or None


def _open(session: Session, request: PromiseRequest, now: datetime) -> _Opened:
    opened = open_request(session, request.caller, now)
    deal = require_promises(settled_deal(session, opened, request.deal_id, request.statement_id))
    if deal.stage not in AGREED:
        raise NotNowError("refusal.deal_completed", customer=deal.customer)
    current = next((each for each in statements_of(session, deal.id) if each.id == request.statement_id), None)
    agreed = current is not None and current.on_list and current.said is Said.AGREED
    seen = current if agreed and current is not None and current.version == request.version else None
    return _Opened(opened, deal, seen, promises.outcomes(session, deal.id).get(request.statement_id))


def _settled(opened: _Opened) -> PromiseOutcome:
    """The promise's outcome. Raises `NotNowError` if it has none: the answer was taken back since."""
    if opened.outcome is None:
        raise NotNowError("refusal.promise_open")
    return opened.outcome


def _word(
    opened: _Opened, before: PromiseOutcome, said_by: SaidBy, evidence: str | None, reason: MissReason | None = None
) -> Word:
    contact = (before.contact or customers_word(opened.deal)) if said_by is SaidBy.CUSTOMER else None
    return Word(PromiseState(before.state), opened.request.person.id, said_by, contact, evidence, reason)


def _tell_rep(session: Session, opened: _Opened, now: datetime) -> None:
    """Delivery reports a miss: the rep stays answerable to the customer, and can log the challenge (M7.1, M7.2)."""
    outcome = promises.outcomes(session, opened.deal.id)[opened.statement.id] if opened.statement is not None else None
    if outcome is not None:
        key = f"{PROMISE_MISSED}:{outcome.id}"
        deal, statement_id = opened.deal, outcome.statement_id
        send(
            session, deal, PROMISE_MISSED, key, now, person=deal.current_rep, statement=statement_id, outcome=outcome.id
        )


def _already(
    session: Session, opened: _Opened, request: PromiseRequest, now: datetime
) -> PromiseAnswered | BoardScreen:
    """What somebody else has answered."""
    if request.on_board:
        person = opened.request.person
        return board_screen(session, opened.deal, now, request.page, BoardNote.ANSWERED, viewer=person)
    return _shown(session, opened, request, now, already=True)


def _answered(
    session: Session, opened: _Opened, request: PromiseRequest, now: datetime
) -> PromiseAnswered | BoardScreen:
    """The promise with what comes next; back to the board, if the person is there and nothing is asked."""
    shown = _shown(session, opened, request, now)
    if request.on_board and shown.promise.tracked.state is not PromiseState.MISSED:
        return board_screen(session, opened.deal, now, request.page, viewer=opened.request.person)
    return shown


def _outdated(
    session: Session, opened: _Opened, request: PromiseRequest, now: datetime
) -> PromiseAnswered | BoardScreen:
    """The promise as it reads now, to be answered again; the board if the customer does not agree to it any more."""
    current = statements_of(session, opened.deal.id)
    standing = {each.id for each in current if each.on_list and each.said is Said.AGREED}
    if request.on_board or request.statement_id not in standing:
        return _outdated_board(session, opened, request, now)
    return _shown(session, opened, request, now, changed=True)


def _outdated_board(session: Session, opened: _Opened, request: PromiseRequest, now: datetime) -> BoardScreen:
    person = opened.request.person
    return board_screen(session, opened.deal, now, request.page, BoardNote.CHANGED, viewer=person)


def _shown(
    session: Session,
    opened: _Opened,
    request: PromiseRequest,
    now: datetime,
    *,
    changed: bool = False,
    already: bool = False,
) -> PromiseAnswered:
    deal, person = opened.deal, opened.request.person
    promise = board_promise(session, deal, request.statement_id, now, viewer=person)
    return PromiseAnswered(facts(deal), promise, request.page, changed, already, acts_as_rep(session, person, deal))
