"""App Home: what is next for a person, their deals and, for admins, undelivered messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.interactions.interaction import Interaction
from bot.interactions.profiles import caller_with_standing
from bot.ports.context import Context
from bot.ui.components import Message
from bot.ui.ids import ActionId
from bot.ui.numbers import read_number
from bot.views import home as home_view
from handlers.home import overview
from handlers.home.overview import HomeRequest
from handlers.reminders import undelivered
from handlers.reminders.undelivered import UndeliveredRequest
from handlers.requests import Caller
from handlers.screens.home import HomeFilter
from handlers.screens.team import UndeliveredScreen

UNDELIVERED_ACTIONS: dict[str, Callable[[Session, UndeliveredRequest, datetime], UndeliveredScreen]] = {
    ActionId.UNDELIVERED_RETRY: undelivered.retry,
    ActionId.UNDELIVERED_CANCEL: undelivered.cancel,
    ActionId.UNDELIVERED_UNBLOCK: undelivered.unblock,
}
"""The actions on undelivered messages."""


HOME_ACTIONS = {action_id: shown for shown, action_id in home_view.FILTER_ACTIONS.items()}
"""The buttons that list other deals on the Home tab, each with what it lists."""


async def app_home(context: Context, viewer: Caller, shown: HomeFilter = HomeFilter.ALL, page: int = 1) -> Message:
    """The current App Home of `viewer`, who needs no event key. Raises `NotNowError` for another company's person."""
    viewer = await caller_with_standing(context, viewer)
    home = await context.apply(overview.show, HomeRequest(viewer, shown, page))
    undelivered_messages = None
    if await context.is_admin(viewer):
        undelivered_messages = await context.apply(undelivered.show, UndeliveredRequest(viewer, admin=True))
    return home_view.render(home, context.texts, undelivered_messages)


async def home_page(context: Context, interaction: Interaction) -> Message:
    """Home with the deals that the button lists. It carries the number of the page."""
    shown = HOME_ACTIONS[ActionId(interaction.action_id)]
    return await app_home(context, interaction.viewer, shown, read_number(interaction.value) or 1)


async def resolve_undelivered(context: Context, action_id: str, row_id: int, actor: Caller) -> None:
    """Retry, cancel or unblock, as an admin asked. Raises `Refusal` for anybody else."""
    request = UndeliveredRequest(actor, await context.is_admin(actor), row_id)
    await context.apply(UNDELIVERED_ACTIONS[action_id], request)
