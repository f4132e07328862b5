"""Whether Slack accepts the bot token: a refusal stops sending to the workspace, a later success resumes it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.background import BackgroundTasks
from bot.ports.context import HandlerContext
from bot.ports.messenger import DeliveryError, RefusedError
from bot.slack.payload import PLATFORM
from bot.slack.web_api import call_slack
from handlers.workspace import installed
from handlers.workspace.installed import WorkspaceBlocked, WorkspaceInstalled

ASK_EVERY = timedelta(minutes=1)
"""How often a refused token is tried again: the app may be installed again, or allowed again by an admin."""

log = structlog.stdlib.get_logger(__name__)


class TokenCheck:
    """Asks Slack about the token of `team`: when an event says that it ended, and as long as it is refused.

    What was planned for the workspace stays in the outbox, and is sent when the token works again.
    """

    def __init__(self, client: AsyncWebClient, context: HandlerContext, background: BackgroundTasks, team: str) -> None:
        self._client = client
        self._context = context
        self._background = background
        self._team = team
        self._asked: datetime | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def ready(self) -> bool | str:
        """True, or why the token is refused: a readiness check."""
        reason = await self._blocked_reason()
        if reason is None:
            return True
        now = self._context.clock.now()
        if self._asked is None or abs(now - self._asked) >= ASK_EVERY:
            await self.ask()
            reason = await self._blocked_reason()
        return reason or True

    async def ask(self, presumed: str | None = None) -> None:
        """Store whether Slack accepts the token. If Slack does not answer, `presumed` is why it may be refused."""
        self._asked = self._context.clock.now()
        try:
            answer = await call_slack(self._client.auth_test())
        except DeliveryError as error:
            refused = isinstance(error, RefusedError) and error.whole_workspace
            await self._refused(str(error) if refused else presumed)
        else:
            await self._accepted(str(answer["team"]))

    async def _refused(self, reason: str | None) -> None:
        if reason is not None and reason != await self._blocked_reason():
            log.error("Slack refuses the bot token: nothing is sent", workspace=self._team, reason=reason)
            await self._context.apply(installed.workspace_blocked, WorkspaceBlocked(PLATFORM, self._team, reason))

    async def _accepted(self, team_name: str) -> None:
        if await self._blocked_reason() is not None:
            log.info("Slack accepts the bot token again", workspace=self._team)
        await self._context.apply(installed.workspace_installed, WorkspaceInstalled(PLATFORM, self._team, team_name))

    def watch(self) -> None:
        """Ask again and again as long as the token is refused, even if nobody asks for the readiness."""
        self._timer = asyncio.get_running_loop().call_later(ASK_EVERY.total_seconds(), self._look_again)

    def stop(self) -> None:
        """End `watch`."""
        if self._timer is not None:
            self._timer.cancel()

    def _look_again(self) -> None:
        self._background.run(self._ask_if_refused())
        self.watch()

    async def _ask_if_refused(self) -> None:
        await self.ready()

    async def _blocked_reason(self) -> str | None:
        return await self._context.database.read(installed.blocked_reason, PLATFORM, self._team)
