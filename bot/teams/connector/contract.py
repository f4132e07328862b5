"""The way into the conversation: what a turn is handed to, and what comes back for an invoke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bot.teams.activity import Turn
from bot.teams.connector.outbound_activity import Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invoke is answered with, as Teams documents it for the invoke's name. It comes within 15 s, or never."""

    body: dict[str, Any]
    status: int = 200


class Reply(Protocol):
    """Answers in the conversation of a turn, in its thread."""

    async def __call__(self, message: Message) -> str:
        """Post a message; gives its id. Raises as `bot.teams.connector.connector.Connector`."""


class Dispatch(Protocol):
    """Takes one turn. What it says is committed when it returns; slow work goes to the follow-ups."""

    async def __call__(self, turn: Turn, reply: Reply) -> Answer | None:
        """Handle the turn. Only an invoke has an answer. Raises `Refusal` for a friendly no."""
