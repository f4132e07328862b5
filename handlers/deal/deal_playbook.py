"""The playbook of a deal: its team's, for the team's trade and the kind of order."""

from __future__ import annotations

from sqlalchemy.orm import Session

from prompts.playbook import Playbook, playbook_with
from storage import playbooks, workspaces
from storage.models import Deal, Tenant


def playbook_of(session: Session, deal: Deal) -> Playbook:
    """The playbook that holds for this deal. Raises `PlaybookError` if a stored one no longer fits the tables."""
    team = session.get_one(Tenant, deal.tenant_id)
    own = playbooks.latest(session)
    return playbook_with("" if own is None else own.changes, trade_of(session, deal, team), deal.kind, team.locale)


def trade_of(session: Session, deal: Deal, team: Tenant) -> str | None:
    """The trade of the team in whose channel the deal was first reported, else the workspace's."""
    channel = workspaces.find_channel(session, deal.sightings[0].channel) if deal.sightings else None
    return (channel.trade if channel is not None else None) or team.trade
