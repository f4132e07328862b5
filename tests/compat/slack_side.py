"""Slack as the bot meets it: a Web API that takes everything and keeps it, and the requests of people's clicks."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.ports.clock import Clock

Json = dict[str, Any]

TOKEN, SECRET = "xoxb-compat", "compat-signing-secret"
TEAM, BOT = "T0COMPAT", "U0BOT"
ADA, BEN, CLEO = "U0ADA", "U0BEN", "U0CLEO"
"""A rep, another rep, an administrator."""
NAMES = {ADA: "Ada Kemp", BEN: "Ben Ito", CLEO: "Cleo Marsh"}
CHANNELS = {"C0WINS": "wins", "C0SALES": "sales", "C0HR": "hr"}
WINS, SALES, HR = CHANNELS


@dataclass(slots=True)
class SlackSide:
    """What Slack has, by the ids that the bot knows it under. `first` is the first number that is still free."""

    first: int = 1
    messages: list[Json] = field(default_factory=list)
    """What the bot posted, with channel, ts, blocks and metadata."""
    whispers: list[Json] = field(default_factory=list)
    """What only one person saw: answers to commands, questions."""
    views: dict[str, Json] = field(default_factory=dict)
    """The open modals, the newest last."""
    homes: dict[str, Json] = field(default_factory=dict)
    """The Home tab of each person."""
    notices: list[Json] = field(default_factory=list)
    """Modals that were laid on top of another one, or that say why something was refused."""
    calls: list[str] = field(default_factory=list)
    """The methods that were called, and `response_url`, the oldest first."""
    refuse: dict[str, str] = field(default_factory=dict)
    """Whom nothing can be posted to, with Slack's name of the error."""
    lose_answer: bool = False
    """The next post is taken, and its answer is lost on the way."""
    silent: bool = False
    """Every post is taken, and none is answered."""
    url: str = ""
    numbers: itertools.count[int] = field(init=False)
    clock: Clock | None = None

    def __post_init__(self) -> None:
        self.numbers = itertools.count(self.first)

    def message(self, saying: str, offering: str, *, to: str = ADA) -> Json:
        """The oldest message to somebody that says this and has a button with that action id."""
        found = [
            message
            for message in self.messages
            if message["channel"] == f"D{to}"
            and saying in json.dumps(message, ensure_ascii=False)
            and any(element["action_id"] == offering for _, element in elements(message))
        ]
        assert found, f"nothing says {saying!r} and offers {offering} among {[m['text'] for m in self.messages]}"
        return found[0]

    @property
    def view(self) -> Json:
        """The top modal."""
        return list(self.views.values())[-1]

    def number(self) -> int:
        """A number that nothing has yet."""
        return next(self.numbers)

    def ts(self) -> str:
        """The ts of a new message."""
        assert self.clock is not None
        return f"{int(self.clock.now().timestamp())}.{self.number():06d}"

    # --- the Web API ---

    async def answer(self, request: web.Request) -> web.Response:
        """Any method of the Web API."""
        method, asked = request.match_info["method"], await _asked(request)
        self.calls.append(method)
        answers = {
            "auth.test": lambda _: {"team_id": TEAM, "team": "Brightside", "user_id": BOT, "bot_id": "B0BOT"},
            "users.info": self._person,
            "conversations.info": self._channel,
            "conversations.members": lambda _: {"members": list(NAMES)},
            "conversations.open": lambda asked: {"channel": {"id": f"D{asked['users']}"}},
            "conversations.history": self._history,
            "chat.getPermalink": lambda asked: {"permalink": f"https://slack.example/{asked['message_ts']}"},
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.postEphemeral": self._whisper,
            "chat.delete": lambda _: {},
            "files.delete": lambda _: {},
            "dnd.info": lambda _: {"dnd_enabled": False},
            "files.getUploadURLExternal": lambda _: {"upload_url": f"{self.url}/upload", "file_id": "F0INVITE"},
            "files.completeUploadExternal": lambda _: {"files": [{"id": "F0INVITE", "title": "Call"}]},
            "views.open": self._open,
            "views.push": self._open,
            "views.update": self._redraw,
            "views.publish": self._publish,
        }
        told = answers[method](asked)
        if self.silent and method == "chat.postMessage":
            await asyncio.Event().wait()
        if self.lose_answer and method == "chat.postMessage":
            self.lose_answer = False
            return web.json_response({"ok": False, "error": "internal_error"}, status=503)
        return web.json_response({"ok": "error" not in told, **told})

    async def take_file(self, _request: web.Request) -> web.Response:
        """The second step of an upload."""
        return web.Response(text="OK")

    async def respond(self, request: web.Request) -> web.Response:
        """The `response_url` of a message: another one in its place, or one that only its reader sees."""
        said, ts = await request.json(), request.match_info["ts"]
        self.calls.append("response_url")
        if said.get("replace_original"):
            for message in (*self.messages, *self.whispers):
                if message["ts"] == ts:
                    message.update(text=said["text"], blocks=said["blocks"])
        else:
            self.whispers.append({"channel": "", "ts": self.ts(), **said})
        return web.json_response({"ok": True})

    def _person(self, asked: Json) -> Json:
        who = asked["user"]
        profile = {"display_name": NAMES[who]}
        return {"user": {"id": who, "tz": "Europe/London", "profile": profile, "is_admin": who == CLEO}}

    def _channel(self, asked: Json) -> Json:
        name = CHANNELS[asked["channel"]]
        return {"channel": {"id": asked["channel"], "name": name, "creator": ADA, "is_member": True}}

    def _history(self, asked: Json) -> Json:
        return {"messages": [m for m in reversed(self.messages) if m["channel"] == asked["channel"]]}

    def _post(self, asked: Json) -> Json:
        address = asked["channel"]
        if address in self.refuse:
            return {"error": self.refuse[address]}
        channel = f"D{address}" if address.startswith("U") else address
        kept: Json = {name: asked[name] for name in ("text", "blocks", "metadata") if name in asked}
        self.messages.append({"channel": channel, "ts": self.ts(), **kept})
        return {"channel": channel, "ts": self.messages[-1]["ts"]}

    def _update(self, asked: Json) -> Json:
        for message in self.messages:
            if (message["channel"], message["ts"]) == (asked["channel"], asked["ts"]):
                message.update({name: asked[name] for name in ("text", "blocks", "metadata") if name in asked})
                return {"channel": asked["channel"], "ts": asked["ts"]}
        return {"error": "message_not_found"}

    def _whisper(self, asked: Json) -> Json:
        self.whispers.append({"channel": asked["channel"], "ts": self.ts(), "text": asked["text"]})
        self.whispers[-1]["blocks"] = asked["blocks"]
        return {"message_ts": self.whispers[-1]["ts"]}

    def _open(self, asked: Json) -> Json:
        return {"view": self.show(asked["view"])}

    def _redraw(self, asked: Json) -> Json:
        open_now = self.views.get(asked["view_id"])
        if open_now is None:
            return {"error": "not_found"}
        if asked.get("hash") not in (None, open_now["hash"]):
            return {"error": "hash_conflict"}
        return {"view": self.show(asked["view"], open_now["id"])}

    def _publish(self, asked: Json) -> Json:
        self.homes[asked["user_id"]] = {**asked["view"], "id": f"VH{asked['user_id']}", "hash": f"h{self.number()}"}
        return {"view": self.homes[asked["user_id"]]}

    def show(self, view: Json, view_id: str | None = None) -> Json:
        """Have a modal open, or drawn anew. A notice has nothing to submit, and is closed by its reader at once."""
        shown = {
            **view,
            "id": view_id or f"V{self.number()}",
            "hash": f"h{self.number()}",
            "app_installed_team_id": TEAM,
        }
        if view["callback_id"] == "notice":
            self.notices.append(shown)
            self.views.pop(shown["id"], None)
        else:
            self.views[shown["id"]] = shown
        return shown


