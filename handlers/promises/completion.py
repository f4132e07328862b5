"""From the recap to the end: no corrections came, all was kept, and the deal is complete (M5.2, M7.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import card, statements_of
from handlers.deal.planning import advance
from handlers.deal.tracked_promises import tracked_promises
from handlers.errors import NotNowError
from handlers.method.promise_outcomes import PromiseState, outcome_of
from handlers.method.stages import KEEPING, RECAPPED_OR_LATER, Stage
from handlers.promises.board import board_screen
from handlers.promises.settle import Word, record_outcome
from handlers.requests import DealRequest, OpenedRequest, open_request
from handlers.screens.deals import DealCard
from handlers.screens.promises import BoardNote, BoardScreen
from storage import audit_log
from storage.models import Deal


def no_corrections(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """The customer corrected nothing: the promises as they were recapped are being kept (M6.3)."""
    opened, deal = _open(session, request, now)
    if not opened.repeated and deal.stage == Stage.RECAPPED:
        audit_log.record(session, deal.id, opened.person.id, "no_corrections", now)
        advance(session, deal, Stage.DELIVERING, opened.person.id, now)
    return card(session, deal, now)


def keep_the_rest(session: Session, request: DealRequest, now: datetime) -> BoardScreen:
    """Everything that is still open was kept, by the rep's own word. The board shows what was said of each."""
    opened, deal = _open(session, request, now)
    if not opened.repeated and deal.stage in KEEPING:
        current = {each.id: each for each in statements_of(session, deal.id)}
        for each in tracked_promises(session, deal, now):
            if not each.settled:
                word = Word(PromiseState.KEPT, opened.person.id)
                record_outcome(session, deal, current[each.statement_id], word, now)
    return board_screen(session, deal, now)


def complete(session: Session, request: DealRequest, now: datetime) -> BoardScreen:
    """Complete the deal once every promise is settled; its summary follows. Else the board says what is open."""
    opened, deal = _open(session, request, now)
    if deal.stage in KEEPING and not opened.repeated:
        if not outcome_of(tracked_promises(session, deal, now)).settled:
            return board_screen(session, deal, now, note=BoardNote.NOT_YET)
        if deal.stage == Stage.RECAPPED:
            advance(session, deal, Stage.DELIVERING, opened.person.id, now)
        advance(session, deal, Stage.COMPLETED, opened.person.id, now)
        session.flush()
    return board_screen(session, deal, now)


def _open(session: Session, request: DealRequest, now: datetime) -> tuple[OpenedRequest, Deal]:
    """The request and its deal. Raises `NotNowError` before the recap."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if deal.stage not in RECAPPED_OR_LATER:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return opened, deal
