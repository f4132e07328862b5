"""A deal's first message was deleted or taken back: its rep is asked privately, nothing is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.planning import refresh_card
from handlers.method.stages import CALL_NOT_MADE, Doubt
from handlers.requests import Caller, open_request
from storage import audit_log, briefs, deals, message_versions, workspaces
from storage.message_versions import Version
from storage.models import Deal
from storage.tenancy import scope


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """Someone deleted a message. `caller` wrote it. `version` says when; None if the platform does not say."""

    caller: Caller
    channel: str
    message_ts: str
    version: Version | None = None


def message_deleted(session: Session, request: MessageDeleted, now: datetime) -> None:
    """Ask the rep about each deal of which this was the first message. Deleting a later mention raises no question.

    A message that is no deal yet will be none when it arrives late. Of its author nothing is stored.
    """
    tenant = workspaces.get_or_create_tenant(session, request.caller.platform, request.caller.workspace, now)
    scope(session, tenant.id)
    workspaces.lock(session, tenant)
    channel, ts, version = request.channel, request.message_ts, request.version
    sightings = deals.sightings_of(session, channel, ts)
    if sightings and open_request(session, request.caller, now).repeated:
        return
    outdated = version is not None and message_versions.is_outdated(session, channel, ts, version, now)
    if outdated:
        return
    for sighting in sightings:
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


def forget_texts(session: Session, deal: Deal) -> None:
    """Erase what came from the deal's messages: it was no deal, so none may be kept (DESIGN, data rule 10).

    Its contacts are erased, too, unless the rep has prepared the call with them.
    """
    for sighting in deal.sightings:
        sighting.text = ""
    if briefs.latest(session, deal.id) is None:
        for contact in list(deal.contacts):
            deal.contacts.remove(contact)
            session.delete(contact)
