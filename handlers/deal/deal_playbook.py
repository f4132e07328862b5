"""The playbook of a deal: its team's, for the team's trade and the kind of order."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from prompts.playbook import Playbook, playbook_with
from storage import playbooks, workspaces
from storage.models import Deal, Tenant


def playbook_of(session: Session, deal: Deal) -> Playbook:
    """The playbook that holds for this deal. Raises `PlaybookError` if a stored one no longer fits the tables."""
    return playbooks_of(session, [deal])[deal.id]


def playbooks_of(session: Session, deals: Sequence[Deal]) -> dict[int, Playbook]:
    """The playbook of each of these deals, by deal id. Raises as `playbook_of`."""
    own = playbooks.latest(session)
    changes = "" if own is None else own.changes
    heard_in = {deal.id: deal.sightings[0].channel for deal in deals if deal.sightings}
    channels = workspaces.channels_with_ids(session, set(heard_in.values())) if heard_in else {}
    found: dict[int, Playbook] = {}
    for deal in deals:
        team = session.get_one(Tenant, deal.tenant_id)
        channel = channels.get(heard_in.get(deal.id, ""))
        trade = (channel.trade if channel is not None else None) or team.trade
        found[deal.id] = playbook_with(changes, trade, deal.kind, team.locale)
    return found
