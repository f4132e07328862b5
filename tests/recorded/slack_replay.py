"""Slack in a replay: the real bot, the simulated Slack, and requests signed as Slack signs them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.app import running as bot_running
from sandbox.server import running as slack_running
from sandbox.signing import signature_headers
from sandbox.workspace import Channel, Message, Person
from tests.patient_slack import PATIENCE, patient_slack
from tests.recorded.recording import Json, Placeholders, Recording
from tests.recorded.replay import Answer, Seen
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import ADA, People
from tests.slack.slack_driver import Office

CONTENT_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "payload": "application/x-www-form-urlencoded",
}
ENVELOPES = {"json": "events_api", "form": "slash_commands", "payload": "interactive"}
"""The type of the envelope in Socket Mode."""
PARTNERS = "T0PARTNERS"
PARTNER = Person("U0NORALIND", "nora", "Nora Lind", tz="Europe/Oslo", team_id=PARTNERS, is_stranger=True)
"""Of another company that shares a channel with ours."""
DEPARTED = Person("U0TOMFORD0", "tom", "Tom Ford", deleted=True)
OTHER_APP = Person("U0OTHERAPP", "otherapp", "Other app", is_bot=True, bot_id="B0OTHERAPP")
"""The user of another app, as whom it posts."""
SLACKBOT = Person("USLACKBOT", "slackbot", "Slackbot")
"""Slack says that it is no bot."""
ORGANIZATION = "E0BRIGHTGR"


class SlackReplay:
    """A `Replay`. Whatever a payload says to be there, is there: messages, other apps, the people of a partner."""

    platform = "slack"
    workspace = "T0BRIGHTSD"

    def __init__(self, office: Office) -> None:
        self.bot = office.bot
        self._office = office
        self._slack = office.sandbox.state
        place = self._slack.workspace
        for person in (PARTNER, DEPARTED, OTHER_APP, SLACKBOT):
            place.add_person(person)
        shared = place.add_channel("partner-deals", {ADA, PARTNER.id, place.bot_user_id}, creator=PARTNER.id)
        shared.shared_with, shared.host = {PARTNERS}, PARTNERS
        place.add_channel("deal-desk", {ADA, place.bot_user_id}, creator=ADA, kind="group")
        self._placeholders = Placeholders(datetime.now(UTC), self._values(), TIMES)

    async def deliver(self, recording: Recording) -> Answer:
        payload = self._placeholders.fill(recording.payload)
        self._take_place(payload)
        return await self._send(payload, recording)

    async def _send(self, payload: Json, recording: Recording) -> Answer:
        if recording.sent_as == "json":
            content = json.dumps(payload)
        else:
            content = urlencode({"payload": json.dumps(payload)} if recording.sent_as == "payload" else payload)
        body, secret = content.encode(), self._slack.config.signing_secret
        headers = {"Content-Type": CONTENT_TYPES[recording.sent_as], **recording.headers}
        url, http = f"{self.bot.url}/slack/events", self._office.people.http
        async with http.post(url, data=body, headers={**headers, **signature_headers(secret, body)}) as response:
            text = await response.text()
            return Answer(response.status, json.loads(text) if text.startswith(("{", "[")) else text or None)

    async def seen(self) -> Seen:
        place, views = self._slack.workspace, self._slack.views
        told: dict[str, list[str]] = {}
        shown: dict[str, list[str]] = {}
        posted: dict[str, list[str]] = {}
        for channel in place.channels.values():
            texts = [_text(each.body) for each in channel.messages.values() if each.body.get("bot_id") == place.bot_id]
            if channel.kind == "im":
                told[channel.other_than(place.bot_user_id)] = texts
            else:
                posted[channel.name] = texts
            for each in channel.ephemerals.values():
                shown.setdefault(str(each.ephemeral_to), []).append(_text(each.body))
        stacks = {who: views.stack(who) for who in place.people}
        opened = {who: str(stack[-1]["callback_id"]) for who, stack in stacks.items() if stack}
        home = tuple(who for who in place.people if views.home(who) is not None)
        return Seen(told, shown, posted, {}, opened, home)

    def refused(self) -> list[str]:
        requests = (each.shown() for each in self._slack.log.after(0))
        return [
            f"{each['name']}: {each['refused']}"
            for each in requests
            if each["direction"] == "to_slack" and each["refused"]
        ]

    def _values(self) -> dict[str, Callable[[], Any]]:
        place = self._slack.workspace
        values: dict[str, Callable[[], Any]] = {
            f"channel:{channel.name}": partial(str, channel.id) for channel in place.channels.values()
        }
        return values | {
            "dm": lambda: self._dm().id,
            "trigger": lambda: self._slack.triggers.issue(ADA),
            "trigger_in_modal": lambda: self._slack.triggers.issue(ADA, self._view()["id"]),
            "card.ts": lambda: self._card().ts,
            "card.blocks": lambda: self._card().body["blocks"],
            "card.deal": lambda: _first_value(self._card().body["blocks"]),
            "response_url": lambda: self._response_url(self._dm(), self._card()),
            "question.ts": lambda: self._question().ts,
            "question.response_url": lambda: self._response_url(self._wins(), self._question()),
            "view": self._view,
            "view.id": lambda: self._view()["id"],
            "view.hash": lambda: self._view()["hash"],
            "view.private_metadata": lambda: self._view()["private_metadata"],
            "view.blocks": lambda: self._view()["blocks"],
            "home": lambda: self._slack.views.home(ADA),
        }

    def _dm(self) -> Channel:
        return self._slack.workspace.dm(ADA, self._slack.workspace.bot_user_id)[0]

    def _wins(self) -> Channel:
        return next(each for each in self._slack.workspace.channels.values() if each.name == "wins")

    def _card(self) -> Message:
        """The newest message of the bot to Ada."""
        return list(self._dm().messages.values())[-1]

    def _question(self) -> Message:
        """The newest message that only Ada sees in #wins."""
        return list(self._wins().ephemerals.values())[-1]

    def _view(self) -> Json:
        """Ada's top modal."""
        return self._slack.views.stack(ADA)[-1]

    def _response_url(self, channel: Channel, message: Message) -> str:
        key = self._slack.response_urls.issue(ADA, channel.id, message.ts)
        return f"{self._office.sandbox.url}/response/{key}"

    def _take_place(self, payload: Json) -> None:
        """What an event reports has happened: the message is in its channel, or is no longer."""
        event = payload.get("event") or {}
        channel = self._slack.workspace.channels.get(str(event.get("channel")))
        of_the_bot = event.get("bot_id") == self._slack.workspace.bot_id
        if event.get("type") not in ("message", "app_mention") or channel is None or of_the_bot:
            return
        if event.get("subtype") == "message_deleted":
            channel.messages.pop(event["deleted_ts"], None)
            return
        message = event.get("message") or event
        self._slack.workspace.add_message(Message(channel.id, {**message, "type": "message"}))


