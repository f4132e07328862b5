"""Teams under test: the real bot on the simulated Bot Connector, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from bot.teams.card_text import TeamsMarkup
from bot.ui.texts import Texts
from sandbox.teams.chats import ADA, BRUNO, CARLA, Person
from tests.conformance.platform import NOTHING, Entry, Shown
from tests.teams.card_driver import CardDriver
from tests.teams.listening_bot import posted
from tests.teams.teams_driver import BOT, TEAM, WINS, Company, Json, at_work, until
from tests.teams.test_activity_handler import card as card_saying
from tests.teams.test_activity_handler import say

SEVERAL = "[]"
"""The end of the id of a field that takes several values."""
OF_THE_OUTBOX = "letter:"
"""How the nonce of a card begins that the outbox sends."""
PEOPLE = {each.person: each for each in (ADA, BRUNO)}


@dataclass(frozen=True, slots=True)
class Card:
    """A card in a message or a dialog. `message` is the id of the message that it is in."""

    content: CardDriver
    in_dialog: bool = False
    message: str = ""


class TeamsUnderTest:
    """A `PlatformUnderTest`. A command opens its modal as a card in the chat, a button of a message as a dialog."""

    name = "teams"
    rep, colleague = ADA.person, BRUNO.person

    def __init__(self, company: Company) -> None:
        self._company = company
        self.database = company.bot.database
        self.texts = Texts(TeamsMarkup({}, UTC), "@FirstCall")
        self._last: tuple[str, Json, Person, str] = ("", {}, ADA, "")

    async def introduce(self, who: str) -> None:
        await say(self._company, "hello", PEOPLE[who])

    async def post(self, text: str, *, times: int = 1) -> None:
        activity = posted(self._company, text)
        for _ in range(times):
            assert (await self._company.post(activity))[0] == 200

    async def message(self, saying: str, who: str = "") -> Shown:
        number, found = await card_saying(self._company, saying, PEOPLE[who or self.rep])
        return _shown(Card(found, message=number))

    async def command(self, text: str, *, in_channel: bool = False) -> Shown:
        before = self._messages()
        activity = self._company.activity(**_mention(text)) if in_channel else self._company.activity(text=text)
        assert (await self._company.post(activity))[0] == 200
        await until(lambda: len(self._messages()) > len(before))
        number, message = next(each for each in self._messages().items() if each[0] not in before)
        if not message.get("attachments"):
            return Shown(str(message["text"]))
        return _shown(Card(CardDriver(message["attachments"][0]["content"]), message=number))

    async def click(self, shown: Shown, action_id: str, *, value: str = "", user: str = "", who: str = "") -> Shown:
        card: Any = shown.source
        action, picker = _button(card.content.content, action_id, value)
        if picker:
            data = action["data"] | {picker: user}
        else:
            data = card.content.pressed(action["title"], action.get("tooltip", ""))
        return await self._press(card, action, data, PEOPLE[who or self.rep])

    async def click_again(self) -> Shown:
        name, value, person, message = self._last
        more = {"replyToId": message} if message else {}
        activity = self._company.activity("invoke", who=person, name=name, value=value, **more)
        status, answer = await self._company.post(activity)
        assert status == 200, answer
        return _answered(answer, message)

    async def click_unknown(self) -> Shown:
        name, value, person, message = self._last
        data = value["action"]["data"] if name == "adaptiveCard/action" else value["data"]
        data = {**data, "firstcall": {**data["firstcall"], "tap": "card.of_the_past"}}
        value = {"action": {**value["action"], "data": data}} if name == "adaptiveCard/action" else {"data": data}
        self._last = (name, value, person, message)
        return await self.click_again()

    async def submit(self, shown: Shown, entries: Mapping[str, Entry], *, who: str = "") -> Shown:
        card: Any = shown.source
        for name, entry in entries.items():
            several = isinstance(entry, list)
            card.content.filled[f"{name}{SEVERAL}" if several else name] = ",".join(entry) if several else entry
        save = next(each for each in card.content.content["actions"] if each["data"]["firstcall"].get("save"))
        return await self._press(
            card, save, card.content.pressed(save["title"], save.get("tooltip", "")), PEOPLE[who or self.rep]
        )

    def _messages(self) -> dict[str, Json]:
        """The bot's answers in the rep's chat and in the channel, without what the outbox sends meanwhile."""
        chats = (self._company.chat(), self._company.teams.chats.all[WINS])
        return {
            number: message
            for chat in chats
            for number, message in chat.messages.items()
            if OF_THE_OUTBOX not in str(message)
        }

    async def _press(self, card: Card, action: Json, data: Json, person: Person) -> Shown:
        if card.in_dialog:
            self._last = ("task/submit", {"data": data}, person, "")
        elif data.get("msteams") == {"type": "task/fetch"}:
            self._last = ("task/fetch", {"data": data}, person, "")
        else:
            self._last = ("adaptiveCard/action", {"action": {**action, "data": data}}, person, card.message)
        return await self.click_again()


@asynccontextmanager
async def teams_platform(url: str) -> AsyncIterator[TeamsUnderTest]:
    """The bot in a company with one team."""
    async with at_work(url) as company:
        company.teams.chats.add_channel(TEAM, WINS, "wins", ADA, BRUNO, CARLA)
        yield TeamsUnderTest(company)


def _answered(answer: Any, message: str) -> Shown:
    """What the answer to an invoke shows."""
    match answer:
        case {"task": {"type": "continue", "value": {"card": {"content": content}}}}:
            return _shown(Card(CardDriver(content), in_dialog=True))
        case {"task": {"type": "message", "value": text}} | {"value": str(text)}:
            return Shown(text)
        case {"value": {"type": "AdaptiveCard"} as content}:
            return _shown(Card(CardDriver(content), message=message))
        case _:
            assert not answer, answer
            return NOTHING


def _shown(card: Card) -> Shown:
    actions = [each for each, _ in _actions(card.content.content)]
    carried = [each["data"]["firstcall"] for each in actions]
    forms = {each["form"] for each in carried if each.get("form")}
    fields = card.content.fields
    return Shown(
        card.content.text,
        forms.pop() if forms else "",
        tuple((each["tap"], each.get("value", "")) for each in carried if each.get("tap")),
        {name: each.get("value", "") for name, each in fields.items() if each["type"] == "Input.Text"},
        {
            name.removesuffix(SEVERAL): tuple(choice["value"] for choice in each["choices"])
            for name, each in fields.items()
            if name.endswith(SEVERAL)
        },
        card,
    )


def _actions(content: Json) -> Iterator[tuple[Json, str]]:
    """Every action of the card that reaches the bot, and the field of the menu that it belongs to."""
    rows = [each["actions"] for each in content.get("body", ()) if each["type"] == "ActionSet"]
    for action in [*(each for row in rows for each in row), *content.get("actions", ())]:
        if action["type"] == "Action.ShowCard":
            yield action["card"]["actions"][0], action["card"]["body"][0]["id"]
        else:
            yield action, ""


def _button(content: Json, action_id: str, value: str) -> tuple[Json, str]:
    for action, picker in _actions(content):
        carried = action["data"]["firstcall"]
        if carried.get("tap") == action_id and (not value or carried.get("value") == value):
            return action, picker
    raise AssertionError(f"there is no {action_id} in {content}")


def _mention(text: str) -> Json:
    entity = {"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": BOT, "name": "FirstCall"}}
    return {"text": f"<at>FirstCall</at> {text}", "channel": WINS, "entities": [entity]}
