"""Stores conversation references; writes only if new, changed, or older than ten minutes."""

from __future__ import annotations

import time
from collections.abc import Callable

from cachetools import TTLCache

from bot.teams import team_channels
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.context import TeamsContext
from bot.teams.installation import author_reference, conversation_reference
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import ReferenceSeen
from handlers.workspace.names import has_channel_name

FRESH_SECONDS = 600.0
CACHE_SIZE = 10_000


class ConversationReferenceStore:
    """Stores how to reach the people who talk to the bot. The cache only saves writes."""

    def __init__(
        self, teams: TeamsContext, timer: Callable[[], float] = time.monotonic, cache_size: int = CACHE_SIZE
    ) -> None:
        self._teams = teams
        self._stored: TTLCache[ReferenceSeen, bool] = TTLCache(cache_size, FRESH_SECONDS, timer)

    async def store(self, activity: IncomingActivity) -> None:
        """Store how to reach the sender and the conversation of a message to the bot: a personal one, or a mention.

        If an administrator had blocked the bot, this message shows that the block is over, whoever sent it.
        """
        if await self._teams.database.read(conversation_references.is_blocked, PLATFORM, activity.tenant):
            self.forget()
        for reference in dict.fromkeys((conversation_reference(activity), author_reference(activity))):
            await self._store(reference)

    def forget(self) -> None:
        """Clear the cache after a removal: whoever was removed may return with the same reference."""
        self._stored.clear()

    async def _store(self, reference: ReferenceSeen) -> None:
        if reference in self._stored:
            return
        await self._teams.apply(conversation_references.remember, reference)
        await self._list_channels_if_unknown(reference)
        self._stored[reference] = True

    async def _list_channels_if_unknown(self, reference: ReferenceSeen) -> None:
        """List the channels of a team again if listing them failed when the app was installed."""
        if reference.team is None:
            return
        workspace, channel = reference.event.workspace, reference.external_id
        if not await self._teams.database.read(has_channel_name, PLATFORM, workspace, channel):
            self._teams.background.run(team_channels.learn_channels(self._teams, reference))
