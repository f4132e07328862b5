"""The team on a deal in one line."""

from __future__ import annotations

from bot.ui.texts import Texts
from handlers.screens.deals import TeamMember
from prompts.wording import Ready


def team_line(members: tuple[TeamMember, ...], texts: Texts) -> str:
    """Who is on the team, each with the role."""
    return texts.rich("dealteam.card_line", people=Ready(", ".join(member_line(each, texts) for each in members)))


def member_line(member: TeamMember, texts: Texts) -> str:
    """One of the team, with the role."""
    role = texts.plain(f"dealteam.role_{member.role}")
    return texts.rich("dealteam.line", person=texts.markup.mention(member.person), role=role)
