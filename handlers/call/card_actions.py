"""Actions on a deal's card: start or continue the call, "yes, I closed it", "not a deal", and undoing that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import checklist_screen, next_screen, record_screen
from handlers.deal.deal_access import acts_as_rep, owned_deal, seen_deal
from handlers.deal.deleted_messages import forget_texts
from handlers.deal.facts import card
from handlers.deal.order_changes import Because, end_order
from handlers.deal.planning import accept_deal, advance, reopen_owner_question
from handlers.method.order_changes import OrderChangeKind
from handlers.method.stages import Stage
from handlers.requests import DealRequest, open_request
from handlers.screens.call import CallScreen, RecordScreen
from handlers.screens.deals import DealCard, MoreActions


def continue_call(session: Session, request: DealRequest, now: datetime) -> CallScreen:
    """The next step of the call. Opening a screen does not start the call: capturing something does.

    Starting the call on a suspected deal confirms it.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated:
        accept_deal(session, deal, opened.person.id, now)
    return next_screen(session, deal, now)


def show_checklist(session: Session, request: DealRequest, now: datetime) -> CallScreen:
    """The checklist, whatever the next step is."""
    opened = open_request(session, request.caller, now)
    return checklist_screen(session, owned_deal(session, opened, request.deal_id), now)


def show_card(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """The deal's current card. Changes nothing."""
    opened = open_request(session, request.caller, now)
    return card(session, owned_deal(session, opened, request.deal_id), now)


def show_more(session: Session, request: DealRequest, now: datetime) -> MoreActions:
    """What can be done with the deal, all of it. Changes nothing."""
    return MoreActions(show_card(session, request, now))


def show_record(session: Session, request: DealRequest, now: datetime) -> RecordScreen:
    """Everything on record about the deal."""
    opened = open_request(session, request.caller, now)
    deal = seen_deal(session, opened, request.deal_id)
    return replace(record_screen(session, deal, now), acts=acts_as_rep(session, opened.person, deal))


def confirm(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """It is a deal: the author confirms a suspected one, or undoes "not a deal"."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated:
        confirm_deal = accept_deal if deal.owner_known else reopen_owner_question
        confirm_deal(session, deal, opened.person.id, now)
    return card(session, deal, now)


def lose(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """The deal fell through after it was won. One that was only suspected is dismissed. Both can be undone.

    Raises `NotNowError` once the deal is completed.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if deal.stage == Stage.SIGHTED:
        return dismiss(session, replace(request, caller=replace(request.caller, event_key="")), now)
    if not opened.repeated:
        end_order(session, deal, OrderChangeKind.LOST, Because(opened.person.id, now))
    return card(session, deal, now)


def dismiss(session: Session, request: DealRequest, now: datetime) -> DealCard:
    """Dismiss the deal and erase the texts of its messages. Raises `NotNowError` once the deal is aligned."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated and deal.stage != Stage.DISMISSED:
        advance(session, deal, Stage.DISMISSED, opened.person.id, now)
        forget_texts(session, deal)
    return card(session, deal, now)
