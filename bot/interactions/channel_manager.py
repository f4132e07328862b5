"""Who may decide what the bot does in a channel: the person who manages it, or an admin."""

from __future__ import annotations

from bot.ports.context import Context
from handlers.errors import NotNowError
from handlers.requests import Caller
from handlers.team.channels import manager_of


async def require_manager(context: Context, caller: Caller, channel: str, *, unmanaged: bool = True) -> None:
    """Raises `NotNowError` if somebody else manages the channel, who still works there, and the caller is no admin.

    What holds beyond the channel is not decided in one that nobody manages: then `unmanaged` is false.
    """
    manager = await context.database.read(manager_of, caller.platform, caller.workspace, channel)
    if manager == caller.person or (manager is None and unmanaged) or await context.is_admin(caller):
        return
    if manager is None:
        raise NotNowError("refusal.admins_only")
    member = await context.directory.member(manager)
    if member is None or member.active:
        raise NotNowError("refusal.not_manager", manager=context.texts.markup.mention(manager))
