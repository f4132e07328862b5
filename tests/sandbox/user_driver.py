"""A client of the user API, which the page uses too: acts as the people of the workspace."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from tests.patience import PATIENCE

Json = dict[str, Any]
ADA, BRUNO, MARIT = "U0ADAKEMP", "U0BRUNOSV", "U0MARITHL"
BOT = "U0FIRSTCAL"


class People:
    """Calls `/sandbox/...`; a refused call is an assertion failure, except in `refusal`."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = f"{url}/sandbox/"
        self.http = http

    async def get(self, call: str, **query: str) -> Json:
        async with self.http.get(self.url + call, params=_named(query)) as response:
            body: Json = await response.json()
            assert response.status == 200, body
            return body

    async def post(self, call: str, **body: Any) -> Json:
        async with self.http.post(self.url + call, json=_named(body)) as response:
            answer: Json = await response.json()
            assert response.status == 200, answer
            return answer

    async def refusal(self, call: str, **body: Any) -> str:
        """The sentence of a call that must be refused with 400."""
        async with self.http.post(self.url + call, json=_named(body)) as response:
            answer: Json = await response.json()
            assert response.status == 400, answer
            assert answer.keys() == {"error"}
            return str(answer["error"])

    async def idle(self) -> None:
        """Wait until the bot has responded to everything that happened."""
        async with asyncio.timeout(PATIENCE):
            while not (await self.get("idle", timeout="30"))["idle"]:
                pass

    async def says(self, text: str, channel: str = "#wins", who: str = ADA, **more: Any) -> Json:
        """Post as a person; returns the message once the bot has got the event."""
        message: Json = (await self.post("messages", as_=who, channel=channel, text=text, **more))["message"]
        await self.idle()
        return message

    async def reads(self, channel: str, who: str = ADA, **query: str) -> list[Json]:
        messages: list[Json] = (await self.get("messages", as_=who, channel=channel, **query))["messages"]
        return messages

    async def channel_id(self, name: str) -> str:
        workspace = await self.get("workspace")
        return str(next(each["id"] for each in workspace["channels"] if each["name"] == name))


def _named(arguments: Json) -> Json:
    """`as` is a Python keyword, so the tests write `as_`."""
    return {("as" if name == "as_" else name): value for name, value in arguments.items()}
