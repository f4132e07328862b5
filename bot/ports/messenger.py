"""The messenger port: how the delivery worker sends a message to a platform, and the errors a platform reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from handlers.reminders.compose import OutboundMessage
from handlers.team.closed_channels import Closed
from prompts.errors import FirstCallError
from storage.outbox import Tries


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the platform posted the message."""

    channel: str
    ts: str


class DeliveryError(FirstCallError):
    """A message could not be sent. The error's text is stored on the outbox row as the reason."""


class ThrottledError(DeliveryError):
    """The platform asked the app to wait (429). Nothing is sent to this workspace until `wait` has passed.

    `wait` is at most `bot.ports.retry_after.MAX_WAIT`.
    """

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"the platform asked us to wait {wait.total_seconds():.0f} s")
        self.wait = wait


class RefusedError(DeliveryError):
    """Retrying will not help.

    `whole_workspace`: nothing can be sent there at all (removed, token revoked). `closed`: why nothing can be posted in
    that channel, if it was about one.
    """

    def __init__(self, reason: str, *, whole_workspace: bool = False, closed: Closed | None = None) -> None:
        super().__init__(reason)
        self.whole_workspace = whole_workspace
        self.closed = closed


class UnreachableError(DeliveryError):
    """No answer, one that cannot be read, or a server error: the message may or may not have arrived. Worth a retry.

    `wait`: how long the platform asked the app to stay away (503), at most `MAX_WAIT`; None if it did not say.
    """

    def __init__(self, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class ExternalReadersError(DeliveryError):
    """People of another company would read the message, and no admin has allowed that. `admins` can be asked."""

    def __init__(self, admins: tuple[str, ...]) -> None:
        super().__init__("people of another company would read it")
        self.admins = admins


class Messenger(Protocol):
    """Sends messages to one platform."""

    async def deliver(self, message: OutboundMessage) -> Receipt:
        """Post the message, or update the one that it replaces.

        Raises `ThrottledError`, `RefusedError`, `UnreachableError` or, for the wins of the week,
        `ExternalReadersError`.
        """

    async def find(self, message: OutboundMessage, tries: Tries) -> Receipt | None:
        """The message as one of the earlier `tries` posted it, although its response was lost; None if none did.

        Raises as `deliver`.
        """
