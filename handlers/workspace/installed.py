"""The app starts with a workspace's token: store the workspace's name and lift its block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage import workspaces


@dataclass(frozen=True, slots=True)
class WorkspaceInstalled:
    """The platform named the workspace that the app's token belongs to."""

    platform: str
    workspace: str
    name: str


def workspace_installed(session: Session, request: WorkspaceInstalled, now: datetime) -> None:
    """Store the workspace. A working token lifts its block."""
    tenant = workspaces.get_or_create_tenant(session, request.platform, request.workspace, now)
    tenant.name, tenant.blocked_reason = request.name, None
