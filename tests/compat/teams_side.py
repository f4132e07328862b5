"""Teams as the bot meets it: the simulated Bot Connector, and the activities of people's clicks."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.teams.chats import ADA, BRUNO, CARLA, Person
from sandbox.teams.server import TeamsSandbox

Json = dict[str, Any]

APP_ID = "11111111-2222-4333-8444-555555555555"
PASSWORD = "the-bots-own-secret"
TENANT = "99999999-8888-4777-8666-555555555555"
BOT = f"28:{APP_ID}"
TEAM, WINS = "19:team@thread.tacv2", "19:wins@thread.tacv2"
OURS = "firstcall"
"""Where the data of a button holds what is the bot's."""
CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(slots=True)
class TeamsSide:
    """The conversations of a tenant. `first` is the first number that is still free."""

    sandbox: TeamsSandbox
    first: int = 1
    numbers: itertools.count[int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = itertools.count(self.first)
        self.sandbox.chats.add_channel(TEAM, WINS, "wins", ADA, BRUNO, CARLA)
        for person in (ADA, BRUNO, CARLA):
            self.sandbox.chats.open_personal(person.user)

    def restore(self, messages: Json) -> None:
        """Have every message stand where it stood; ids are given in the order in which they are posted."""
        everything = [(number, chat) for chat, found in messages.items() for number in found]
        for number, chat in sorted(everything):
            assert self.sandbox.chats.post(chat, messages[chat][number]) == number

    def messages(self) -> Json:
        """Every message, by conversation and id."""
        return {each.id: each.messages for each in self.sandbox.chats.all.values()}

    def chat(self, who: Person = ADA) -> dict[str, Json]:
        """The messages in somebody's chat with the bot, by id."""
        return self.sandbox.chats.open_personal(who.user).messages

    def card(self, saying: str, offering: str, who: Person = ADA) -> Json:
        """The oldest card in somebody's chat that says this and has a button that does `offering`."""
        found = [
            card_of(message)
            for message in self.chat(who).values()
            if saying in json.dumps(message, ensure_ascii=False)
            and "attachments" in message
            and any(does(button) == offering for button in buttons(card_of(message)))
        ]
        assert found, f"nothing says {saying!r} and offers {offering} among {[*self.chat(who).values()]}"
        return found[0]

    def activity(self, kind: str = "message", who: Person = ADA, channel: str | None = None, **more: Any) -> Json:
        """An activity of somebody's chat with the bot, or of a channel."""
        data: Json = {"tenant": {"id": TENANT}}
        number = next(self.numbers)
        if channel is None:
            conversation: Json = {"id": f"a:1{who.user.removeprefix('29:')}", "conversationType": "personal"}
        else:
            conversation = {"id": f"{channel};messageid={number}", "conversationType": "channel", "isGroup": True}
            data |= {"channel": {"id": channel}, "team": {"id": TEAM, "name": "Sales"}}
        return {
            "type": kind,
            "id": f"f:{number}",
            "timestamp": "2026-03-02T12:00:00.000Z",
            "serviceUrl": self.sandbox.service_url,
            "channelId": "msteams",
            "from": {"id": who.user, "name": who.name, "aadObjectId": who.person},
            "conversation": {**conversation, "tenantId": TENANT},
            "recipient": {"id": BOT, "name": "FirstCall"},
            "entities": [{"type": "clientInfo", "locale": "en-GB", "platform": "Web", "timezone": "Europe/London"}],
            "channelData": data,
            **more,
        }

    def pressed(
        self,
        card: Json,
        tap: str,
        *,
        who: Person = ADA,
        nth: int = 0,
        reply_to: str = "",
        **entries: Any,
    ) -> Json:
        """A button is pressed (the `nth` that does `tap`; "save" and "leave" are those below a form).

        The activity is what Teams makes of it: an answer is asked for in place of the card, or in a dialog.
        """
        found = [button for button in buttons(card) if does(button) == tap]
        assert len(found) > nth, f"there is no {tap} in {[does(button) for button in buttons(card)]}"
        button = found[nth]
        data = dict(button["data"])
        if button.get("associatedInputs") != "none":
            data |= {name: entries.pop(name, value) for name, value in fields(card).items()}
            assert not entries, f"there is no field {list(entries)}"
        more = {"replyToId": reply_to} if reply_to else {}
        if button["type"] == "Action.Execute":
            action = {"type": "Action.Execute", "verb": button["verb"], "data": data}
            value: Json = {"action": action, "trigger": "manual"}
            return self.activity("invoke", who, name="adaptiveCard/action", value=value, **more)
        name = "task/fetch" if data.get("msteams") == {"type": "task/fetch"} else "task/submit"
        return self.activity("invoke", who, name=name, value={"data": data}, **more)

    async def send(self, http: aiohttp.ClientSession, bot_url: str, activity: Json) -> Json:
        """Post an activity to the bot as the Bot Connector does; gives its answer. Fails for anything but success."""
        token = self.sandbox.keys.token(APP_ID, self.sandbox.service_url)
        headers = {"Authorization": f"Bearer {token}"}
        async with http.post(f"{bot_url}/api/messages", json=activity, headers=headers) as answer:
            text = await answer.text()
            assert answer.status in (200, 201, 202), (answer.status, text)
        return json.loads(text) if text.startswith("{") else {}


def card_of(message: Json) -> Json:
    """The card of a message."""
    card: Json = message["attachments"][0]["content"]
    return card


def card_in(answer: Json) -> Json:
    """The card that a button was answered with, in its place or in a dialog."""
    card: Json = answer["task"]["value"]["card"]["content"] if "task" in answer else answer["value"]
    return card


def data_of(activity: Json) -> Json:
    """The data of the button that an activity is about; empty for any other activity."""
    value: Json = activity.get("value") or {}
    data: Json = value.get("action", value).get("data", {})
    return data


def buttons(card: Json) -> Iterator[Json]:
    """Every button of a card, those that unfold included."""
    actions = [action for element in card["body"] if element["type"] == "ActionSet" for action in element["actions"]]
    for action in (*actions, *card.get("actions", ())):
        if action["type"] == "Action.ShowCard":
            yield from action["card"]["actions"]
        else:
            yield action


def does(button: Json) -> str:
    """What a button does: the id of its tap, or that it saves or leaves the form above it."""
    carried = button["data"][OURS]
    return str(carried.get("tap") or ("save" if carried.get("save") else "leave"))


def form_of(card: Json) -> str:
    """Which form the card is; empty for a message."""
    return str(next(buttons(card))["data"][OURS].get("form", ""))


def fields(card: Json) -> dict[str, str]:
    """The fields of a card with what stands in them."""
    unfolded = [
        action["card"]
        for element in card["body"]
        if element["type"] == "ActionSet"
        for action in element["actions"]
        if action["type"] == "Action.ShowCard"
    ]
    holders = [card, *unfolded]
    return {
        each["id"]: each.get("value", "")
        for holder in holders
        for each in holder["body"]
        if each["type"].startswith("Input.")
    }
