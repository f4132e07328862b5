"""Teams in a replay: the real bot, the simulated Bot Connector, and activities with tokens as Microsoft issues them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from bot.teams.activity import read_activity
from bot.teams.connector.allowlist import Allowlist
from bot.teams.connector.jwt_validation import Claims
from bot.ui.ids import ActionId
from sandbox.teams.chats import ADA, BRUNO, CARLA, Person
from tests.recorded.recording import Json, Placeholders, Recording, iso
from tests.recorded.replay import Answer, Seen
from tests.running_bot import TENANT
from tests.teams.card_driver import CardDriver
from tests.teams.teams_driver import TEAM, WINS, Company, at_work
from tests.wording import wording

GROUP_CHAT, MEETING = "19:dealdesk@thread.v2", "19:meeting_MTIzNDU2Nzg5@thread.v2"
GENERAL, PARTNERS = TEAM, "19:partners@thread.tacv2"
GUEST = Person("Gina Ferro", "29:gina", "00000000-0000-4000-8000-0000000000d4", is_guest=True)
FROM_MICROSOFT = Allowlist(frozenset({TENANT}))


class TeamsReplay:
    """A `Replay`. The service URLs of the recordings are Microsoft's; their path is served by the simulation."""

    platform = "teams"
    workspace = TENANT

    def __init__(self, company: Company) -> None:
        self.bot = company.bot
        self._company = company
        chats = company.teams.chats
        chats.people.append(GUEST)
        chats.add_channel(TEAM, GENERAL, None, ADA, BRUNO, CARLA, GUEST)
        chats.add_channel(TEAM, WINS, "wins", ADA, BRUNO, CARLA, GUEST)
        chats.add_channel(TEAM, PARTNERS, "partners", ADA, BRUNO, GUEST)
        chats.add(GROUP_CHAT, "groupChat", ADA, BRUNO)
        chats.add(MEETING, "groupChat", ADA, BRUNO, GUEST)
        for person in (ADA, BRUNO, CARLA, GUEST):
            company.chat(person)
        self._names = {WINS: "wins", GENERAL: "General", PARTNERS: "partners", GROUP_CHAT: "chat", MEETING: "meeting"}
        self._placeholders = Placeholders(datetime.now(UTC), self._values(), TIMES)

    async def deliver(self, recording: Recording) -> Answer:
        activity = self._placeholders.fill(recording.payload)
        service_url = str(activity["serviceUrl"])
        if recording.expect.status == 200:
            FROM_MICROSOFT.check(read_activity(activity), Claims(service_url))
        here = f"{self._company.teams.url}{urlsplit(service_url).path}"
        token = self._company.token(serviceurl=here)
        status, body = await self._company.post(
            {**activity, "serviceUrl": here}, token=token, headers=dict(recording.headers)
        )
        return Answer(status, body)

    async def seen(self) -> Seen:
        chats = self._company.teams.chats
        told = {
            person.person: [_text(each) for each in self._company.chat(person).messages.values()]
            for person in chats.people
        }
        posted = {
            name: [_text(each) for each in chats.all[conversation].messages.values()]
            for conversation, name in self._names.items()
        }
        return Seen(told, {}, posted, {}, {}, ())

    def refused(self) -> list[str]:
        return self._company.teams.refusals

    def _values(self) -> dict[str, Callable[[], Any]]:
        return {
            "greeting": lambda: wording("teams.greetings").split()[0],
            "card.id": lambda: self._card()[0],
            **{f"button:{tap}": partial(self._button, tap) for tap in ActionId},
        }

    def _card(self) -> tuple[str, Json]:
        """The newest message of the bot to Ada: its id and its card."""
        number, message = list(self._company.chat(ADA).messages.items())[-1]
        card: Json = message["attachments"][0]["content"]
        return number, card

    def _button(self, tap: str) -> Json:
        """What the button of the newest card sends."""
        actions = [*_actions(self._card()[1])]
        return next(each["data"] for each in actions if each["data"]["firstcall"].get("tap") == tap)


TIMES: dict[str, Callable[[datetime], Any]] = {
    "id": lambda moment: str(int(moment.timestamp() * 1000)),
    "iso": iso,
}
"""A message's id is the time at which it was posted."""


@asynccontextmanager
async def teams_replay(database_url: str) -> AsyncIterator[TeamsReplay]:
    """A bot in a company with one team."""
    async with at_work(database_url) as company:
        yield TeamsReplay(company)


def _text(message: Json) -> str:
    """The text of a message and of its card."""
    cards = [CardDriver(each["content"]).text for each in message.get("attachments", ())]
    return "\n".join(filter(None, (message.get("text") or message.get("summary"), *cards)))


def _actions(content: Json) -> Iterator[Json]:
    rows = [each["actions"] for each in content.get("body", ()) if each["type"] == "ActionSet"]
    for action in [*(each for row in rows for each in row), *content.get("actions", ())]:
        if action["type"] != "Action.ShowCard":
            yield action
