"""The message that a deal was made from is gone or taken back: its rep is asked, privately, and nothing is decided."""

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
    """Somebody deleted a message. `caller` is who had written it."""

    caller: Caller
    channel: str
    message_ts: str


def message_deleted(session: Session, request: MessageDeleted, now: datetime) -> None:
    """Ask the rep about the deal that was made from the message. What only told of it again may go unasked."""
    arrival = open_request(session, request.caller, now)
    sighting = deals.sighting_of(session, request.channel, request.message_ts)
    if arrival.repeated or sighting is None:
        return
    sighting.link = None
    deal = deals.lock(session, sighting.deal_id)
    if deal is not None and deal.sightings[0] is sighting:
        raise_doubt(session, deal, Doubt.DELETED, now)


def raise_doubt(session: Session, deal: Deal, doubt: Doubt, now: datetime) -> None:
    """Have the card ask "is it still a deal?", while the call was not made; after it the rep knows better."""
    if deal.stage not in CALL_NOT_MADE or deal.doubt == doubt:
        return
    deal.doubt = doubt
    audit_log.record(session, deal.id, None, "doubted", now, doubt=doubt)
    refresh_card(session, deal, now)


def forget_texts(deal: Deal) -> None:
    """It was no deal, so none of the messages that told of it may be kept (DESIGN, data rule 10)."""
    for sighting in deal.sightings:
        sighting.text = ""
