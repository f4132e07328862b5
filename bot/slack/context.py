"""The context that all listeners share, and how they redraw a modal after the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.background import BackgroundTasks
from bot.ports.context import Context
from bot.ports.messenger import DeliveryError, RefusedError
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.directory import SlackDirectory
from bot.slack.installation import Installation
from bot.slack.open_homes import OpenHomes
from bot.slack.payload import Payload
from bot.slack.token_check import TokenCheck
from bot.slack.web_api import call_slack
from bot.ui.components import Modal

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlackContext:
    """Shared by all listeners; created once by `bot.slack.platform`. `directory` is the one of `context`."""

    context: Context
    directory: SlackDirectory
    background: BackgroundTasks
    installation: Installation
    token: TokenCheck
    homes: OpenHomes = field(default_factory=OpenHomes)

    def redraw(
        self, client: AsyncWebClient, view: Payload, modal: Modal, current: Callable[[], Awaitable[Modal]]
    ) -> None:
        """Show `modal` in the open `view`, in the background: the effects of the action are already committed.

        If the view has changed in the meantime, it shows what `current` returns then.
        """
        self.background.run(_redraw(client, view, blocks.modal(modal), current))


async def _redraw(client: AsyncWebClient, view: Payload, modal: Block, current: Callable[[], Awaitable[Modal]]) -> None:
    try:
        try:
            await call_slack(client.views_update(view_id=view["id"], hash=view["hash"], view=modal))
        except RefusedError as refusal:
            if str(refusal) != "hash_conflict":
                raise
            await call_slack(client.views_update(view_id=view["id"], view=blocks.modal(await current())))
    except DeliveryError as error:  # it was closed, or Slack is down: "Continue" on the card reopens it
        log.warning("modal not redrawn", reason=str(error))