class SocketReplay(SlackReplay):
    """The same over Socket Mode: what Slack would post comes in an envelope, and the acknowledgement is the answer."""

    async def _send(self, payload: Json, recording: Recording) -> Answer:
        tries = int(recording.headers.get("X-Slack-Retry-Num", 0)) + 1
        reason = recording.headers.get("X-Slack-Retry-Reason", "")
        answer = await self._slack.sockets.send(ENVELOPES[recording.sent_as], payload, tries, reason, PATIENCE)
        return Answer(200, answer or None)


class OrgWideReplay(SlackReplay):
    """The same with an app that is installed for the whole organization."""

    workspace = ORGANIZATION


TIMES: dict[str, Callable[[datetime], Any]] = {
    "ts": lambda moment: f"{moment.timestamp():.6f}",
    "epoch": lambda moment: int(moment.timestamp()),
    "epoch_text": lambda moment: str(int(moment.timestamp())),
}


@asynccontextmanager
async def slack_replay(database_url: str) -> AsyncIterator[SlackReplay]:
    """A bot on a small workspace, over HTTP."""
    async with _office(database_url, socket_mode=False) as office:
        yield SlackReplay(office)


@asynccontextmanager
async def socket_replay(database_url: str) -> AsyncIterator[SocketReplay]:
    """A bot on a small workspace, over Socket Mode."""
    async with _office(database_url, socket_mode=True) as office:
        yield SocketReplay(office)


@asynccontextmanager
async def org_wide_replay(database_url: str) -> AsyncIterator[OrgWideReplay]:
    """A bot on a small workspace of an organization that installed the app as a whole, over HTTP."""
    async with _office(database_url, socket_mode=False, organization=ORGANIZATION) as office:
        yield OrgWideReplay(office)


@asynccontextmanager
async def _office(database_url: str, *, socket_mode: bool, organization: str | None = None) -> AsyncIterator[Office]:
    config = patient_slack(socket_mode=socket_mode)
    async with slack_running(config) as sandbox, aiohttp.ClientSession() as http:
        place = sandbox.state.workspace
        place.enterprise_id, place.is_enterprise_install = organization, organization is not None
        async with bot_running(slack_settings(database_url, config, sandbox.api_url, socket_mode=socket_mode)) as bot:
            yield Office(bot, sandbox, People(sandbox.url, http))


def _text(part: Any) -> str:
    """All text of a message, as a client shows it."""
    match part:
        case {"text": str(text), **rest}:
            return "\n".join(filter(None, (unescape(text), _text(rest))))
        case dict():
            return "\n".join(filter(None, map(_text, part.values())))
        case list():
            return "\n".join(filter(None, map(_text, part)))
    return ""


def _first_value(blocks: list[Json]) -> str:
    """The value of the first button."""
    return next(str(each["value"]) for block in blocks for each in block.get("elements", ()) if "value" in each)
