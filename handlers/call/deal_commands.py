"""Commands that lead to a deal's screen: its recap, its brief, a correction, what can be undone, and "lost".

Each takes a part of a customer's name. Without one, the deals count for which the command makes most sense now: the
only one is meant, of several the rep chooses.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call import brief, reopening, statement_list
from handlers.call.call_screens import next_screen
from handlers.call.deal_search import DealSearch, find_by_customer
from handlers.call.statement_list import PageRequest
from handlers.deal.facts import card, facts
from handlers.errors import NotNowError
from handlers.method.stages import ALIGNED_OR_LATER, CALL_UNDER_WAY, CORRECTABLE, PREPARABLE, Stage, may_become
from handlers.requests import DealRequest, OpenedRequest, open_request
from handlers.screens.brief import BriefStep
from handlers.screens.call import CallScreen, ChecklistScreen, ListScreen, ReopenScreen
from handlers.screens.deals import DealCard, DealChoice, LostQuestion
from storage.models import Deal

MAY_BE_LOST = frozenset(stage for stage in Stage if may_become(stage, Stage.LOST)) | {Stage.SIGHTED}
"""The stages in which a deal can fall through; a suspected one is dismissed."""


def show_recap(session: Session, request: DealSearch, now: datetime) -> CallScreen | DealChoice:
    """The recap that is due, else the record of a call that was recapped, else the call that comes before a recap."""
    opened = open_request(session, request.caller, now)
    found = _find(session, opened, request, "recap", {Stage.ALIGNED}, ALIGNED_OR_LATER, CALL_UNDER_WAY)
    return found if isinstance(found, DealChoice) else next_screen(session, found, now)


def show_brief(session: Session, request: DealSearch, now: datetime) -> BriefStep | DealChoice:
    """The brief, or its first step. Raises `NotNowError` if there is no call to prepare."""
    opened = open_request(session, request.caller, now)
    found = _find(session, opened, request, "brief", CALL_UNDER_WAY, PREPARABLE)
    return found if isinstance(found, DealChoice) else brief.show(session, _request(request, found), now)


def log_correction(session: Session, request: DealSearch, now: datetime) -> ReopenScreen | CallScreen | DealChoice:
    """What the customer corrected after the call; during the call it is its next step."""
    opened = open_request(session, request.caller, now)
    found = _find(session, opened, request, "log", CORRECTABLE, CALL_UNDER_WAY)
    if isinstance(found, DealChoice):
        return found
    if found.stage in CORRECTABLE:
        return reopening.ask_what_changed(session, _request(request, found), now)
    return next_screen(session, found, now)


def show_undo(
    session: Session, request: DealSearch, now: datetime
) -> ListScreen | ChecklistScreen | DealCard | DealChoice:
    """Where the last change can be undone: the list of statements, or the card of a deal that was given up."""
    opened = open_request(session, request.caller, now)
    given_up = {Stage.DISMISSED, Stage.CANCELLED, Stage.LOST}
    found = _find(session, opened, request, "undo", {Stage.IN_CALL}, given_up, CALL_UNDER_WAY)
    if isinstance(found, DealChoice):
        return replace(found, then="restore") if found.deals[0].stage in given_up else found
    if found.stage in given_up:
        return card(session, found, now)
    return statement_list.show(session, PageRequest(_request(request, found).caller, found.id), now)


def ask_lost(session: Session, request: DealSearch, now: datetime) -> LostQuestion | DealChoice:
    """Ask whether the deal fell through. Changes nothing. Raises `NotNowError` if it is over."""
    opened = open_request(session, request.caller, now)
    found = _find(session, opened, request, "lost", MAY_BE_LOST)
    return found if isinstance(found, DealChoice) else LostQuestion(facts(found))


def _find(
    session: Session, opened: OpenedRequest, request: DealSearch, then: str, *preferred: frozenset[Stage] | set[Stage]
) -> Deal | DealChoice:
    """The deal in the first of these sets of stages that has one. Raises `NotNowError` if none has."""
    for stages in preferred:
        try:
            found = find_by_customer(session, opened, request.typed, frozenset(stages))
        except NotNowError:
            continue
        return found if isinstance(found, Deal) else DealChoice(request.typed, then, found)
    other = find_by_customer(session, opened, request.typed, frozenset(Stage))
    customer = other.customer if isinstance(other, Deal) else other[0].customer
    if not request.typed:
        raise NotNowError("refusal.no_deals")
    raise NotNowError("refusal.not_at_this_stage", customer=customer)


def _request(request: DealSearch, deal: Deal) -> DealRequest:
    return DealRequest(replace(request.caller, event_key=""), deal.id)
