"""The note about a deal for the company's CRM: what was agreed, when, and what comes next, as plain text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import contact_reached
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts, statements_of
from handlers.deal.planning import zone_of
from handlers.method.close_to_call import close_to_call
from handlers.method.statements import Said, in_reading_order
from handlers.requests import DealRequest, open_request
from handlers.screens.crm_note import CrmNote
from storage import audit_log, statements


def show(session: Session, request: DealRequest, now: datetime) -> CrmNote:
    """The note, for who acts as the deal's rep. Only what the customer agreed to is in it; nothing private is.

    Raises `NoSuchDealError` and `NotYoursError`.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    local = zone_of(session, deal)
    called = close_to_call((entry.action, entry.at) for entry in audit_log.timeline(session, deal.id)).call_at
    sent = statements.recaps_sent(session, deal.id)
    current = in_reading_order(statements_of(session, deal.id))
    return CrmNote(
        deal=facts(deal),
        contact=contact_reached(deal),
        closed_on=deal.closed_at.astimezone(local).date(),
        called_on=None if called is None else called.astimezone(local).date(),
        recap_sent_on=max(sent).astimezone(local).date() if sent else None,
        agreed=tuple(each for each in current if each.on_list and each.said is Said.AGREED),
        next_step=deal.next_step or "",
        next_step_on=deal.next_step_on,
    )
