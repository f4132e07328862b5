"""A promise that the customer agrees to in another wording than the one that was recapped (M4.3, M10.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from storage import audit_log, promises
from storage.models import Deal


def note_renegotiated(session: Session, deal: Deal, statement_id: int, *, by: int, now: datetime) -> None:
    """Record that the old wording was renegotiated, if the customer has just agreed to a new one after the recap."""
    contact = contact_on_call(deal)
    replaced = promises.renegotiate(session, statement_id=statement_id, contact=contact, by=by, now=now)
    if replaced is not None:
        audit_log.record(session, deal.id, by, "renegotiated", now, statement=statement_id, version=replaced)
