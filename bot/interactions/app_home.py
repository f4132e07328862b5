"""The overview that a person opens on: their deals, and to admins what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.ports.context import Context
from bot.ui.components import Message
from bot.ui.ids import ActionId
from bot.views import deal_lists
from handlers.call.deal_search import DealSearch, my_deals
from handlers.reminders import undelivered
from handlers.reminders.undelivered import UndeliveredRequest
from handlers.requests import Caller
from handlers.screens.team import UndeliveredScreen

UNDELIVERED_ACTIONS: dict[str, Callable[[Session, UndeliveredRequest, datetime], UndeliveredScreen]] = {
    ActionId.UNDELIVERED_RETRY: undelivered.retry,
    ActionId.UNDELIVERED_CANCEL: undelivered.cancel,
    ActionId.UNDELIVERED_UNBLOCK: undelivered.unblock,
}
"""Taps below what could not be delivered."""


async def app_home(context: Context, viewer: Caller) -> Message:
    """What `who` is shown, as it is now. `who` has no event key: looking changes nothing."""
    mine = await context.apply(my_deals, DealSearch(viewer))
    trouble = None
    if await _is_admin(context, viewer):
        trouble = await context.apply(undelivered.show, UndeliveredRequest(viewer, admin=True))
    return deal_lists.app_home(mine, context.texts, trouble)


async def resolve_undelivered(context: Context, action_id: str, row_id: int, admin: Caller) -> None:
    """Do what an admin tapped. Raises `Refusal` for anybody else."""
    await context.apply(
        UNDELIVERED_ACTIONS[action_id], UndeliveredRequest(admin, await _is_admin(context, admin), row_id)
    )


async def _is_admin(context: Context, caller: Caller) -> bool:
    member = await context.directory.member(caller.person)
    return member is not None and member.admin
