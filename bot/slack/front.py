"""What every listener has at hand: the database with the clock, the directory, the words, and how to answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.follow_ups import FollowUps
from bot.messenger import DeliveryError, RefusedError
from bot.slack.blocks import Block
from bot.slack.directory import Directory
from bot.slack.payload import Payload
from bot.slack.web import asked
from bot.slack.words import SlackWords
from storage.database import Database

R = TypeVar("R")
T = TypeVar("T")

log = structlog.stdlib.get_logger(__name__)


class Wake(Protocol):
    """Tells the outbox that something may be due."""

    def __call__(self) -> None:
        """Look at once."""


@dataclass(frozen=True, slots=True)
class Front:
    """The pieces that listeners share; made once by the composition root."""

    database: Database
    clock: Clock
    directory: Directory
    words: SlackWords
    follow_ups: FollowUps
    wake: Wake
    command: str
    bot_user: str

    async def apply(self, handler: Callable[[Any, R, datetime], T], request: R) -> T:
        """Run a handler in a transaction and give its outcome once that is committed; then look into the outbox."""
        outcome = await self.database.write(handler, request, self.clock.now())
        self.wake()
        return outcome

    def redraw(
        self, client: AsyncWebClient, view: Payload, drawn: Block, newest: Callable[[], Awaitable[Block]]
    ) -> None:
        """Show `drawn` in the open modal `view`, behind the answer: what was tapped is committed already.

        When something else has redrawn the modal meanwhile, it shows what `newest` then gives.
        """
        self.follow_ups.later(_redraw(client, view, drawn, newest))


async def _redraw(client: AsyncWebClient, view: Payload, drawn: Block, newest: Callable[[], Awaitable[Block]]) -> None:
    try:
        try:
            await asked(client.views_update(view_id=view["id"], hash=view["hash"], view=drawn))
        except RefusedError as refusal:
            if str(refusal) != "hash_conflict":
                raise
            await asked(client.views_update(view_id=view["id"], view=await newest()))
    except DeliveryError as error:  # closed meanwhile, or Slack is away: the card's "Continue" leads back here
        log.warning("modal not redrawn", reason=str(error))
