"""The conversations of the simulated Teams: their members, and the messages posted, updated and deleted."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class ConnectorRefusal(Exception):  # noqa: N818 (a response, not a failure)
    """An error response: the status, and Microsoft's name of the error."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.message = status, code, message or code


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the tenant."""

    name: str
    user: str
    """Their Teams id for this bot."""
    person: str
    """Their object id in Entra."""
    zone: str = "Europe/Berlin"
    is_guest: bool = False
    tenant: str | None = None
    """The tenant of somebody of another company in a shared channel; None if Teams does not say."""

    def account(self) -> Json:
        """The account as the Bot Connector lists it."""
        first, last = self.name.lower().split()
        name = f"{first}_elsewhere.example#EXT#" if self.is_guest else f"{first.title()}.{last.title()}"
        account = {
            "id": self.user,
            "name": self.name,
            "objectId": self.person,
            "aadObjectId": self.person,
            "email": f"{first}@brightside.example",
            "userPrincipalName": f"{name}@brightside.onmicrosoft.example",
            "userRole": "guest" if self.is_guest else "user",
        }
        return account if self.tenant is None else {**account, "tenantId": self.tenant}


ADA = Person("Ada Kemp", "29:ada", "00000000-0000-4000-8000-0000000000a1")
BRUNO = Person("Bruno Costa", "29:bruno", "00000000-0000-4000-8000-0000000000b2", "America/New_York")
CARLA = Person("Carla Novak", "29:carla", "00000000-0000-4000-8000-0000000000c3")


@dataclass(slots=True)
class Conversation:
    """A personal chat, a group chat or a channel. `blocked` is the error code if the bot may not write to it (403)."""

    id: str
    kind: str
    members: list[Person]
    messages: dict[str, Json] = field(default_factory=dict)
    """By id, oldest first."""
    deleted: list[str] = field(default_factory=list)
    blocked: str | None = None
    updates: int = 0
    team: str | None = None
    """The team's id, for a channel."""
    name: str | None = None
    """The channel's name; the General channel of a team has none."""
    shared: bool = False
    """Whether it is a shared channel."""

    def info(self) -> Json:
        """The channel as the Bot Connector lists it."""
        return {"id": self.id, "name": self.name, "type": "shared" if self.shared else "standard"}


class Chats:
    """All conversations. The bot may not open a chat with the people in `not_installed`.

    `moved` are new ids of personal chats, by the person's Teams id.
    """

    def __init__(self) -> None:
        self.people = [ADA, BRUNO, CARLA]
        self.all: dict[str, Conversation] = {}
        self.not_installed: set[str] = set()
        self.moved: dict[str, str] = {}
        self._numbers = itertools.count(1_700_000_000_000)

    def add(self, id_: str, kind: str, *members: Person) -> Conversation:
        """Add a conversation."""
        self.all[id_] = Conversation(id_, kind, list(members))
        return self.all[id_]

    def add_channel(self, team: str, id_: str, name: str | None, *members: Person) -> Conversation:
        """Add a channel of a team that the bot is in. The General channel has the team's id and no name."""
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
        """The chat between this person and the bot; always the same one."""
        person = next((each for each in self.people if user in (each.user, each.person)), None)
        if person is None:
            raise ConnectorRefusal(400, "BadArgument", "Failed to decrypt pairwise id")
        if person.user in self.not_installed:
            raise ConnectorRefusal(403, "ForbiddenOperationException", "The bot is not installed in personal scope")
        id_ = self.moved.get(person.user) or f"a:1{person.user.removeprefix('29:')}"
        return self.all.get(id_) or self.add(id_, "personal", person)

    def find(self, id_: str) -> Conversation:
        """The conversation with this id, which may be that of a thread in a channel."""
        found = self.all.get(id_.partition(";messageid=")[0])
        if found is None:
            raise ConnectorRefusal(404, "ConversationNotFound")
        if found.blocked is not None:
            raise ConnectorRefusal(403, found.blocked)
        return found

    def post(self, id_: str, activity: Json) -> str:
        """Add a message; returns its id."""
        conversation = self.find(id_)
        number = str(next(self._numbers))
        conversation.messages[number] = {**activity, "id": number}
        return number

    def update(self, id_: str, message: str, activity: Json) -> None:
        """Replace a message."""
        conversation = self.find(id_)
        if message not in conversation.messages:
            raise ConnectorRefusal(404, "ActivityNotFoundInConversation")
        conversation.messages[message] = {**activity, "id": message}
        conversation.updates += 1

    def delete(self, id_: str, message: str) -> None:
        """Delete a message."""
        conversation = self.find(id_)
        if conversation.messages.pop(message, None) is None:
            raise ConnectorRefusal(404, "ActivityNotFoundInConversation")
        conversation.deleted.append(message)
