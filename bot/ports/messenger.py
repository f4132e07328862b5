"""The port to a platform: what delivery asks of it, and how a platform says that it could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from handlers.reminders.compose import OutboundMessage
from prompts.errors import FirstCallError
from storage.outbox import Tries


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the platform put the message."""

    channel: str
    ts: str


class DeliveryError(FirstCallError):
    """A message could not be handed over. Its text is the reason that is kept on the outbox row."""


class ThrottledError(DeliveryError):
    """The platform asks us to wait (429). Nothing is sent to this workspace before `wait` is over."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"the platform asked us to wait {wait.total_seconds():.0f} s")
        self.wait = wait


class RefusedError(DeliveryError):
    """Trying again will not help. `whole_workspace`: nothing at all can be sent there (removed, token revoked)."""

    def __init__(self, reason: str, *, whole_workspace: bool = False) -> None:
        super().__init__(reason)
        self.whole_workspace = whole_workspace


class UnreachableError(DeliveryError):
    """No answer, or a server error: the message may or may not have been taken. Worth another try."""


class Messenger(Protocol):
    """Hands letters to one platform."""

    async def deliver(self, letter: OutboundMessage) -> Receipt:
        """Post the letter, or update the message that it replaces.

        Raises `ThrottledError`, `RefusedError` or `UnreachableError`.
        """

    async def find(self, letter: OutboundMessage, tries: Tries) -> Receipt | None:
        """What came of the earlier `tries`: one of them may have arrived, though we did not hear of it.

        Raises as `deliver`.
        """
