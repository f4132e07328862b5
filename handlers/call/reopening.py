"""The customer corrected the recap: the statements concerned are read back again (M6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen
from handlers.call.statement_changes import correct_statement
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts, statements_of
from handlers.deal.planning import advance
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.stages import CORRECTABLE, Stage
from handlers.method.statements import Said, in_reading_order
from handlers.requests import Caller, DealRequest, open_request
from handlers.screens.call import CallScreen, ReopenScreen
from storage import audit_log
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class StatementsReopened:
    """The rep ticked the corrected statements: (id, version that they saw)."""

    caller: Caller
    deal_id: int
    ticked: frozenset[tuple[int, int]]


def ask_what_changed(session: Session, request: DealRequest, now: datetime) -> ReopenScreen:
    """The agreed statements to choose from. Changes nothing. Raises `NotNowError` if the call is not done."""
    opened = open_request(session, request.caller, now)
    return _choice(session, _require_correctable(owned_deal(session, opened, request.deal_id)))


def reopen(session: Session, request: StatementsReopened, now: datetime) -> CallScreen | ReopenScreen:
    """Reopen the call to read back the ticked statements.

    The agreed version is confirmed as corrected and followed by a new one with the same wording, which nobody has
    agreed to yet (M4.3); the rep corrects the wording, or learns that it was right, when they read it back. A new recap
    is drafted at the end of the call. Outdated versions are ignored; if only those are ticked, the current choice is
    shown. Raises `InvalidEntryError` if nothing is ticked, `NotNowError` if there is no call to reopen.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    in_call = deal.stage == Stage.IN_CALL
    if opened.repeated or (in_call and not opened.earlier):
        return next_screen(session, deal, now)
    if not in_call:
        _require_correctable(deal)
    if not request.ticked:
        raise InvalidEntryError("statements", "refusal.nothing_ticked")
    current = {(s.id, s.version): s for s in statements_of(session, deal.id) if s.said is Said.AGREED}
    touched = [current[seen] for seen in sorted(request.ticked) if seen in current]
    if not touched:
        return next_screen(session, deal, now) if in_call else _choice(session, deal)
    by = opened.person.id
    for statement in touched:
        correct_statement(session, deal, statement, by=by, now=now)
    audit_log.record(session, deal.id, by, "reopened", now, statements=len(touched))
    if not in_call:  # ticking more before submitting again reopens those, too
        advance(session, deal, Stage.IN_CALL, by, now)
    session.flush()
    return next_screen(session, deal, now)


def _choice(session: Session, deal: Deal) -> ReopenScreen:
    agreed = [s for s in in_reading_order(statements_of(session, deal.id)) if s.said is Said.AGREED]
    return ReopenScreen(facts(deal), tuple(agreed))


def _require_correctable(deal: Deal) -> Deal:
    if deal.stage not in CORRECTABLE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return deal
