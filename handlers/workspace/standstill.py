"""Where nothing can be sent: workspaces that refuse the app, and wins channels that are closed. For the operator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage import outbox_admin, workspaces
from storage.models import Channel, Tenant
from storage.tenancy import ALL_TENANTS, scope


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


def standstills(session: Session) -> list[Standstill]:
    """All of them, workspace by workspace. The session is unscoped. Reads only."""
    closed = select(Channel.tenant_id).where(Channel.purpose == "wins", Channel.blocked_reason.is_not(None))
    affected = select(Tenant).where(or_(Tenant.blocked_reason.is_not(None), Tenant.id.in_(closed))).order_by(Tenant.id)
    return [
        found
        for tenant in session.scalars(affected, execution_options={ALL_TENANTS: True}).all()
        for found in _of_tenant(session, tenant)
    ]


def _of_tenant(session: Session, tenant: Tenant) -> list[Standstill]:
    scope(session, tenant.id)
    found = [
        Standstill(tenant.platform, tenant.external_id, channel.blocked_reason or "", channel=channel.name or "?")
        for channel in workspaces.blocked_channels(session)
    ]
    if tenant.blocked_reason is None:
        return found
    waiting = outbox_admin.count_queued(session)
    return [Standstill(tenant.platform, tenant.external_id, tenant.blocked_reason, waiting), *found]
