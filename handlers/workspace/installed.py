"""A workspace's token works, or is refused: sending to the workspace goes on or stops, and what is planned stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage import workspaces


@dataclass(frozen=True, slots=True)
class WorkspaceBlocked:
    """The platform refuses the app's token. `reason` is the platform's, such as `token_revoked`."""

    platform: str
    workspace: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkspaceRenamed:
    """The workspace has a new name."""

    platform: str
    workspace: str
    name: str


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


def workspace_blocked(session: Session, request: WorkspaceBlocked, now: datetime) -> None:
    """Send nothing to the workspace until its token works."""
    workspaces.get_or_create_tenant(session, request.platform, request.workspace, now).blocked_reason = request.reason


def workspace_renamed(session: Session, request: WorkspaceRenamed, now: datetime) -> None:
    """Store the name."""
    tenant = workspaces.get_or_create_tenant(session, request.platform, request.workspace, now)
    tenant.name = request.name or tenant.name


def blocked_reason(session: Session, platform: str, workspace: str) -> str | None:
    """Why nothing is sent to the workspace; None if that is not so. Reads only."""
    tenant = workspaces.find_tenant(session, platform, workspace)
    return None if tenant is None else tenant.blocked_reason
