"""The arguments of one user API call, with a sentence for each error."""

from __future__ import annotations

from typing import Any

from sandbox.errors import BadInputError
from sandbox.simulation import Simulation
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


class UserRequest:
    """The arguments of a call, and what they refer to in the workspace. Raises `BadInputError` for invalid ones."""

    def __init__(self, sim: Simulation, args: Json, base_url: str) -> None:
        self.sim = sim
        self.args = args
        self.base_url = base_url

    def text(self, name: str) -> str:
        """A required text."""
        value = self.args.get(name)
        if not isinstance(value, str) or not value:
            raise BadInputError(f"{name} is missing.")
        return value

    def maybe(self, name: str) -> str | None:
        """An optional text."""
        value = self.args.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise BadInputError(f"{name} is a text.")
        return value

    def person(self) -> Person:
        """The person who acts (`as`)."""
        person = self.sim.workspace.people.get(self.text("as"))
        if person is None or person.is_bot:
            raise BadInputError(f"Nobody here has the id {self.args['as']}.")
        return person

    def channel(self, person: Person) -> Channel:
        """The conversation `channel`, which the person must be able to see; a person's id opens the DM."""
        workspace = self.sim.workspace
        wanted = self.text("channel")
        if wanted in workspace.people:
            channel, known = workspace.dm(person.id, wanted)
            if not known:
                self.sim.live.publish({"type": "conversations", "channel": channel.id}, channel.members)
            return channel
        named = workspace.channels.get(wanted) or workspace.channel_by_name(wanted.removeprefix("#"))
        if named is None or not workspace.sees(person.id, named):
            raise BadInputError(f"{person.real_name} sees no conversation called {wanted}.")
        return named

    def message(self, person: Person, channel: Channel, name: str = "ts") -> Message:
        """The message with this timestamp, which the person must be able to see."""
        ts = self.text(name)
        message = channel.messages.get(ts) or channel.ephemerals.get(ts)
        if message is None or message.ephemeral_to not in {None, person.id}:
            raise BadInputError(f"There is no message {ts} to be seen there.")
        return message

    def response_url(self, person: Person, channel: Channel, message: Message | None = None) -> str:
        """A new response URL for the person's interaction."""
        key = self.sim.response_urls.issue(
            person.id,
            channel.id,
            message.ts if message is not None else None,
            message.thread_ts if message is not None else None,
        )
        return f"{self.base_url}/response/{key}"
