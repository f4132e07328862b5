"""Where a person's account can be looked up on Teams: their chat with the bot, and the rosters of teams and chats."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from storage import conversation_references, workspaces

MOST_ROSTERS = 20
"""Looked at for one account. A shared channel has members who are not in its team."""


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
    """The accounts with these Entra object ids or Teams ids, and the rosters to look them up in. Reads only.

    Those of different teams, and of group chats, come first.
    """
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
    if not accounts:
        return (), ()
    rows = conversation_references.shared(session)
    first_of_team = {row.team: row for row in reversed(rows) if row.team is not None}.values()
    ordered = sorted(rows, key=lambda row: row.team is not None and row not in first_of_team)
    rosters = (Roster(row.service_url, row.conversation or row.external_id) for row in ordered)
    return accounts, tuple(islice(rosters, MOST_ROSTERS))
