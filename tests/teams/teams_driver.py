"""A company on Teams: the real bot, the simulated Bot Connector, and activities as the Connector posts them."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.app import Running
from bot.app import running as bot_running
from sandbox.teams.chats import ADA, Conversation, Person
from sandbox.teams.server import TeamsSandbox
from sandbox.teams.server import running as teams_running
from tests.patience import PATIENCE
from tests.running_bot import APP_ID, PASSWORD, TENANT, teams_settings

BOT = f"28:{APP_ID}"
TEAM, WINS = "19:team@thread.tacv2", "19:wins@thread.tacv2"

Json = dict[str, Any]
NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Company:
    """Posts activities to the bot, with real tokens unless a test says otherwise."""

    bot: Running
    teams: TeamsSandbox
    http: aiohttp.ClientSession

    def activity(self, kind: str = "message", who: Person = ADA, *, channel: str | None = None, **more: Any) -> Json:
        """An activity of a personal chat, or of a channel of the team."""
        data: Json = {"tenant": {"id": TENANT}}
        if channel is None:
            self.chat(who)
            conversation: Json = {"id": f"a:1{who.user.removeprefix('29:')}", "conversationType": "personal"}
        else:
            conversation = {"id": f"{channel};messageid=1", "conversationType": "channel", "isGroup": True}
            data |= {"channel": {"id": channel}, "team": {"id": TEAM, "name": "Sales"}}
        return {
            "type": kind,
            "id": f"f:{next(NUMBERS)}",
            "timestamp": "2026-03-02T12:00:00.000Z",
            "serviceUrl": self.teams.service_url,
            "channelId": "msteams",
            "from": {"id": who.user, "name": who.name, "aadObjectId": who.person},
            "conversation": {**conversation, "tenantId": TENANT},
            "recipient": {"id": BOT, "name": "FirstCall"},
            "entities": [{"type": "clientInfo", "locale": "en-US", "platform": "Web", "timezone": who.zone}],
            "channelData": data | more.pop("channelData", {}),
            **more,
        }

    def token(self, **changed: Any) -> str:
        """A token as the Connector sends it."""
        return self.teams.keys.token(APP_ID, self.teams.service_url, **changed)

    async def post(
        self, activity: Any, *, token: str | None = None, headers: Json | None = None, body: bytes | None = None
    ) -> tuple[int, Any]:
        """Post an activity to the bot; returns the status and the body, None for an empty one."""
        sent = {"Authorization": f"Bearer {token or self.token()}", "Content-Type": "application/json"}
        sent = {name: value for name, value in {**sent, **(headers or {})}.items() if value is not None}
        content = json.dumps(activity).encode() if body is None else body
        async with self.http.post(f"{self.bot.url}/api/messages", data=io.BytesIO(content), headers=sent) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith("{") else text or None

    def chat(self, who: Person = ADA) -> Conversation:
        """A person's chat with the bot."""
        return self.teams.chats.open_personal(who.user)

    def said(self, who: Person = ADA) -> list[str]:
        """The texts that the bot sent to a person."""
        return [message.get("text") or message.get("summary") or "" for message in self.chat(who).messages.values()]


@asynccontextmanager
async def at_work(database_url: str) -> AsyncIterator[Company]:
    """A company whose bot is on Teams only."""
    async with (
        teams_running(APP_ID, PASSWORD, TENANT) as teams,
        aiohttp.ClientSession() as http,
        bot_running(teams_settings(database_url, teams)) as bot,
    ):
        yield Company(bot, teams, http)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)
