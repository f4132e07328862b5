"""The read-back: the customer answers to each statement, and nothing is agreed by default (M4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from handlers.call.call_screens import next_screen, read_back_screen
from handlers.call.statement_changes import Change, keep, revise
from handlers.deal.facts import facts, owned, statements_of
from handlers.deal.planning import advance, refresh_card
from handlers.errors import InvalidEntryError, NoSuchDealError
from handlers.method.stages import Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, normalize_statement
from handlers.method.statement_lists import in_ranks
from handlers.method.statements import Said, Statement
from handlers.requests import Caller, open_request
from handlers.screens.call import CallScreen, CorrectionScreen, ShownVersions
from storage import audit_log, statements
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class StatementAnswered:
    """The customer's answer to the version of a statement that the rep saw: agreed or withdrawn."""

    caller: Caller
    deal_id: int
    statement_id: int
    version: int
    said: Literal[Said.AGREED, Said.WITHDRAWN]


@dataclass(frozen=True, slots=True)
class StatementCorrected:
    """The customer corrected the version that the rep saw; `wording` is what they said instead."""

    caller: Caller
    deal_id: int
    statement_id: int
    version: int
    wording: str


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """The rep wants to type the customer's correction of a statement. `seen`: from a screen with these statements."""

    caller: Caller
    deal_id: int
    statement_id: int
    seen: ShownVersions = ()


def answer(session: Session, request: StatementAnswered, now: datetime) -> CallScreen:
    """Record the answer as evidence and give the next step.

    An answer to a version that is no longer the current one is not recorded (M4.3): the screen shows the current
    wording instead. A second tap on the same answer changes nothing; another answer after the alignment opens the call
    again, for the referral was promised, and the recap written, for what was agreed before.
    """
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    current = statements_of(session, deal.id)
    statement = _find(current, request.statement_id)
    if not statement.on_list:
        return next_screen(session, deal, now, current)
    if statement.version != request.version:
        return read_back_screen(session, deal, current, statement, changed=True)
    if not arrival.repeated and statement.said is not request.said:
        require_on_call(session, deal, arrival.person.id, now)
        statements.confirm(
            session,
            statement_id=statement.id,
            version=statement.version,
            said=request.said,
            contact=contact_on_call(deal),
            by=arrival.person.id,
            now=now,
        )
        session.flush()
        refresh_card(session, deal, now)
        current = [replace(s, said=request.said) if s is statement else s for s in current]
        if Said.WITHDRAWN in (request.said, statement.said):
            # The other priorities move up, or make room again.
            ranked = in_ranks(current, ahead=statement.id)
            keep(session, deal, current, ranked, Change("reranked", arrival.person.id, now))
            current = statements_of(session, deal.id)
    return next_screen(session, deal, now, current)


def ask_correction(session: Session, request: CorrectionAsked, now: datetime) -> CorrectionScreen:
    """The field for a statement's new wording. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    statement = _find(statements_of(session, deal.id), request.statement_id)
    return CorrectionScreen(facts(deal), statement, request.seen)


def correct(session: Session, request: StatementCorrected, now: datetime) -> CallScreen:
    """Keep the old version with the word "corrected", add the new one, and have it read back again (M4.3).

    A correction after the alignment opens the call again (M6.3). Raises `InvalidEntryError` for an empty, overlong or
    unchanged wording.
    """
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    current = statements_of(session, deal.id)
    statement = _find(current, request.statement_id)
    if not statement.on_list:
        return next_screen(session, deal, now, current)
    if arrival.repeated:
        return read_back_screen(session, deal, current, statement)
    if statement.version != request.version:
        return read_back_screen(session, deal, current, statement, changed=True)
    wording = normalize_statement(request.wording)
    if not wording:
        raise InvalidEntryError("wording", "refusal.wording_missing")
    if len(wording) > MAX_STATEMENT_LENGTH:
        raise InvalidEntryError("wording", "refusal.statement_too_long", most=MAX_STATEMENT_LENGTH)
    if wording == statement.wording:
        raise InvalidEntryError("wording", "refusal.wording_unchanged")
    by = arrival.person.id
    statements.confirm(
        session,
        statement_id=statement.id,
        version=statement.version,
        said=Said.CORRECTED,
        contact=contact_on_call(deal),
        by=by,
        now=now,
    )
    revise(session, deal, replace(statement, wording=wording, target=None), by, now)
    require_on_call(session, deal, by, now)
    audit_log.record(session, deal.id, by, "corrected", now)
    session.flush()
    refresh_card(session, deal, now)
    current = statements_of(session, deal.id)
    return read_back_screen(session, deal, current, _find(current, statement.id))


def require_on_call(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """What the customer says is said on a call: it begins one, or opens it again (M6.3).

    Raises `NotNowError` where there is none: the deal was given up, or is completed.
    """
    if deal.stage != Stage.IN_CALL:
        advance(session, deal, Stage.IN_CALL, actor_id, now)


def _find(current: list[Statement], statement_id: int) -> Statement:
    for statement in current:
        if statement.id == statement_id:
            return statement
    raise NoSuchDealError
