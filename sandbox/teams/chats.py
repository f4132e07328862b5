"""The conversations of the simulated Teams: who is in them, and what was posted, updated and deleted."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class ConnectorRefusal(Exception):  # noqa: N818 (an answer, not a failure)
    """An answer other than success: the status, and Microsoft's name of the error."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.message = status, code, message or code


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the tenant."""

    name: str
    user: str
    """Teams' id of them for this bot."""
    person: str
    """Their object id in Entra."""
    zone: str = "Europe/Berlin"
    is_guest: bool = False

    def account(self) -> Json:
        """How the Bot Connector lists them."""
        first, last = self.name.lower().split()
        name = f"{first}_elsewhere.example#EXT#" if self.is_guest else f"{first.title()}.{last.title()}"
        return {
            "id": self.user,
            "name": self.name,
            "objectId": self.person,
            "aadObjectId": self.person,
            "email": f"{first}@brightside.example",
            "userPrincipalName": f"{name}@brightside.onmicrosoft.example",
        }


ADA = Person("Ada Kemp", "29:ada", "00000000-0000-4000-8000-0000000000a1")
BRUNO = Person("Bruno Costa", "29:bruno", "00000000-0000-4000-8000-0000000000b2", "America/New_York")
CARLA = Person("Carla Novak", "29:carla", "00000000-0000-4000-8000-0000000000c3")


@dataclass(slots=True)
class Conversation:
    """A personal chat, a group chat or a channel. `blocked`: the code by which writing to it is refused (403)."""

    id: str
    kind: str
    members: list[Person]
    messages: dict[str, Json] = field(default_factory=dict)
    """By id, the oldest first."""
    deleted: list[str] = field(default_factory=list)
    blocked: str | None = None
    updates: int = 0
    team: str | None = None
    """Of a channel."""
    name: str | None = None
    """Of a channel; the first one of a team has none."""

    def info(self) -> Json:
        """How the Bot Connector lists a channel."""
        return {"id": self.id, "name": self.name, "channelType": "standard"}


class Chats:
    """All conversations. `not_installed` are people to whom no bot may open a chat."""

    def __init__(self) -> None:
        self.people = [ADA, BRUNO, CARLA]
        self.all: dict[str, Conversation] = {}
        self.not_installed: set[str] = set()
        self._numbers = itertools.count(1_700_000_000_000)

    def add(self, id_: str, kind: str, *members: Person) -> Conversation:
        """A conversation that is there from the beginning."""
        self.all[id_] = Conversation(id_, kind, list(members))
        return self.all[id_]

    def add_channel(self, team: str, id_: str, name: str | None, *members: Person) -> Conversation:
        """A channel of a team that the bot is in. The first one has the team's id, and no name."""
        channel = self.add(id_, "channel", *members)
        channel.team, channel.name = team, name
        return channel

    def channels(self, team: str) -> list[Conversation]:
        """The channels of a team."""
        found = [each for each in self.all.values() if each.team == team]
        if not found:
            raise ConnectorRefusal(404, "ConversationNotFound")
        return found

    def open_personal(self, user: str) -> Conversation:
        """The chat between that person and the bot; the same one each time."""
        person = next((each for each in self.people if user in (each.user, each.person)), None)
        if person is None:
            raise ConnectorRefusal(400, "BadArgument", "Failed to decrypt pairwise id")
        if person.user in self.not_installed:
            raise ConnectorRefusal(403, "ForbiddenOperationException", "The bot is not installed in personal scope")
        id_ = f"a:1{person.user.removeprefix('29:')}"
        return self.all.get(id_) or self.add(id_, "personal", person)

    def find(self, id_: str) -> Conversation:
        """The conversation; an id may point to a thread of a channel."""
        found = self.all.get(id_.partition(";messageid=")[0])
        if found is None:
            raise ConnectorRefusal(404, "ConversationNotFound")
        if found.blocked is not None:
            raise ConnectorRefusal(403, found.blocked)
        return found

    def post(self, id_: str, activity: Json) -> str:
        """Add a message; gives its id."""
        conversation = self.find(id_)
        number = str(next(self._numbers))
        conversation.messages[number] = {**activity, "id": number}
        return number

    def update(self, id_: str, message: str, activity: Json) -> None:
        """Put another message in the place of one."""
        conversation = self.find(id_)
        if message not in conversation.messages:
            raise ConnectorRefusal(404, "ActivityNotFoundInConversation")
        conversation.messages[message] = {**activity, "id": message}
        conversation.updates += 1

    def delete(self, id_: str, message: str) -> None:
        """Take a message away."""
        conversation = self.find(id_)
        if conversation.messages.pop(message, None) is None:
            raise ConnectorRefusal(404, "ActivityNotFoundInConversation")
        conversation.deleted.append(message)
