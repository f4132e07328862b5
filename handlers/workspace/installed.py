"""The product starts in a workspace: its name is remembered, and it counts as reachable again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage import workspaces


@dataclass(frozen=True, slots=True)
class WorkspaceInstalled:
    """The platform told us whose token ours is."""

    platform: str
    workspace: str
    name: str


def workspace_installed(session: Session, request: WorkspaceInstalled, now: datetime) -> None:
    """Remember the workspace. A token that works ends what blocked it before."""
    tenant = workspaces.get_or_create_tenant(session, request.platform, request.workspace, now)
    tenant.name, tenant.blocked_reason = request.name, None
