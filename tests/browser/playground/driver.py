"""A driver of the Microsoft 365 Agents Playground: types, clicks, fills in forms, and reads FirstCall's messages."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from playwright.async_api import Page, WebSocket, expect

from tests.patience import PATIENCE
from tests.teams.card_driver import CardDriver

Json = dict[str, Any]

PERSONAL, WINS, DESK = "a:1ada", "19:wins@thread.tacv2", "19:desk@thread.v2"
"""Conversations of the playground's company (bot/cli/demo/teams_playground/company.json)."""
TENANT, TEAM = "99999999-8888-4777-8666-555555555555", "19:sales@thread.tacv2"
BOT = {"id": "28:00000000-0000-4000-8000-00000000fc00", "name": "FirstCall"}
ADA: Json = {"id": "29:ada", "name": "Ada Kemp", "aadObjectId": "00000000-0000-4000-8000-0000000000a1"}
BRUNO: Json = {"id": "29:bruno", "name": "Bruno Costa", "aadObjectId": "00000000-0000-4000-8000-0000000000b2"}
PLACES = {PERSONAL: "Personal Chat", WINS: "Sales - wins", DESK: "Sales desk"}


@dataclass
class Said:
    """A message of the bot in its current state, after updates."""

    conversation: str
    text: str
    updates: int = 0

    def at_hand(self) -> CardDriver:
        """Its card."""
        [attachment] = json.loads(self.text)
        return CardDriver(attachment["content"])


@dataclass
class Rep:
    """Ada, who uses the playground's page. `said` has the bot's messages by id, oldest first."""

    url: str
    page: Page
    http: aiohttp.ClientSession
    said: dict[str, Said] = field(default_factory=dict)

    async def arrive(self) -> None:
        """Open the page; it shows the personal chat, and the playground installs the bot there."""
        self.page.on("websocket", self._listen)
        await self.page.goto(self.url)
        await expect(self.page.get_by_role("treeitem", name=PLACES[PERSONAL])).to_be_visible()
        await self.until(lambda: bool(self.read(PERSONAL)))

    def leave(self) -> None:
        """Hear nothing more of the page."""
        self.page.remove_listener("websocket", self._listen)

    async def go(self, conversation: str) -> None:
        """Show a conversation."""
        await self.page.get_by_role("treeitem", name=PLACES[conversation]).click()

    async def chat(self, text: str) -> None:
        """Write in the chat that is shown."""
        await self.page.get_by_role("textbox", name="").last.click()
        await self.page.keyboard.insert_text(text)
        await self.page.keyboard.press("Enter")

    async def post(self, text: str) -> None:
        """Begin a thread in the channel that is shown, with a mention: nothing else does the playground pass on."""
        await expect(self.page.get_by_text("Start a new post")).to_be_visible()
        await self.page.get_by_role("textbox").first.click()
        await self.page.keyboard.type("@First", delay=30)
        await self.page.get_by_role("menuitem", name="FirstCall").click()
        await self.page.keyboard.insert_text(text)
        await self.page.get_by_role("button", name="Post", exact=True).first.click()

    async def tap(self, button: str) -> None:
        """Tap the button of that name on the newest card that has one."""
        await self.page.get_by_role("button", name=button, exact=True).last.click()

    async def tap_behind_dots(self, button: str) -> None:
        """Tap a button in the "..." menu of the newest card that has one."""
        await self.page.get_by_role("button", name="More options").last.click()
        await self.page.get_by_role("menuitem", name=button, exact=True).click()

    async def fill(self, label: str, *lines: str) -> None:
        """Fill in a field of the newest card that has one of that label; a field that must be filled in adds a star."""
        await self.page.get_by_label(re.compile(f"^{re.escape(label)}")).last.fill("\n".join(lines))

    async def tick(self, label: str) -> None:
        """Tick every box of a group on the newest card."""
        for box in await self.page.get_by_role("checkbox", name=label).all():
            await box.check()

    async def choose(self, choice: str) -> None:
        """Choose one of several."""
        await self.page.get_by_role("radio", name=choice).last.check()

    async def written(self, label: str) -> str:
        """What stands in the field of that label."""
        return await self.page.get_by_label(re.compile(f"^{re.escape(label)}")).last.input_value()

    async def sees(self, text: str) -> None:
        """Wait until it is on the page."""
        await expect(self.page.get_by_text(text).last).to_be_visible(timeout=PATIENCE * 1000)

    async def inject(self, conversation: str, who: Json, text: str, **more: Any) -> None:
        """Have the playground post a message to the bot as somebody's, mentioned or not: its custom activity."""
        asked = {"conversationId": conversation}
        async with self.http.get(f"{self.url}_internal/v1/customActivities/template", params=asked) as answer:
            activity: Json = await answer.json()
        data = {"tenant": {"id": TENANT}, "team": {"id": TEAM}, "channel": {"id": conversation}}
        activity |= {"type": "message", "text": text, "from": who, "channelData": data, **more}
        async with self.http.post(f"{self.url}_internal/v1/customActivities", json=activity) as answer:
            assert answer.status == 200

    async def members(self, conversation: str) -> list[str]:
        """The names of those who are in a conversation, as the playground tells a bot."""
        async with self.http.get(f"{self.url}_connector/v3/conversations/{conversation}/members") as answer:
            return [member["name"] for member in await answer.json()]

    def read(self, conversation: str) -> list[str]:
        """What the bot wrote there, threads of a channel included."""
        return [each.text for each in self.said.values() if each.conversation.startswith(conversation)]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.05)

    def _listen(self, socket: WebSocket) -> None:
        if "_ws_conversation" in socket.url:
            socket.on("framereceived", self._hear)

    def _hear(self, frame: str | bytes) -> None:
        told = json.loads(frame)
        message = told.get("message") or {}
        if (message.get("from") or {}).get("id") != BOT["id"]:
            return
        id_, text = message["messageId"], _words(message)
        match told["action"]:
            case "createMessage":
                self.said[id_] = Said(told["actionConversationId"], text)
            case "updateMessage":
                self.said[id_].text = text
                self.said[id_].updates += 1


def mentioned(text: str) -> Json:
    """The entities of a message that mentions the bot."""
    tag = f"<at>{BOT['name']}</at>"
    return {"text": f"{tag} {text}", "entities": [{"type": "mention", "text": tag, "mentioned": BOT}]}


def _words(message: Json) -> str:
    """The text, or all texts of the card."""
    return str(message.get("text") or json.dumps(message.get("attachments"), ensure_ascii=False))
