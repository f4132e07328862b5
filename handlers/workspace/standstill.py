"""Where nothing can be sent: workspaces that refuse the app, and wins channels that are closed. For the operator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storage import outbox_admin, workspaces
from storage.models import Tenant
from storage.tenancy import scope


@dataclass(frozen=True, slots=True)
class Standstill:
    """A workspace that nothing is sent to, or one of its wins channels that nothing is posted in (`channel`).

    `reason` is the platform's, or `archived`, `deleted` or `left` (the bot was removed). `waiting` counts the
    messages that are kept for the workspace.
    """

    platform: str
    workspace: str
    reason: str
    waiting: int = 0
    channel: str | None = None


def standstills(session: Session, tenant_id: int) -> list[Standstill]:
    """Those of one workspace. The session is unscoped; this scopes it to the workspace. Reads only."""
    scope(session, tenant_id)
    tenant = session.get_one(Tenant, tenant_id)
    found = [
        Standstill(tenant.platform, tenant.external_id, channel.blocked_reason or "", channel=channel.name or "?")
        for channel in workspaces.blocked_channels(session)
    ]
    if tenant.blocked_reason is None:
        return found
    waiting = outbox_admin.count_queued(session)
    return [Standstill(tenant.platform, tenant.external_id, tenant.blocked_reason, waiting), *found]