async def _asked(request: web.Request) -> Json:
    """What a method was called with, wherever it stands."""
    asked: Json = dict(request.query)
    if request.content_type == "application/json":
        asked |= await request.json()
        return asked
    for name, value in (await request.post()).items():
        asked[name] = json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value
    return asked


@asynccontextmanager
async def slack_running(slack: SlackSide) -> AsyncIterator[SlackSide]:
    """Slack on loopback for as long as the block runs."""
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack.answer)
    app.router.add_post("/upload", slack.take_file)
    app.router.add_post("/respond/{ts}", slack.respond)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield slack
    finally:
        await runner.cleanup()


# --- what people do, as Slack posts it ---


def event(slack: SlackSide, event: Json) -> Json:
    """The envelope of an event."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0COMPAT",
        "event_id": f"Ev{slack.number()}",
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "event": event,
    }


def posted(slack: SlackSide, text: str, *, who: str = ADA, channel: str = WINS) -> Json:
    """Somebody posts a message."""
    said = {"type": "message", "channel": channel, "user": who, "text": text, "ts": slack.ts()}
    return event(slack, {**said, "channel_type": "channel"})


def deleted(slack: SlackSide, before: Json) -> Json:
    """Somebody deletes what they had `posted`."""
    message = before["event"]
    what = {"type": "message", "subtype": "message_deleted", "channel": message["channel"], "ts": slack.ts()}
    return event(slack, {**what, "deleted_ts": message["ts"], "previous_message": message})


def invited(slack: SlackSide, channel: str, *, who: str = ADA) -> Json:
    """Somebody invites the bot into a channel."""
    return event(slack, {"type": "member_joined_channel", "user": BOT, "channel": channel, "inviter": who})


def home_opened(slack: SlackSide, *, who: str = ADA) -> Json:
    """Somebody looks at the Home tab."""
    return event(slack, {"type": "app_home_opened", "user": who, "tab": "home"})


def typed(slack: SlackSide, text: str, *, who: str = ADA, channel: str = SALES) -> Json:
    """Somebody types the command."""
    command = {"command": "/firstcall", "text": text, "channel_id": channel, "team_id": TEAM, "user_id": who}
    return {**command, "api_app_id": "A0COMPAT", "trigger_id": f"t{slack.number()}"}


def shortcut(slack: SlackSide, text: str, *, who: str = ADA) -> Json:
    """Somebody picks "Closed deal" on a message."""
    message = {"type": "message", "user": who, "text": text, "ts": slack.ts()}
    return {**_who(slack, who), "type": "message_action", "callback_id": "closed_deal", "message": message}


def tapped(slack: SlackSide, holder: Json, action_id: str, *, who: str = ADA, nth: int = 0, picked: str = "") -> Json:
    """Somebody taps a button (the `nth` of that id), or picks a person in a menu, of a message, modal or Home tab."""
    found = [(block, element) for block, element in elements(holder) if element["action_id"] == action_id]
    assert len(found) > nth, f"there is no {action_id} in {[e['action_id'] for _, e in elements(holder)]}"
    block, element = found[nth]
    action = {"type": element["type"], "action_id": action_id, "block_id": block["block_id"], "action_ts": slack.ts()}
    if "selected_option" in element:
        action |= {"type": "overflow", "action_id": "more", "selected_option": element["selected_option"]}
    elif element["type"] == "users_select":
        action["selected_user"] = picked or ADA
    else:
        action["value"] = element["value"]
    body = {**_who(slack, who), "type": "block_actions", "actions": [action]}
    if "hash" in holder:
        state = {"values": filled(holder, {})} if holder["type"] == "modal" else {}
        return {**body, "container": {"type": "view", "view_id": holder["id"]}, "view": {**holder, "state": state}}
    container = {"type": "message", "channel_id": holder["channel"], "message_ts": holder["ts"]}
    at = {"channel": {"id": holder["channel"]}, "response_url": f"{slack.url}/respond/{holder['ts']}"}
    return {**body, "container": container, "message": holder, **at}


def submitted(slack: SlackSide, view: Json, *, who: str = ADA, **entries: Any) -> Json:
    """Somebody submits a modal: a text is typed, a list is ticked, a one-tuple is chosen; the rest stays as it is."""
    state = {"values": filled(view, entries)}
    return {**_who(slack, who), "type": "view_submission", "view": {**view, "state": state}}


def elements(holder: Json) -> list[tuple[Json, Json]]:
    """The buttons and menus of a message or view, each with its block; the options of "…" as the buttons they are."""
    found = []
    for block in holder["blocks"]:
        for element in block["elements"] if block["type"] == "actions" else ():
            if element["type"] != "overflow":
                found.append((block, element))
            for option in element["options"] if element["type"] == "overflow" else ():
                _, action_id, value = option["value"].split("|")
                button = {"type": "button", "action_id": action_id, "value": value, "text": option["text"]}
                found.append((block, {**button, "selected_option": option}))
    return found


def filled(view: Json, entries: Mapping[str, Any]) -> Json:
    """The state of a modal with these entries in its fields, by the fields' names."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    unknown = set(entries) - {block["element"]["action_id"] for block in inputs}
    assert not unknown, f"there is no field {unknown}"
    state = {}
    for block in inputs:
        element = block["element"]
        name = element["action_id"]
        state[block["block_id"]] = {name: {"type": element["type"], **_entry(element, entries.get(name))}}
    return state


