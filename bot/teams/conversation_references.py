"""Where turns come from is kept, with few writes: what is new, has changed, or was not seen for ten minutes."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.teams import team_channels
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.context import TeamsContext
from bot.teams.installation import author_reference, conversation_reference
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import ReferenceSeen
from handlers.workspace.names import has_channel_name

FRESH_SECONDS = 600.0
MOST_KEPT = 10_000


class ReferenceKeeper:
    """Remembers how to reach who speaks with us. What it holds in memory only saves writes."""

    def __init__(self, teams: TeamsContext, steady: Callable[[], float] = time.monotonic) -> None:
        self._front = teams
        self._steady = steady
        self._noted: dict[ReferenceSeen, float] = {}

    async def note(self, activity: IncomingActivity) -> None:
        """Somebody spoke with us: in a personal chat, or where we were called by name. Then both can be written to.

        When an administrator had switched us off, we are on again: sending goes on with that word, whoever says it.
        """
        if await self._front.database.read(conversation_references.is_blocked, PLATFORM, activity.tenant):
            self.forget()
        for reached in dict.fromkeys((conversation_reference(activity), author_reference(activity))):
            await self._note(reached)

    async def _note(self, reached: ReferenceSeen) -> None:
        now = self._steady()
        if self._noted.get(reached, float("-inf")) > now - FRESH_SECONDS:
            return
        await self._front.apply(conversation_references.remember, reached)
        await self._look_around(reached)
        if len(self._noted) >= MOST_KEPT:
            self._noted.clear()
        self._noted[reached] = now

    async def _look_around(self, reached: ReferenceSeen) -> None:
        """Ask for the channels of a team that did not list them when it let us in."""
        if reached.team is None:
            return
        workspace, channel = reached.event.workspace, reached.external_id
        if not await self._front.database.read(has_channel_name, PLATFORM, workspace, channel):
            self._front.background.run(team_channels.learn_channels(self._front, reached))

    def forget(self) -> None:
        """Somebody was lost, and may come back as they were: write down the next word of everybody."""
        self._noted.clear()
