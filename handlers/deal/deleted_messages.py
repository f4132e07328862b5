"""A deal's first message was deleted or taken back: its rep is asked privately, nothing is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.planning import refresh_card
from handlers.method.stages import CALL_NOT_MADE, Doubt
from handlers.requests import Caller, open_request
from storage import audit_log, deals
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """Someone deleted a message. `caller` wrote it."""

    caller: Caller
    channel: str
    message_ts: str


def message_deleted(session: Session, request: MessageDeleted, now: datetime) -> None:
    """Ask the rep about the deal if this was its first message. Deleting a later mention raises no question."""
    opened = open_request(session, request.caller, now)
    sighting = deals.sighting_of(session, request.channel, request.message_ts)
    if opened.repeated or sighting is None:
        return
    sighting.link = None
    deal = deals.lock(session, sighting.deal_id)
    if deal is not None and deal.sightings[0] is sighting:
        raise_doubt(session, deal, Doubt.DELETED, now)


def raise_doubt(session: Session, deal: Deal, doubt: Doubt, now: datetime) -> None:
    """Make the card ask "is it still a deal?". After the call the rep knows, so nothing is asked."""
    if deal.stage not in CALL_NOT_MADE or deal.doubt == doubt:
        return
    deal.doubt = doubt
    audit_log.record(session, deal.id, None, "doubted", now, doubt=doubt)
    refresh_card(session, deal, now)


def forget_texts(deal: Deal) -> None:
    """Erase the texts of the deal's messages: it was no deal, so none may be kept (DESIGN, data rule 10)."""
    for sighting in deal.sightings:
        sighting.text = ""
