"""What every listener has at hand: the desk, Slack's directory, and how to show a screen behind the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.background import BackgroundTasks
from bot.ports.context import Context
from bot.ports.messenger import DeliveryError, RefusedError
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.directory import SlackDirectory
from bot.slack.payload import Payload
from bot.slack.web_api import call_slack
from bot.ui.components import Modal

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlackContext:
    """The pieces that listeners share, made by the composition root. `directory` is the desk's, with all it can."""

    context: Context
    directory: SlackDirectory
    background: BackgroundTasks

    def redraw(
        self, client: AsyncWebClient, view: Payload, drawn: Modal, newest: Callable[[], Awaitable[Modal]]
    ) -> None:
        """Show `drawn` in the open modal `view`, behind the answer: what was tapped is committed already.

        When something else has redrawn the modal meanwhile, it shows what `newest` then gives.
        """
        self.background.run(_redraw(client, view, blocks.modal(drawn), newest))


async def _redraw(client: AsyncWebClient, view: Payload, drawn: Block, newest: Callable[[], Awaitable[Modal]]) -> None:
    try:
        try:
            await call_slack(client.views_update(view_id=view["id"], hash=view["hash"], view=drawn))
        except RefusedError as refusal:
            if str(refusal) != "hash_conflict":
                raise
            await call_slack(client.views_update(view_id=view["id"], view=blocks.modal(await newest())))
    except DeliveryError as error:  # closed meanwhile, or Slack is away: the card's "Continue" leads back here
        log.warning("modal not redrawn", reason=str(error))
