"""The recap mail: the rep may reword it, sends it from their own mail, and says so (M6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.arrival import Caller, arrive
from handlers.call_screens import next_screen
from handlers.deal_facts import owned
from handlers.errors import InvalidEntryError
from handlers.method.stages import Stage
from handlers.planning import advance
from handlers.screens import CallScreen
from storage import statements
from storage.models import Recap


@dataclass(frozen=True, slots=True)
class RecapSent:
    """The rep says that the mail went out. `body` is what they sent, None when the screen could not hold it."""

    caller: Caller
    deal_id: int
    body: str | None


def sent(session: Session, request: RecapSent, now: datetime) -> CallScreen:
    """Keep the text that was sent, as a version of its own when the rep changed it, and when (M6.1)."""
    arrival = arrive(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    newest = statements.newest_recap(session, deal.id)
    if arrival.repeated or deal.stage != Stage.ALIGNED or newest is None:
        return next_screen(session, deal, now)
    body = newest.body if request.body is None else request.body.strip()
    if not body:
        raise InvalidEntryError("body", "refusal.recap_empty")
    if body != newest.body:
        newest = Recap(deal_id=deal.id, version=newest.version + 1, body=body, written_by=arrival.person.id, at=now)
        session.add(newest)
    newest.sent_at = now
    advance(session, deal, Stage.RECAPPED, arrival.person.id, now)
    session.flush()
    return next_screen(session, deal, now)
