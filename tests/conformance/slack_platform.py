"""Slack under test: the real bot on the simulated Slack, over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

import aiohttp

from bot.app import running as bot_running
from bot.settings import Settings
from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import Button
from bot.ui.texts import Texts
from sandbox.server import running as slack_running
from tests.conformance.platform import NOTHING, Entry, Shown
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import ADA, BOT, BRUNO, Json, People
from tests.slack.slack_driver import Office
from tests.slack.test_foreign_payloads import as_the_bot

HASH_CONFLICT = "hash_conflict"
"""How Slack refuses to redraw a modal that has changed since the click: a click that came twice."""
FORM = {"content-type": "application/x-www-form-urlencoded"}


class SlackUnderTest:
    """A `PlatformUnderTest`. What follows a click opens as a modal or takes the place of its message."""

    name = "slack"
    rep, colleague = ADA, BRUNO

    def __init__(self, office: Office) -> None:
        self._office = office
        self.database = office.bot.database
        self.texts = Texts(SlackMarkup(), COMMAND)

    async def introduce(self, who: str) -> None:
        """Slack lists everybody."""

    async def post(self, text: str, *, times: int = 1) -> None:
        await self._office.post(text)
        for _ in range(times - 1):
            event = await self._last_request("message")
            await self._office.people.post("deliver", body=json.dumps(event), headers={"x-slack-retry-num": "1"})
        await self._office.people.idle()

    async def message(self, saying: str, who: str = "") -> Shown:
        def says(message: Json) -> bool:
            return saying in _read(message)

        person = who or self.rep
        found = await self._office.until(lambda messages: any(map(says, messages)), lambda: self._office.dm(person))
        return _shown_message([each for each in found if says(each)][-1])

    async def command(self, text: str, *, in_channel: bool = False) -> Shown:
        channel = "#wins" if in_channel else BOT
        await self._close_modals()
        await self._office.command(f"{COMMAND} {text}", channel=channel)
        await self._office.people.idle()
        return await self._modal() or await self._answer(channel)

    async def click(self, shown: Shown, action_id: str, *, value: str = "", user: str = "", who: str = "") -> Shown:
        who = who or self.rep
        changed: Json = {"value": {"type": "users_select", "selected_user": user}} if user else {}
        if shown.view:
            await self._office.tap_in_view(action_id, who, carrying=value, **changed)
            return await self._modal(who) or NOTHING
        before = await self._office.views(who)
        await self._office.tap(_with_only(shown.source, action_id, value), action_id, who, **changed)
        await self._office.people.idle()
        opened = await self._modal(who)
        if opened is not None and await self._office.views(who) != before:
            return opened
        message: Any = shown.source
        return await self._answer(message["channel"]) if message.get("ephemeral_to") else NOTHING

    async def click_again(self) -> Shown:
        payload = await self._last_request("block_actions")
        await self._office.people.post("deliver", body=f"payload={json.dumps(payload)}", headers=FORM)
        await self._office.people.idle()
        return await self._modal() or NOTHING

    async def click_unknown(self) -> Shown:
        button = Button("Start", "card.of_the_past", "1", accessible_name="Start")  # type: ignore[arg-type]  # an unknown one
        await as_the_bot(self._office, self.rep, "From long ago", [button])
        return await self.click(await self.message("From long ago"), "card.of_the_past")

    async def forged(self, clickable: Iterable[tuple[str, str]], who: str) -> Shown:
        """A message to somebody with these buttons, as somebody with the bot's token could have posted it."""
        buttons = [Button("Tap", name, value, accessible_name="Tap") for name, value in clickable]  # type: ignore[arg-type]  # any name
        await as_the_bot(self._office, who, "Forged", buttons)
        return await self.message("Forged", who)

    async def submit(self, shown: Shown, entries: Mapping[str, Entry], *, who: str = "") -> Shown:
        who = who or self.rep
        elements = {each["action_id"]: each for each in _inputs(await self._office.view(who))}
        choices = {name for name, each in elements.items() if each["type"] in ("radio_buttons", "static_select")}
        await self._office.submit(who, **{name: (each,) if name in choices else each for name, each in entries.items()})
        await self._office.people.idle()
        return await self._modal(who) or NOTHING

    async def _modal(self, who: str = ADA) -> Shown | None:
        views = await self._office.views(who)
        return _shown_modal(views[-1]) if views else None

    async def _close_modals(self) -> None:
        for view in reversed(await self._office.views()):
            await self._office.people.post("views/close", as_=self.rep, view_id=view["id"])

    async def _answer(self, channel: str) -> Shown:
        messages = await self._office.people.reads(channel, who=self.rep)
        return _shown_message([each for each in messages if each.get("ephemeral_to") == self.rep][-1])

    async def _last_request(self, name: str) -> Json:
        requests = (await self._office.people.get("requests"))["requests"]
        found: Json = next(each for each in reversed(requests) if each["name"] == name)["request"]
        return found


@asynccontextmanager
async def slack_platform(url: str) -> AsyncIterator[SlackUnderTest]:
    """The bot on a small workspace. At the end Slack may have refused nothing that the bot sent."""
    config = patient_slack()
    async with slack_running(config) as sandbox, aiohttp.ClientSession() as http:
        settings = Settings(
            _env_file=None,
            database_url=url,
            slack_bot_token=config.bot_token,
            slack_signing_secret=config.signing_secret,
            slack_api_url=sandbox.api_url,
            port=0,
            development=True,
        )
        async with bot_running(settings) as bot:
            people = People(sandbox.url, http)
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            office = Office(bot, sandbox, people)
            yield SlackUnderTest(office)
            await people.idle()
            assert [each for each in await office.refused() if HASH_CONFLICT not in str(each)] == []


def _shown_modal(view: Json) -> Shown:
    inputs = _inputs(view)
    return Shown(
        f"{_read(view['title'])}\n{_read(view['blocks'])}",
        view["callback_id"],
        _clickable(view["blocks"]),
        {each["action_id"]: each.get("initial_value", "") for each in inputs if each["type"] == "plain_text_input"},
        {
            each["action_id"]: tuple(option["value"] for option in each["options"])
            for each in inputs
            if each["type"] == "checkboxes"
        },
        view,
    )


def _shown_message(message: Json) -> Shown:
    return Shown(_read(message), clickable=_clickable(message.get("blocks") or []), source=message)


def _inputs(view: Json) -> list[Json]:
    return [block["element"] for block in view["blocks"] if block["type"] == "input"]


def _clickable(blocks: list[Json]) -> tuple[tuple[str, str], ...]:
    elements = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    shown = [(each["action_id"], each.get("value", "")) for each in elements if each["type"] != "overflow"]
    options = [option["value"].split("|") for each in elements for option in each.get("options", ())]
    return (*shown, *((action_id, value) for _, action_id, value in options))


def _read(part: Any) -> str:
    """The text as a client shows it: `<!channel>` notifies everybody, and `&lt;!channel&gt;` is only text."""
    return "\n".join(unescape(re.sub(r"<!(\w+)>", r"@\1", text)) for text in _texts(part))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for each in part.values():
            yield from _texts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)


def _with_only(message: Any, action_id: str, value: str) -> Json:
    """The message; with `value` only the button that carries it, so that the driver clicks that one."""
    if not value:
        return dict(message)
    blocks = [
        {
            **block,
            "elements": [
                each
                for each in block.get("elements", ())
                if each.get("action_id") != action_id or each.get("value") == value
            ],
        }
        for block in message["blocks"]
    ]
    return {**message, "blocks": blocks}
