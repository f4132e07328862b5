"""The read-back: the customer answers each statement; nothing is agreed by default (M4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from handlers.call.call_screens import next_screen, read_back_screen
from handlers.call.competitor_scripts import promised_by_competitor
from handlers.call.renegotiation import note_renegotiated
from handlers.call.statement_changes import Change, apply_change, correct_statement
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts, statements_of
from handlers.deal.planning import advance, plan_messages, refresh_card
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
    """The customer's answer to the version that the rep saw: agreed or withdrawn."""

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
class CorrectionRequest:
    """The rep wants to type the customer's correction. `seen` are the statements of the screen they come from."""

    caller: Caller
    deal_id: int
    statement_id: int
    seen: ShownVersions = ()


def answer(session: Session, request: StatementAnswered, now: datetime) -> CallScreen:
    """Record the answer as evidence and return the next step.

    An answer to an outdated version is not recorded (M4.3): the screen shows the current wording instead. The same
    answer again changes nothing. A different answer after the alignment reopens the call, because the referral and the
    recap are based on what was agreed before. A competitor's promise cannot be agreed: its screen comes again, with
    what the rep says about it (M1.2).
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    current = statements_of(session, deal.id)
    statement = _find(current, request.statement_id)
    if not statement.on_list:
        return next_screen(session, deal, now, current)
    if statement.version != request.version:
        return read_back_screen(session, deal, current, statement, changed=True)
    if request.said is Said.AGREED and statement.id in promised_by_competitor(session, deal.id):
        return read_back_screen(session, deal, current, statement)
    if not opened.repeated and statement.said is not request.said:
        ensure_in_call(session, deal, opened.person.id, now)
        statements.confirm(
            session,
            statement_id=statement.id,
            version=statement.version,
            said=request.said,
            contact=contact_on_call(deal),
            by=opened.person.id,
            now=now,
        )
        if request.said is Said.AGREED:
            note_renegotiated(session, deal, statement.id, by=opened.person.id, now=now)
        session.flush()
        plan_messages(session, deal, now)
        current = [replace(s, said=request.said) if s is statement else s for s in current]
        if Said.WITHDRAWN in (request.said, statement.said):
            # The other priorities move up, or back down.
            ranked = in_ranks(current, ahead=statement.id)
            apply_change(session, deal, current, ranked, Change("reranked", opened.person.id, now))
            current = statements_of(session, deal.id)
    return next_screen(session, deal, now, current)


def ask_correction(session: Session, request: CorrectionRequest, now: datetime) -> CorrectionScreen:
    """The form for a statement's new wording. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    statement = _find(statements_of(session, deal.id), request.statement_id)
    return CorrectionScreen(facts(deal), statement, request.seen)


def correct(session: Session, request: StatementCorrected, now: datetime) -> CallScreen:
    """Confirm the old version as corrected, add the new one, and read it back (M4.3).

    A correction after the alignment reopens the call (M6.3). Raises `InvalidEntryError` for an empty, overlong or
    unchanged wording.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    current = statements_of(session, deal.id)
    statement = _find(current, request.statement_id)
    if not statement.on_list:
        return next_screen(session, deal, now, current)
    if opened.repeated:
        return read_back_screen(session, deal, current, statement)
    own = statements.versions_written(session, deal.id, opened.person.id, opened.earlier)
    if statement.version != own.get(statement.id, request.version):
        return read_back_screen(session, deal, current, statement, changed=True)
    wording = normalize_statement(request.wording)
    if not wording:
        raise InvalidEntryError("wording", "refusal.wording_missing")
    if len(wording) > MAX_STATEMENT_LENGTH:
        raise InvalidEntryError("wording", "refusal.statement_too_long", most=MAX_STATEMENT_LENGTH)
    if wording == statement.wording:
        raise InvalidEntryError("wording", "refusal.wording_unchanged")
    by = opened.person.id
    correct_statement(session, deal, statement, wording=wording, by=by, now=now)
    ensure_in_call(session, deal, by, now)
    audit_log.record(session, deal.id, by, "corrected", now)
    session.flush()
    current = statements_of(session, deal.id)
    if not statement.active:
        # Taken up again: the priorities that had moved up move back down.
        ranked = in_ranks(current, ahead=statement.id)
        apply_change(session, deal, current, ranked, Change("reranked", by, now))
        current = statements_of(session, deal.id)
    refresh_card(session, deal, now)
    return read_back_screen(session, deal, current, _find(current, statement.id))


def ensure_in_call(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """Start or reopen the call: the customer's answers are given on a call (M6.3).

    Raises `NotNowError` if there can be no call: the deal is dismissed or completed.
    """
    if deal.stage != Stage.IN_CALL:
        advance(session, deal, Stage.IN_CALL, actor_id, now)


def _find(current: list[Statement], statement_id: int) -> Statement:
    for statement in current:
        if statement.id == statement_id:
            return statement
    raise NoSuchDealError
