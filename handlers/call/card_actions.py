"""The taps on a deal's card: start or continue the call, "yes, I closed it", "not a deal", and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import checklist_screen, next_screen, record_screen
from handlers.deal.deleted_messages import forget_texts
from handlers.deal.facts import card, owned
from handlers.deal.planning import advance, ask_again, take_on
from handlers.method.stages import Stage
from handlers.requests import Caller, arrive
from handlers.screens.call import CallScreen, RecordScreen
from handlers.screens.deals import DealCard


@dataclass(frozen=True, slots=True)
class DealTapped:
    """The owner taps something on a deal."""

    caller: Caller
    deal_id: int


def go_on(session: Session, request: DealTapped, now: datetime) -> CallScreen:
    """The step of the call that is next. Opening a screen changes nothing: the call counts once something is captured.

    Starting the call on a deal that was only suspected confirms it.
    """
    arrival = arrive(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    if not arrival.repeated:
        take_on(session, deal, arrival.person.id, now)
    return next_screen(session, deal, now)


def edit_list(session: Session, request: DealTapped, now: datetime) -> CallScreen:
    """Back to the checklist, whatever step is next."""
    arrival = arrive(session, request.caller, now)
    return checklist_screen(session, owned(session, arrival, request.deal_id))


def look(session: Session, request: DealTapped, now: datetime) -> DealCard:
    """The deal's card as it is now. Changes nothing."""
    arrival = arrive(session, request.caller, now)
    return card(session, owned(session, arrival, request.deal_id), now)


def show_record(session: Session, request: DealTapped, now: datetime) -> RecordScreen:
    """Everything on record of the deal."""
    arrival = arrive(session, request.caller, now)
    return record_screen(session, owned(session, arrival, request.deal_id), now)


def stand_by(session: Session, request: DealTapped, now: datetime) -> DealCard:
    """It is a deal: the author confirms what was only suspected, or takes "not a deal" back."""
    arrival = arrive(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    if not arrival.repeated:
        stands = take_on if deal.owner_known else ask_again
        stands(session, deal, arrival.person.id, now)
    return card(session, deal, now)


def dismiss(session: Session, request: DealTapped, now: datetime) -> DealCard:
    """Not a deal; the text of no message about it is kept.

    Raises `NotNowError` once the customer's words are on record and the alignment is done.
    """
    arrival = arrive(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    if not arrival.repeated and deal.stage != Stage.DISMISSED:
        advance(session, deal, Stage.DISMISSED, arrival.person.id, now)
        forget_texts(deal)
    return card(session, deal, now)
