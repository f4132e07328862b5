"""The overview that a person opens on: their deals, and to admins what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.ports.context import Desk
from bot.ui.components import Message
from bot.ui.ids import Tap
from bot.views import deal_lists
from handlers.call.deal_search import DealsAsked, my_deals
from handlers.reminders import undelivered
from handlers.reminders.undelivered import UndeliveredAsked
from handlers.requests import Caller
from handlers.screens.team import UndeliveredScreen

PUTS_RIGHT: dict[str, Callable[[Session, UndeliveredAsked, datetime], UndeliveredScreen]] = {
    Tap.UNDELIVERED_RETRY: undelivered.retry,
    Tap.UNDELIVERED_CANCEL: undelivered.cancel,
    Tap.UNDELIVERED_UNBLOCK: undelivered.unblock,
}
"""Taps below what could not be delivered."""


async def home(desk: Desk, who: Caller) -> Message:
    """What `who` is shown, as it is now. `who` has no event key: looking changes nothing."""
    mine = await desk.apply(my_deals, DealsAsked(who))
    trouble = None
    if await _is_admin(desk, who):
        trouble = await desk.apply(undelivered.show, UndeliveredAsked(who, admin=True))
    return deal_lists.home(mine, desk.words, trouble)


async def put_right(desk: Desk, tap: str, row_id: int, who: Caller) -> None:
    """Do what an admin tapped. Raises `Refusal` for anybody else."""
    await desk.apply(PUTS_RIGHT[tap], UndeliveredAsked(who, await _is_admin(desk, who), row_id))


async def _is_admin(desk: Desk, who: Caller) -> bool:
    member = await desk.directory.member(who.person)
    return member is not None and member.admin
