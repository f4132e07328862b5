"""An operator changes a workspace's playbook, version by version, or chooses the trade of its talk track."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from prompts.errors import FirstCallError
from prompts.playbook import playbook_with
from storage import playbooks, workspaces
from storage.models import Tenant
from storage.tenancy import scope


class Version(NamedTuple):
    """A version of the workspace's playbook: its number, when it was stored, what it changes (TOML)."""

    number: int
    at: datetime
    changes: str


class UnknownTradeError(FirstCallError):
    """The playbook has no such trade. `known` are those that it has."""

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__(f"the playbook has the trades {', '.join(known)}")
        self.known = known


class UnknownChannelError(FirstCallError):
    """The workspace has no channel with this id."""


def use(session: Session, tenant_id: int, changes: str, now: datetime) -> int:
    """Store what the workspace's playbook changes, as a new version. Returns its number; 0 if nothing was ever changed.

    `changes` is checked (`prompts.playbook.read_changes`). It applies from the next screen on.
    """
    scope(session, tenant_id)
    return playbooks.add_version(session, changes, now)


def versions(session: Session, tenant_id: int) -> list[Version]:
    """All versions, oldest first."""
    scope(session, tenant_id)
    return [Version(each.version, each.at, each.changes) for each in playbooks.versions(session)]


def set_trade(session: Session, tenant_id: int, trade: str, channel: str | None) -> None:
    """Choose the trade of the workspace, or of the team that posts in a channel; empty for none in particular.

    Raises `UnknownTradeError`, `UnknownChannelError`.
    """
    scope(session, tenant_id)
    team = session.get_one(Tenant, tenant_id)
    own = playbooks.latest(session)
    known = tuple(playbook_with("" if own is None else own.changes, locale=team.locale).trades)
    if trade and trade not in known:
        raise UnknownTradeError(known)
    if channel is None:
        team.trade = trade or None
        return
    found = workspaces.find_channel(session, channel)
    if found is None:
        raise UnknownChannelError
    found.trade = trade or None
