"""Who may decide what the bot does in a channel: the person who manages it, or an admin."""

from __future__ import annotations

from bot.ports.context import Context
from handlers.errors import NotNowError
from handlers.requests import Caller
from handlers.team.channels import manager_of


async def require_manager(context: Context, caller: Caller, channel: str) -> None:
    """Raises `NotNowError` if somebody else manages the channel, who still works there, and the caller is no admin."""
    manager = await context.database.read(manager_of, caller.platform, caller.workspace, channel)
    if manager in (None, caller.person) or await context.is_admin(caller):
        return
    member = await context.directory.member(manager)
    if member is None or member.active:
        raise NotNowError("refusal.not_manager", manager=context.texts.markup.mention(manager))
