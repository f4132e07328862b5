"""What interaction handlers work with on any platform: the database, the clock, the directory and the texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.ports.affiliation import Affiliation
from bot.ports.clock import Clock
from bot.ports.pins import PinMessage
from bot.ui.texts import Texts
from handlers.errors import InvalidEntryError, NotNowError
from handlers.requests import Caller, Profile
from storage.database import Database

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the workspace. `active`: a person who is not deactivated, so they can be asked.

    `admin`: as the platform reported within the last hour, or as a setting says.
    """

    profile: Profile
    active: bool
    admin: bool = False


class Directory(Protocol):
    """People and channels of a workspace, by the platform's ids. A failed look-up returns None or False."""

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name and IANA zone."""

    async def member(self, user_id: str) -> Member | None:
        """The person as a member of the workspace."""

    async def affiliation(self, user_id: str, home: str | None = None) -> Affiliation:
        """Where a person belongs. `home` is the company that the event itself names, if it does."""

    async def find_person(self, written: str) -> str | None:
        """The id of a person who is named by id or by name; None if nobody or more than one matches."""

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name; None for a conversation without one."""

    async def shared_externally(self, channel_id: str) -> bool | None:
        """Whether people of another company can read the channel now; None if that could not be found out."""

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
    """What it takes to run a handler: the database, the time, and the delivery worker to wake."""

    database: Database
    clock: Clock
    wake: Wake
    public_url: str | None = field(default=None, kw_only=True)
    """Where browsers and calendars reach the web server, without a slash at the end; None if they cannot."""

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
    pin: PinMessage | None = None
    """Pins a message; None where a bot cannot."""

    async def affiliation(self, caller: Caller) -> Affiliation:
        """Where the caller belongs."""
        return await self.directory.affiliation(caller.person, caller.home)

    async def require_member(self, caller: Caller) -> None:
        """Raises `NotNowError` for somebody of another company, and for somebody who may be one."""
        refuse_outsider(await self.affiliation(caller))

    async def require_colleague(self, caller: Caller) -> None:
        """Raises `NotNowError` also for a guest, and for somebody who may be one."""
        affiliation = await self.affiliation(caller)
        refuse_outsider(affiliation)
        if affiliation is Affiliation.GUEST:
            raise NotNowError("refusal.colleagues_only")
        if affiliation is not Affiliation.COLLEAGUE:
            raise NotNowError("refusal.identity_unknown")

    async def is_admin(self, caller: Caller) -> bool:
        """Whether the caller administers the workspace."""
        member = await self.directory.member(caller.person)
        return member is not None and member.admin

    async def shared_externally(self, channel: str) -> bool:
        """Whether people of another company read the channel. Raises `NotNowError` if that cannot be found out."""
        shared = await self.directory.shared_externally(channel)
        if shared is None:
            raise NotNowError("refusal.channel_unknown")
        return shared

    async def require_shared_channel(self, person: str, channel: str) -> None:
        """Raises `NotNowError` unless the person and the bot are both in the channel: its id came from a client."""
        shared = await self.directory.shares_channel(person, channel)
        if shared is None:
            raise NotNowError("refusal.cannot_check")
        if not shared:
            raise NotNowError("refusal.not_your_channel")

    async def selected_profile(self, person: str, field: str = "owner", *, guests: bool = True) -> Profile | None:
        """The profile of the person selected in `field`; None if the platform tells no more than that they exist.

        `field` is the form's.

        Raises `InvalidEntryError` if nobody was selected, or an app, or somebody who does not work there (any more),
        or who may not, or if the platform could not be asked; without `guests` also for a guest.
        """
        member = await self.directory.member(person) if person else None
        if member is None or not member.active:
            exists = member is None and person and await self.directory.exists(person)
            if exists is None:
                raise InvalidEntryError(field, "refusal.cannot_check")
            if not exists:
                raise InvalidEntryError(field, "refusal.owner_missing" if guests else "handoff.receiver_missing")
        affiliation = await self.directory.affiliation(person)
        if affiliation is Affiliation.EXTERNAL:
            raise InvalidEntryError(field, "refusal.owner_external")
        if affiliation is Affiliation.GUEST and not guests:
            raise InvalidEntryError(field, "handoff.receiver_missing")
        if affiliation is not Affiliation.COLLEAGUE and not guests:
            raise InvalidEntryError(field, "refusal.owner_unknown")
        if affiliation is Affiliation.UNKNOWN:
            raise InvalidEntryError(field, "refusal.owner_unknown")
        return None if member is None else member.profile


def refuse_outsider(affiliation: Affiliation) -> None:
    """Raises `NotNowError` for somebody of another company, and for somebody who may be one."""
    if affiliation is Affiliation.EXTERNAL:
        raise NotNowError("refusal.colleagues_only")
    if affiliation is Affiliation.UNKNOWN:
        raise NotNowError("refusal.identity_unknown")
