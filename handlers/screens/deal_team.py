"""Screens of the team on a deal: who is on it, what a new member is told, and who keeps a promise."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.method.statements import Statement
from handlers.method.team_roles import TeamRole
from handlers.screens.deals import DealFacts, TeamMember


@dataclass(frozen=True, slots=True)
class DealTeamScreen:
    """Who is on the deal's team beside its rep. `split` is the note on how they share the win, or empty.

    `helpers` are the people whom the messages name, by the platform's ids or by name, and who are not on the team.
    """

    deal: DealFacts
    members: tuple[TeamMember, ...]
    split: str
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamWelcome:
    """Tells somebody that they are on a deal's team. `by` added them; `has_promises`: there is a board to see."""

    deal: DealFacts
    role: TeamRole
    by: str
    has_promises: bool


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Tells the rep that somebody is off the team: their account is deactivated. `promises`: what they kept by name."""

    deal: DealFacts
    person: str
    role: TeamRole
    promises: int


@dataclass(frozen=True, slots=True)
class KeeperForm:
    """Asks who keeps a promise. `keeper` is the platform's id of who does by name, empty if nobody is named."""

    deal: DealFacts
    statement: Statement
    keeper: str
    members: tuple[TeamMember, ...]
    page: int


TeamForm = DealTeamScreen | KeeperForm
"""What opens as a modal."""
TeamMessage = TeamWelcome | MemberLeft
"""What the outbox sends."""
