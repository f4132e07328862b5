"""What interaction handlers work with on any platform: the database, the clock, the directory and the texts."""

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
    """Somebody in the workspace. `active`: a person who is not deactivated, so they can be asked.

    `admin`: as the platform reported within the last hour, or as a setting says. `guest`: from another company, as far
    as the platform reports it without a further request.
    """

    profile: Profile
    active: bool
    admin: bool = False
    guest: bool = False


class Directory(Protocol):
    """People and channels of a workspace, by the platform's ids. A failed look-up returns None or False."""

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name and IANA zone."""

    async def member(self, user_id: str) -> Member | None:
        """The person as a member of the workspace."""

    async def is_colleague(self, user_id: str) -> bool:
        """Whether they belong to the company and are not a guest; False if unknown."""

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name; None for a conversation without one."""

    async def is_in_channel(self, channel_id: str) -> bool:
        """Whether the bot is a member of the channel now, so that it can read and post there."""

    async def exists(self, user_id: str) -> bool | None:
        """Whether the workspace has this person; None if the platform could not be asked."""

    async def shares_channel(self, user_id: str, channel_id: str) -> bool | None:
        """Whether the person and the bot are both in the channel now; None if the platform could not be asked."""


class Wake(Protocol):
    """Wakes the delivery worker, because a message may be due."""

    def __call__(self) -> None:
        """Check the outbox now."""


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """Dependencies shared by all interaction handlers; to per platform. `bot_user` is the bot's id there."""

    database: Database
    clock: Clock
    wake: Wake

    async def apply(self, handler: Callable[[Any, R, datetime], T], request: R) -> T:
        """Run a handler in a transaction, wake the delivery worker, and return the outcome once it is committed."""
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
        """Raises `NotNowError` for a guest, and for somebody who may be one."""
        if not await self.directory.is_colleague(person):
            raise NotNowError("refusal.colleagues_only")

    async def require_shared_channel(self, person: str, channel: str) -> None:
        """Raises `NotNowError` unless the person and the bot are both in the channel: its id came from a client."""
        shared = await self.directory.shares_channel(person, channel)
        if shared is None:
            raise NotNowError("refusal.cannot_check")
        if not shared:
            raise NotNowError("refusal.not_your_channel")

    async def selected_profile(self, person: str) -> Profile | None:
        """The profile of the person selected as a deal's rep; None if the platform tells no more than that they exist.

        Raises `InvalidEntryError` if nobody was selected, or an app, or somebody who does not work there (any more),
        or if the platform could not be asked.
        """
        member = await self.directory.member(person) if person else None
        if member is not None and member.active:
            return member.profile
        exists = member is None and person and await self.directory.exists(person)
        if exists is None:
            raise InvalidEntryError("owner", "refusal.cannot_check")
        if not exists:
            raise InvalidEntryError("owner", "refusal.owner_missing")
        return None
