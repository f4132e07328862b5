"""The bot of the version that is checked out, on both platforms at once, on a database and at a time of our choice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text

from bot.app import Running, running
from bot.ports.clock import Clock
from bot.settings import Settings
from sandbox.teams.server import running as teams_running
from storage.database_url import parse_url
from tests.compat import slack_side
from tests.compat.slack_side import SlackSide, slack_running
from tests.compat.teams_side import APP_ID, PASSWORD, TENANT, TeamsSide
from tests.patience import PATIENCE

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
WHILE_IT_WORKS = (str(ROOT / "bot"), "apscheduler")
"""Where the code of what the bot does by itself is."""
DUE = text(
    "SELECT count(*) FROM outbox WHERE due_at <= :now"
    " AND (state = 'queued' OR (state = 'claimed' AND (lease_until <= :now OR claimed_by NOT LIKE :gone)))"
)
GONE = "bot.example:1"
"""Who has claimed a row and is gone; the lease must run out before anybody takes it over."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """The bot between Slack and Teams. What somebody does is over when everything has come of it that comes at once."""

    bot: Running
    slack: SlackSide
    teams: TeamsSide
    http: aiohttp.ClientSession
    engine: Engine

    async def on_slack(self, body: Json) -> Json:
        """Post a request as Slack; show what the answer of a form says to show. Gives the answer."""
        answer = await slack_side.send(self.http, self.bot.url, body)
        if body.get("type") == "view_submission":
            self._follow(body["view"]["id"], answer)
        elif "command" in body and answer:
            self.slack.whispers.append({"channel": body["channel_id"], "ts": self.slack.ts(), **answer})
        await self.rest()
        return answer

    async def on_teams(self, activity: Json) -> Json:
        """Post an activity as Teams. Gives the answer."""
        answer = await self.teams.send(self.http, self.bot.url, activity)
        await self.rest()
        return answer

    async def until(self, moment: datetime) -> None:
        """Move the clock of the bot."""
        ahead = self.bot.clock.offset + (moment - self.bot.clock.now())
        async with self.http.post(f"{self.bot.url}/dev/clock", json={"offset_seconds": ahead.total_seconds()}) as told:
            assert told.status == 200, await told.text()
        await self.rest()

    async def later(self, **span: float) -> None:
        """Let time go by."""
        await self.until(self.bot.clock.now() + timedelta(**span))

    async def rest(self) -> None:
        """Wait until nothing is due any more, and the bot does nothing by itself."""
        async with asyncio.timeout(PATIENCE):
            while self._is_busy():
                await asyncio.sleep(0.001)

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What a query finds, beside the bot."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def _follow(self, view_id: str, answer: Json) -> None:
        match answer.get("response_action"):
            case "update":
                self.slack.show(answer["view"], view_id)
            case "push":
                self.slack.show(answer["view"])
            case "clear":
                self.slack.views.clear()
            case "errors":
                raise AssertionError(f"the form was refused: {answer['errors']}")

    def _is_busy(self) -> bool:
        if any(_of_the_bot(task) for task in asyncio.all_tasks()):
            return True
        now = self.bot.clock.now()
        bound = now if self.engine.dialect.name == "postgresql" else now.strftime("%Y-%m-%d %H:%M:%S.%f")
        with self.engine.connect() as connection:
            return bool(connection.execute(DUE, {"now": bound, "gone": f"{GONE}:%"}).scalar_one())


def _of_the_bot(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and any(place in code.co_filename for place in WHILE_IT_WORKS)


@asynccontextmanager
async def at_work(
    url: str, now: datetime, *, first: int = 1, before: Callable[[SlackSide, TeamsSide], None] | None = None
) -> AsyncIterator[AtWork]:
    """The bot on the database at `url`, which is migrated, from the moment `now` on; its clock stands still.

    `first` is the first number that no message has yet, `before` puts into Slack and Teams what is there already.
    """
    slack = SlackSide(first)
    async with slack_running(slack), teams_running(APP_ID, PASSWORD, TENANT) as sandbox:
        teams = TeamsSide(sandbox, first)
        if before is not None:
            before(slack, teams)
        clock = slack.clock = Clock(wall=lambda: now)
        settings = Settings(
            _env_file=None,
            database_url=url,
            slack_bot_token=SecretStr(slack_side.TOKEN),
            slack_signing_secret=SecretStr(slack_side.SECRET),
            slack_api_url=f"{slack.url}/api/",
            microsoft_app_id=APP_ID,
            microsoft_app_password=SecretStr(PASSWORD),
            microsoft_app_tenant_id=TENANT,
            teams_sandbox=sandbox.url,
            teams_admins="00000000-0000-4000-8000-0000000000c3",
            port=0,
            development=True,
        )
        engine = create_engine(parse_url(url))
        try:
            async with running(settings, clock) as bot, aiohttp.ClientSession() as http:
                work = AtWork(bot, slack, teams, http, engine)
                await work.rest()
                yield work
        finally:
            engine.dispose()
