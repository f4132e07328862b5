"""Where the team's win summaries are posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.planning import plan_summaries
from handlers.requests import Caller, open_request
from handlers.team.channels import set_purpose
from handlers.workspace.channel_purpose import Purpose
from storage import workspaces
from storage.models import Tenant
from storage.tenancy import scope


@dataclass(frozen=True, slots=True)
class SummaryChannel:
    """Somebody wants the week's wins in this channel."""

    caller: Caller
    channel: str


def post_here(session: Session, request: SummaryChannel, now: datetime) -> str:
    """Make the channel a wins channel and plan its next summary. Returns the IANA zone of its Monday morning."""
    arrival = open_request(session, request.caller, now)
    set_purpose(session, arrival, workspaces.get_or_create_channel(session, request.channel, now), Purpose.WINS, now)
    return arrival.tenant.zone


def stop_here(session: Session, request: SummaryChannel, now: datetime) -> None:
    """Post no more summaries in the channel; it is only listened to, unless it was excluded."""
    arrival = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if channel.purpose != Purpose.EXCLUDED:
        set_purpose(session, arrival, channel, Purpose.LISTEN, now)


def plan_next(session: Session, tenant_id: int, now: datetime) -> None:
    """See to it that the workspace's next summaries are in the outbox."""
    scope(session, tenant_id)
    plan_summaries(session, session.get_one(Tenant, tenant_id), now)
