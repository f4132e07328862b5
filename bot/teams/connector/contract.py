"""The way into the conversation: what a turn is handed to, and what comes back for an invoke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bot.teams.activity import IncomingActivity
from bot.teams.connector.outbound_activity import OutboundActivity


@dataclass(frozen=True, slots=True)
class InvokeResult:
    """What an invoke is answered with, as Teams documents it for the invoke's name. It comes within 15 s, or never."""

    body: dict[str, Any]
    status: int = 200


class Reply(Protocol):
    """Answers in the conversation of a turn, in its thread."""

    async def __call__(self, message: OutboundActivity) -> str:
        """Post a message; gives its id. Raises as `bot.teams.connector.connector.Connector`."""


class Dispatch(Protocol):
    """Takes one turn. What it says is committed when it returns; slow work goes to the follow-ups."""

    async def __call__(self, activity: IncomingActivity, reply: Reply) -> InvokeResult | None:
        """Handle the turn. Only an invoke has an answer. Raises `Refusal` for a friendly no."""
