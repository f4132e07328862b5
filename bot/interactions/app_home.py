"""App Home: a person's open deals and, for admins, undelivered messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.interactions.profiles import caller_with_standing
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
"""The actions on undelivered messages."""


async def app_home(context: Context, viewer: Caller) -> Message:
    """The current App Home of `viewer`, who needs no event key. Raises `NotNowError` for another company's person."""
    viewer = await caller_with_standing(context, viewer)
    deals = await context.apply(my_deals, DealSearch(viewer))
    undelivered_messages = None
    if await context.is_admin(viewer):
        undelivered_messages = await context.apply(undelivered.show, UndeliveredRequest(viewer, admin=True))
    return deal_lists.app_home(deals, context.texts, undelivered_messages)


async def resolve_undelivered(context: Context, action_id: str, row_id: int, actor: Caller) -> None:
    """Retry, cancel or unblock, as an admin asked. Raises `Refusal` for anybody else."""
    request = UndeliveredRequest(actor, await context.is_admin(actor), row_id)
    await context.apply(UNDELIVERED_ACTIONS[action_id], request)
