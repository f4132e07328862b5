"""Where a person's account can be looked up on Teams: their chat with the bot, and the rosters of teams and chats."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storage import conversation_references, workspaces

MOST_ROSTERS = 20


@dataclass(frozen=True, slots=True)
class Roster:
    """A conversation, and the service address that knows it."""

    service_url: str
    conversation: str


@dataclass(frozen=True, slots=True)
class Account:
    """A known person: the Entra object id, the Teams id, and their chat with the bot, None if there is none."""

    person: str
    user: str
    chat: Roster | None


def known_accounts(
    session: Session, platform: str, workspace: str, ids: Collection[str]
) -> tuple[tuple[Account, ...], tuple[Roster, ...]]:
    """The accounts with these Entra object ids or Teams ids, and one roster of each team and group chat. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return (), ()
    accounts = tuple(
        Account(
            row.external_id,
            row.user or row.external_id,
            None if row.conversation is None else Roster(row.service_url, row.conversation),
        )
        for row in conversation_references.people(session, ids)
    )
    rosters: dict[str, Roster] = {}
    for row in conversation_references.shared(session) if accounts else ():
        place = row.conversation or row.external_id
        rosters.setdefault(row.team or place, Roster(row.service_url, place))
    return accounts, tuple(rosters.values())[:MOST_ROSTERS]
