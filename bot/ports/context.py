"""What every platform's face works with: the database with the clock, who is who, and the words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.ports.clock import Clock
from bot.ui.texts import Texts
from handlers.errors import InvalidEntryError, NotNowError
from handlers.requests import Profile
from storage.database import Database

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the workspace. `at_work`: a person, and not deactivated, so that they can be asked something.

    `admin`: who looks after the workspace, as the platform said within the last hour, or as a setting says.
    `guest`: somebody of another company, as far as the platform tells that unasked.
    """

    profile: Profile
    active: bool
    admin: bool = False
    guest: bool = False


class Directory(Protocol):
    """What a platform knows of people and channels, by its ids. A look-up that fails gives None or False."""

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name and IANA zone."""

    async def member(self, user_id: str) -> Member | None:
        """Who that is."""

    async def is_colleague(self, user_id: str) -> bool:
        """Whether they belong to the company itself and are no guest of it; False when nobody can tell."""

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name; None for a conversation that has none."""

    async def is_in_channel(self, channel_id: str) -> bool:
        """Whether the bot is in the channel now, and so can hear and write there."""


class Wake(Protocol):
    """Tells the outbox that something may be due."""

    def __call__(self) -> None:
        """Look at once."""


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """What it takes to run a handler."""

    database: Database
    clock: Clock
    wake: Wake

    async def apply(self, handler: Callable[[Any, R, datetime], T], request: R) -> T:
        """Run a handler in a transaction; return its outcome once that is committed, and wake the outbox."""
        outcome = await self.database.write(handler, request, self.clock.now())
        self.wake()
        return outcome


@dataclass(frozen=True, slots=True)
class Context(HandlerContext):
    """Dependencies shared by all interaction handlers; one per platform, or per reader where texts depend on them.

    `bot_user` is the platform's id of the bot itself.
    """

    directory: Directory
    texts: Texts
    bot_user: str

    async def require_colleague(self, person: str) -> None:
        """What follows is for the company's own people. Raises `NotNowError` for a guest, and when nobody can tell."""
        if not await self.directory.is_colleague(person):
            raise NotNowError("refusal.colleagues_only")

    async def picked_profile(self, person: str) -> Profile | None:
        """What the platform knows of who was picked as a deal's rep.

        Raises `InvalidEntryError` for nobody, for an app, and for somebody who does not work there any more.
        """
        member = await self.directory.member(person) if person else None
        if not person or (member is not None and not member.active):
            raise InvalidEntryError("owner", "refusal.owner_missing")
        return None if member is None else member.profile
