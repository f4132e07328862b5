"""Deals that were stored under the workspace of another company, because a shared channel's event named it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage import tenant_move, workspaces
from storage.tenant_move import Misplaced, Moved


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """Move the deals of these reps (ids of the platform) from one workspace of the platform to another."""

    platform: str
    source: str
    target: str
    owners: Collection[str]


def misplaced(session: Session, platform: str) -> list[Misplaced]:
    """The deals under workspaces that FirstCall was never installed in. Reads only."""
    return tenant_move.misplaced(session, platform)


def move(session: Session, request: MoveRequest, now: datetime) -> Moved:
    """Move the deals; see `storage.tenant_move.move_deals`. Nothing moves if the source is not known."""
    source = workspaces.find_tenant(session, request.platform, request.source)
    if source is None:
        return Moved((), (), 0)
    target = workspaces.get_or_create_tenant(session, request.platform, request.target, now)
    return tenant_move.move_deals(session, source, target, request.owners, now)
