"""A bot for the page's tests: a card with every element, and modals that update, push and show errors."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
Answer = Json | int | None
"""A body for the 200, another status, or an empty 200."""


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(name: str, description: str | None = None) -> Json:
    body = {"text": plain(name), "value": name.lower().replace(" ", "_")}
    return body | ({"description": plain(description)} if description else {})


COLOURS = [option("Red"), option("Green"), option("Blue")]
ALWAYS = {
    "title": plain("Really?"),
    "text": plain("It cannot be undone."),
    "confirm": plain("Do it"),
    "deny": plain("Stop"),
}

ELEMENTS: list[Json] = [
    {
        "type": "button",
        "action_id": "plain",
        "text": plain("Plain"),
        "value": "v1",
        "accessibility_label": "Plain for readers",
    },
    {"type": "button", "action_id": "open", "text": plain("Open the modal"), "style": "primary", "value": "v2"},
    {"type": "button", "action_id": "sure", "text": plain("Remove"), "style": "danger", "confirm": ALWAYS},
    {"type": "static_select", "action_id": "colour", "placeholder": plain("A colour"), "options": COLOURS},
    {"type": "multi_static_select", "action_id": "colours", "placeholder": plain("Colours"), "options": COLOURS},
    {"type": "users_select", "action_id": "person", "placeholder": plain("A person")},
    {"type": "multi_users_select", "action_id": "persons", "placeholder": plain("People")},
    {"type": "channels_select", "action_id": "channel", "placeholder": plain("A channel")},
    {"type": "conversations_select", "action_id": "place", "placeholder": plain("A conversation")},
    {"type": "external_select", "action_id": "account", "placeholder": plain("An account"), "min_query_length": 2},
    {"type": "overflow", "action_id": "more", "options": [option("Archive"), option("Copy")]},
    {"type": "datepicker", "action_id": "date", "placeholder": plain("A day"), "initial_date": "2026-11-20"},
    {"type": "timepicker", "action_id": "time", "placeholder": plain("A time")},
    {"type": "datetimepicker", "action_id": "moment"},
]
CHOICES: list[Json] = [
    {"type": "radio_buttons", "action_id": "size", "options": [option("Small"), option("Large", "For teams")]},
    {"type": "checkboxes", "action_id": "extras", "options": [option("Training"), option("Support"), option("Travel")]},
]

CARD: list[Json] = [
    {"type": "header", "text": plain("Northwind Dental")},
    {
        "type": "section",
        "block_id": "intro",
        "text": {
            "type": "mrkdwn",
            "text": "*Bold* _italic_ ~gone~ `code` :tada: <https://example.com|the offer>\n> quoted",
        },
        "accessory": {"type": "button", "action_id": "accessory", "text": plain("Open"), "value": "a"},
    },
    {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": "*ARR*\n$45,000"},
            {"type": "mrkdwn", "text": "*Closes*\n<!date^1795255200^{date_short} at {time}|soon>"},
        ],
    },
    {"type": "divider"},
    {"type": "actions", "block_id": "every", "elements": ELEMENTS},
    {"type": "actions", "block_id": "choose", "elements": CHOICES},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "Updated a moment ago"}, plain("by the bot")]},
    {
        "type": "markdown",
        "text": "## Next steps\n1. Call\n2. **Read back**\n\n| who | when |\n|---|---|\n| Ada | today |",
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "first", "style": {"bold": True}}],
                    },
                    {"type": "rich_text_section", "elements": [{"type": "emoji", "name": "rocket"}]},
                ],
            }
        ],
    },
    {
        "type": "image",
        "image_url": "https://example.com/graph.png",
        "alt_text": "A rising line",
        "title": plain("Pipeline"),
    },
]


def entry(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": block_id, **element},
        **more,
    }


def order(*extra: Json, title: str = "Order") -> Json:
    """The modal "Order": every kind of input, and buttons that update it or push another."""
    return {
        "type": "modal",
        "callback_id": "order",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Not now"),
        "notify_on_close": True,
        "blocks": [
            entry(
                "customer", "Customer", {"type": "plain_text_input", "max_length": 60}, hint=plain("As on the order")
            ),
            *extra,
            entry("notes", "Notes", {"type": "plain_text_input", "multiline": True}, optional=True),
            entry(
                "seats", "Seats", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, optional=True
            ),
            entry("mail", "Mail", {"type": "email_text_input"}, optional=True),
            entry("web", "Web", {"type": "url_text_input"}, optional=True),
            entry("owner", "Owner", {"type": "users_select"}, optional=True),
            entry("colour", "Colour", {"type": "static_select", "options": COLOURS}, optional=True),
            entry("due", "Due", {"type": "datepicker"}, optional=True),
            entry(
                "size", "Size", {"type": "radio_buttons", "options": [option("Small"), option("Large")]}, optional=True
            ),
            entry(
                "extras",
                "Extras",
                {"type": "checkboxes", "options": [option("Training"), option("Support")]},
                optional=True,
            ),
            {
                "type": "actions",
                "block_id": "buttons",
                "elements": [
                    {"type": "button", "action_id": "add", "text": plain("Add a line")},
                    {"type": "button", "action_id": "push", "text": plain("Details")},
                ],
            },
        ],
    }


DETAILS: Json = {
    "type": "modal",
    "callback_id": "details",
    "title": plain("Details"),
    "submit": plain("Done"),
    "blocks": [entry("detail", "Detail", {"type": "plain_text_input"})],
}

HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Your deals")},
        {
            "type": "actions",
            "block_id": "home",
            "elements": [{"type": "button", "action_id": "open", "text": plain("New order")}],
        },
    ],
}


class CardBot:
    """Answers the sandbox; `heard` is what it was sent, oldest first."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.client: AsyncWebClient | None = None

    def actions(self, action_id: str) -> list[Json]:
        """What was heard of one element."""
        return [each for each in self.heard if any(a["action_id"] == action_id for a in each.get("actions", []))]

    def of_type(self, kind: str) -> list[Json]:
        """What was heard of one type (`view_submission`, `message`, a command's name ...)."""
        return [each for each in self.heard if kind in (each.get("type"), each.get("command"))]

    async def post_card(self, channel: str, blocks: list[Json] | None = None) -> str:
        """Post the card (or other blocks); gives its timestamp."""
        posted = await self._client.chat_postMessage(channel=channel, text="Northwind Dental", blocks=blocks or CARD)
        return str(posted["ts"])

    @property
    def _client(self) -> AsyncWebClient:
        assert self.client is not None, "the bot was not told where the sandbox is"
        return self.client

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        if request.content_type == "application/json":
            envelope = json.loads(body)
            answer = await self._event(envelope["event"])
        else:
            form = dict(parse_qsl(body, keep_blank_values=True))
            answer = await (
                self._interaction(json.loads(form["payload"])) if "payload" in form else self._command(form)
            )
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response() if answer is None else web.json_response(answer)

    async def _event(self, event: Json) -> Answer:
        self.heard.append(event)
        if event["type"] == "app_home_opened":
            await self._client.views_publish(user_id=event["user"], view=HOME)
        return None

    async def _command(self, form: Json) -> Answer:
        self.heard.append(form)
        match form["text"]:
            case "break":
                return 500
            case "card":
                await self.post_card(form["channel_id"])
            case "modal":
                await self._client.views_open(trigger_id=form["trigger_id"], view=order())
            case text:
                return {"response_type": "ephemeral", "text": f"You said: {text}"}
        return None

    async def _interaction(self, payload: Json) -> Answer:
        self.heard.append(payload)
        if payload["type"] == "block_suggestion":
            names = ["Alder Freight", "Birch Hotels", "Alpine Tools"]
            return {"options": [option(each) for each in names if payload["value"].lower() in each.lower()]}
        if payload["type"] == "view_submission":
            return self._submitted(payload["view"])
        if payload["type"] in ("shortcut", "message_action"):
            await self._client.views_open(trigger_id=payload["trigger_id"], view=order())
        for action in payload.get("actions", []):
            await self._acted(action["action_id"], payload)
        return None

    async def _acted(self, action_id: str, payload: Json) -> None:
        if action_id == "open":
            await self._client.views_open(trigger_id=payload["trigger_id"], view=order())
        elif action_id == "push":
            await self._client.views_push(trigger_id=payload["trigger_id"], view=DETAILS)
        elif action_id == "add":
            view = payload["view"]
            extra = entry("line", "Line", {"type": "plain_text_input"}, optional=True)
            await self._client.views_update(
                view_id=view["id"], hash=view["hash"], view=order(extra, title="Order, longer")
            )

    def _submitted(self, view: Json) -> Answer:
        values = view["state"]["values"]
        if "customer" not in values:
            return None
        customer = values["customer"]["customer"]["value"]
        if customer == "Nobody":
            return {"response_action": "errors", "errors": {"customer": "We have no such customer."}}
        if customer == "Breakage":
            return 500
        return None


@asynccontextmanager
async def running(bot: CardBot) -> AsyncIterator[str]:
    """Run the bot; yields its URL for `--bot-url`."""
    app = web.Application()
    app.router.add_post("/slack/events", bot.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()