def _entry(element: Json, entry: Any) -> Json:
    options = {option["value"]: option for option in element.get("options", ())}
    match element["type"]:
        case "plain_text_input":
            return {"value": (element.get("initial_value") if entry is None else entry) or None}
        case "checkboxes":
            ticked = element.get("initial_options", []) if entry is None else [options[each] for each in entry]
            return {"selected_options": ticked}
        case "users_select":
            return {"selected_user": entry or element.get("initial_user")}
        case _:
            return {"selected_option": element.get("initial_option") if entry is None else options[entry[0]]}


def _who(slack: SlackSide, who: str) -> Json:
    team = {"id": TEAM, "domain": "brightside"}
    user = {"id": who, "team_id": TEAM}
    return {"team": team, "user": user, "api_app_id": "A0COMPAT", "trigger_id": f"t{slack.number()}"}


async def send(http: aiohttp.ClientSession, bot_url: str, body: Json) -> Json:
    """Post a request to the bot as Slack does, signed; gives its answer. Fails for anything but a 200."""
    if body.get("type") == "event_callback":
        content, kind = json.dumps(body), "application/json"
    elif "command" in body:
        content, kind = urlencode(body), "application/x-www-form-urlencoded"
    else:
        content, kind = urlencode({"payload": json.dumps(body)}), "application/x-www-form-urlencoded"
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=content)
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}
    async with http.post(f"{bot_url}/slack/events", data=content.encode(), headers=headers) as answer:
        text = await answer.text()
        assert answer.status == 200, (answer.status, text)
    answered: Json = json.loads(text) if text.startswith("{") else {}
    return answered
