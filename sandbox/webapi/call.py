"""One Web API call: its arguments, however they were sent; and the declaration of a method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox import json_body
from sandbox.errors import SlackRefusal
from sandbox.simulation import Simulation
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


@dataclass(slots=True)
class Call:
    """The arguments of a call. Forms contain texts, JSON bodies contain values: both are accepted.

    `broadcasts` collects the broadcast mentions in its content.
    """

    sim: Simulation
    args: Json
    base_url: str
    broadcasts: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """A text argument; None if it is missing or empty."""
        value = self.args.get(name)
        if value is None or value == "":
            return None
        return value if isinstance(value, str) else str(value)

    def required(self, name: str, refusal: str = "invalid_arguments") -> str:
        """A required text argument."""
        value = self.text(name)
        if value is None:
            messages = [f"missing required field: {name}"] if refusal == "invalid_arguments" else None
            raise SlackRefusal(refusal, messages=messages)
        return value

    def flag(self, name: str) -> bool:
        """A boolean argument: `true`, `1`, true."""
        return str(self.args.get(name, "")).lower() in {"true", "1"}

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1, capped at `most`. Refuses `invalid_arguments`."""
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise SlackRefusal("invalid_arguments", messages=[f"invalid {name} [json-pointer:/{name}]"]) from None
        if number < 1:
            raise SlackRefusal("invalid_arguments", messages=[f"invalid {name} [json-pointer:/{name}]"])
        return min(number, most)

    def structured(self, name: str, refusal: str) -> Any:
        """A JSON argument, as a value or as JSON text; None if it is missing."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json_body.parsed(value)
        except json_body.UnreadableBody:
            raise SlackRefusal(refusal) from None

    # --- who and where ------------------------------------------------------------------------------------------

    def channel(self, name: str = "channel", *, for_writing: bool = False) -> Channel:
        """The conversation that the argument names, if the bot may see it.

        Refuses `channel_not_found`; for writing, also `is_archived`.
        """
        workspace = self.sim.workspace
        wanted = self.required(name)
        channel = workspace.channels.get(wanted) or workspace.channel_by_name(wanted.removeprefix("#"))
        if channel is None and for_writing and wanted in workspace.people:
            channel = self.open_dm(wanted)
        if channel is None or not channel.sees(workspace.bot_user_id):
            raise SlackRefusal("channel_not_found")
        if for_writing and channel.is_archived:
            raise SlackRefusal("is_archived")
        return channel

    def open_dm(self, user_id: str) -> Channel:
        """The bot's DM with a person, created if needed."""
        workspace = self.sim.workspace
        channel, known = workspace.dm(workspace.bot_user_id, user_id)
        if not known:
            self.sim.live.publish({"type": "conversations", "channel": channel.id}, channel.members)
        return channel

    def person(self, name: str = "user", refusal: str = "user_not_found") -> Person:
        """The person that the argument names."""
        person = self.sim.workspace.people.get(self.required(name))
        if person is None:
            raise SlackRefusal(refusal)
        return person

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """The message that the argument names; refuses `message_not_found`."""
        message = channel.messages.get(self.required(name))
        if message is None:
            raise SlackRefusal("message_not_found")
        return message

    def need(self, scope: str) -> None:
        """Refuse `missing_scope` if the app does not have this scope."""
        if scope not in self.sim.config.scopes:
            provided = ",".join(sorted(self.sim.config.scopes))
            raise SlackRefusal("missing_scope", needed=scope, provided=provided)

    def need_kind(self, channel: Channel, right: str) -> None:
        """Refuse without the scope for this kind of conversation: `channels:`, `groups:` or `im:` and the right."""
        prefix = {"channel": "channels", "group": "groups", "im": "im"}[channel.kind]
        self.need(f"{prefix}:{right}")


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Web API: its function, the scope that it always needs, and its rate limit tier.

    `tier` is None for a method with its own rate limit. `token` is `bot`, `app` or `none`.
    """

    run: Callable[[Call], Json]
    scope: str | None = None
    tier: int | None = 3
    token: str = "bot"  # noqa: S105 - the kind of token
