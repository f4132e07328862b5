"""Slack users and channels: names, time zones and roles, looked up once and cached for an hour."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import structlog
from cachetools import LRUCache, TTLCache
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ports.affiliation import Affiliation
from bot.ports.context import Member
from bot.ports.messenger import DeliveryError, RefusedError
from bot.slack import absence
from bot.slack.installation import Installation
from bot.slack.web_api import call_slack
from handlers.requests import Profile

CACHE_SECONDS = 3600.0
CACHE_SIZE = 10_000
ALL_USERS = "users.list"
FEW_MEMBERS = 30
"""So many members of a channel are looked up while somebody waits for an answer."""
NOT_IN_DIRECTORY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
"""Answers of users.info about somebody whom the workspace does not know."""
SLACKBOT = "USLACKBOT"
"""Slack's own user, of whom Slack says that it is no bot."""

OnMember = Callable[[str, Member], Awaitable[None]]
"""Called with a user id and what Slack says about that user now."""
SHORTEST_ID = 9
"""Characters of a user id."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's name without the `#`, and the id of its creator."""

    name: str | None
    creator: str | None
    private: bool
    shared_externally: bool = False


class SlackDirectory:
    """Looks users and channels up through `client`.

    A failed look-up gives None or False, is not cached, and so is tried again the next time. `on_member` gets each
    profile that was not taken from the cache. Without an `installation` only a user that Slack calls a stranger is of
    another company.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        timer: Callable[[], float] = time.monotonic,
        cache_size: int = CACHE_SIZE,
        installation: Installation | None = None,
        on_member: OnMember | None = None,
    ) -> None:
        self._client = client
        self._installation = installation or Installation(team_id="", team="", bot_user="")
        self._on_member = on_member
        self._affiliations: TTLCache[str, Affiliation] = TTLCache(cache_size, CACHE_SECONDS, timer)
        self._last_affiliations: LRUCache[str, Affiliation] = LRUCache(cache_size)
        """For when a look-up fails."""
        self._members: TTLCache[str, Member] = TTLCache(cache_size, CACHE_SECONDS, timer)
        self._changes: TTLCache[str, datetime] = TTLCache(cache_size, CACHE_SECONDS, timer)
        """When each user was last changed, as far as events tell."""
        self._profiles: TTLCache[str, dict[str, Any]] = TTLCache(cache_size, CACHE_SECONDS, timer)
        """Slack's profile objects, for the status."""
        self._channels: TTLCache[str, Channel] = TTLCache(cache_size, CACHE_SECONDS, timer)
        self._user_lists: TTLCache[str, dict[str, str]] = TTLCache(1, CACHE_SECONDS, timer)
        """The only entry is `ALL_USERS`: ids by name in small letters, empty for a name that several users share."""

    async def profile(self, user_id: str) -> Profile | None:
        """A user's name and IANA zone."""
        member = await self.member(user_id)
        return None if member is None else member.profile

    async def member(self, user_id: str) -> Member | None:
        """A user, with their role in the workspace."""
        cached = self._members.get(user_id)
        if cached is not None:
            return cached
        return self._members.get(user_id) if await self.refresh(user_id) else None

    async def refresh(self, user_id: str) -> bool:
        """Look the user up now, whatever the cache has. Returns whether that worked."""
        try:
            self._members[user_id] = _member(await self._user(user_id))
        except DeliveryError as error:
            log.warning("user look-up failed", person=user_id, reason=str(error))
            return False
        return True

    async def quiet_until(self, user_id: str, now: datetime) -> datetime | None:
        """Until when the user, who was just looked up, takes no messages; None if Slack says nothing of that.

        A workspace that has not granted `dnd:read` yet tells the status alone.
        """
        away = absence.away_until(self._profiles.get(user_id, {}), now)
        try:
            dnd = await call_slack(self._client.dnd_info(user=user_id))
        except DeliveryError as error:
            log.info("do not disturb was not looked up", person=user_id, reason=str(error))
            return away
        paused = absence.paused_until(cast("dict[str, Any]", dnd.data), now)
        return max((each for each in (away, paused) if each is not None), default=None)

    async def user_changed(self, user_id: str, user: dict[str, Any], changed_at: datetime) -> None:
        """Slack sent the user as they were then. Events come in any order: one older than the last is ignored."""
        if changed_at >= self._changes.get(user_id, changed_at):
            self._changes[user_id] = changed_at
            self._members[user_id] = _member(user)
            await self._note(user_id, user)

    async def affiliation(self, user_id: str, home: str | None = None) -> Affiliation:
        """Where a user belongs. If the look-up fails, what was known before counts, else what the event says."""
        try:
            return await self._affiliation(user_id)
        except DeliveryError as error:
            log.warning("user look-up failed", person=user_id, reason=str(error))
        if user_id in self._last_affiliations:
            return self._last_affiliations[user_id]
        match self._installation.includes(home):
            case True:
                return Affiliation.MEMBER
            case False:
                return Affiliation.EXTERNAL
            case None:
                return Affiliation.UNKNOWN

    async def _affiliation(self, user_id: str) -> Affiliation:
        """Where a user belongs; whom the directory does not know is of another company. Raises `DeliveryError`."""
        cached = self._affiliations.get(user_id)
        if cached is not None:
            return cached
        try:
            await self._user(user_id)
        except RefusedError as refusal:
            if str(refusal) not in NOT_IN_DIRECTORY:
                raise
            return Affiliation.EXTERNAL
        return self._affiliations[user_id]

    async def _user(self, user_id: str) -> dict[str, Any]:
        """Slack's user object, not cached; where they belong is. Raises `DeliveryError`."""
        user: dict[str, Any] = (await call_slack(self._client.users_info(user=user_id, include_locale=True)))["user"]
        await self._note(user_id, user)
        return user

    async def _note(self, user_id: str, user: dict[str, Any]) -> None:
        self._profiles[user_id] = user.get("profile") or {}
        self._affiliations[user_id] = self._last_affiliations[user_id] = self._installation.affiliation_of(user)
        if self._on_member is not None:
            await self._on_member(user_id, _member(user))

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name without the `#`; None for a DM, which has no name."""
        channel = await self.channel(channel_id)
        return None if channel is None else channel.name

    async def ask_channel_name(self, channel_id: str) -> str | None:
        """Like `channel_name`, but raises `ThrottledError` or `UnreachableError` if Slack could not be asked."""
        try:
            channel = await self._ask_for_channel(channel_id)
        except RefusedError:
            return None
        return None if channel is None else channel.name

    async def channel(self, channel_id: str) -> Channel | None:
        """A channel; None for a DM, which the app has no scope to look up."""
        try:
            return await self._ask_for_channel(channel_id)
        except DeliveryError as error:
            log.warning("channel look-up failed", channel=channel_id, reason=str(error))
            return None

    async def _ask_for_channel(self, channel_id: str) -> Channel | None:
        if channel_id.startswith("D"):
            return None
        cached = self._channels.get(channel_id)
        if cached is not None:
            return cached
        info = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
        channel = Channel(
            info.get("name"), info.get("creator"), bool(info.get("is_private")), _is_shared_externally(info)
        )
        self._channels[channel_id] = channel
        return channel

    def forget_channel(self, channel_id: str) -> None:
        """Look the channel up again the next time: it has changed."""
        self._channels.pop(channel_id, None)

    async def shared_externally(self, channel_id: str) -> bool | None:
        """Whether another company, or a guest, can read the channel now. Never cached; None if Slack did not say.

        In a channel with many members guests are looked for only before the wins are posted (`has_external_readers`).
        """
        try:
            info = (await call_slack(self._client.conversations_info(channel=channel_id, include_num_members=True)))[
                "channel"
            ]
            if _is_shared_externally(info):
                return True
            return info.get("num_members", 0) <= FEW_MEMBERS and await self._has_external_members(channel_id)
        except DeliveryError as error:
            log.warning("channel look-up failed", channel=channel_id, reason=str(error))
            return None

    async def has_external_readers(self, channel_id: str) -> bool:
        """Whether another company, or a guest, can read the channel now. Raises `DeliveryError`."""
        info = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
        return _is_shared_externally(info) or await self._has_external_members(channel_id)

    async def _has_external_members(self, channel_id: str) -> bool:
        async for user_id in self._members_of(channel_id):
            if await self._affiliation(user_id) in (Affiliation.EXTERNAL, Affiliation.GUEST):
                return True
        return False

    async def maybe_shared(self, channel_id: str) -> bool:
        """Whether another company may read the channel, as known within the last hour."""
        channel = await self.channel(channel_id)
        return channel is None or channel.shared_externally

    async def admins(self) -> tuple[str, ...]:
        """The ids of the workspace's admins, its primary owner first. Raises `DeliveryError`."""
        found: list[tuple[bool, str]] = []
        cursor = ""
        while True:
            page = await call_slack(self._client.users_list(limit=200, cursor=cursor))
            found += [(not user.get("is_primary_owner"), user["id"]) for user in page["members"] if _member(user).admin]
            cursor = _next_cursor(page)
            if not cursor:
                return tuple(user_id for _, user_id in sorted(found))

    async def permalink(self, channel_id: str, message: str) -> str | None:
        """The permalink of a message, by its ts."""
        try:
            answer = await call_slack(self._client.chat_getPermalink(channel=channel_id, message_ts=message))
        except DeliveryError as error:
            log.info("permalink look-up failed", channel=channel_id, ts=message, reason=str(error))
            return None
        return str(answer["permalink"])

    async def channel_creator(self, channel_id: str) -> str | None:
        """The id of the user who created a channel."""
        channel = await self.channel(channel_id)
        return None if channel is None else channel.creator

    async def make_reachable(self, user_id: str) -> Profile | None:
        """A user's name and IANA zone. On Slack the id is enough to send them a DM."""
        return await self.profile(user_id)

    async def is_in_channel(self, channel_id: str) -> bool:
        """Whether the app is in the channel now, and so can read and post there. Never cached."""
        try:
            channel = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
        except DeliveryError as error:
            log.info("channel look-up failed", channel=channel_id, reason=str(error))
            return False
        return bool(channel.get("is_member"))

    async def exists(self, user_id: str) -> bool | None:
        """Whether Slack knows a user with this id; None if it could not be asked. An app's user exists, too."""
        if user_id in self._members:
            return True
        try:
            await call_slack(self._client.users_info(user=user_id))
        except RefusedError as refusal:
            return None if refusal.whole_workspace else False
        except DeliveryError:
            return None
        return True

    async def shares_channel(self, user_id: str, channel_id: str) -> bool | None:
        """Whether the user and the app are both in the channel now. Never cached."""
        if not channel_id or channel_id.startswith("D"):
            return False
        try:
            channel = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
            return bool(channel.get("is_member")) and await self._is_member(user_id, channel_id)
        except RefusedError as refusal:
            return None if refusal.whole_workspace else False
        except DeliveryError as error:
            log.warning("channel look-up failed", channel=channel_id, reason=str(error))
            return None

    async def can_see(self, user_id: str, channel_id: str) -> bool:
        """Whether a user can read the channel now: a private channel only if they are in it."""
        channel = await self.channel(channel_id)
        if channel is None or not channel.private:
            return channel is not None
        try:
            return await self._is_member(user_id, channel_id)
        except DeliveryError as error:
            log.warning("listing channel members failed", channel=channel_id, reason=str(error))
            return False

    async def _is_member(self, user_id: str, channel_id: str) -> bool:
        """Whether a user is in the channel. Raises `DeliveryError`."""
        async for member in self._members_of(channel_id):
            if member == user_id:
                return True
        return False

    async def _members_of(self, channel_id: str) -> AsyncIterator[str]:
        """The ids of a channel's members. Raises `DeliveryError`."""
        cursor = ""
        while True:
            page = await call_slack(self._client.conversations_members(channel=channel_id, limit=1000, cursor=cursor))
            for member in page["members"]:
                yield str(member)
            cursor = _next_cursor(page)
            if not cursor:
                return

    async def find_person(self, written: str) -> str | None:
        """The id of the user that a message names: by id, or by a full or display name that only one user has."""
        if _is_user_id(written) and await self.exists(written) is not False:
            return written  # otherwise a long name in capitals, such as WILHELMINA
        ids = self._user_lists.get(ALL_USERS)
        if ids is None:
            ids = await self._ids_by_name()
            if ids is None:
                return None
            self._user_lists[ALL_USERS] = ids
        return ids.get(written.strip().casefold()) or None

    async def _ids_by_name(self) -> dict[str, str] | None:
        ids: dict[str, str] = {}
        cursor = ""
        while True:
            try:
                page = await call_slack(self._client.users_list(limit=200, cursor=cursor))
            except DeliveryError as error:
                log.warning("listing users failed", reason=str(error))
                return None  # a name that is unique on the first pages may not be unique
            for user in page["members"]:
                if not _is_active(user):
                    continue
                profile = user.get("profile") or {}
                for name in {user.get("real_name"), profile.get("real_name"), profile.get("display_name")}:
                    key = (name or "").strip().casefold()
                    if key:
                        ids[key] = "" if ids.get(key, user["id"]) != user["id"] else user["id"]
            cursor = _next_cursor(page)
            if not cursor:
                return ids


def _member(user: dict[str, Any]) -> Member:
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
    active = _is_active(user)
    admin = active and any(user.get(role) for role in ("is_admin", "is_owner", "is_primary_owner"))
    zone, locale = user.get("tz"), user.get("locale")  # null for some apps
    said = Profile(
        name=name,
        zone=zone if isinstance(zone, str) else None,
        locale=locale if isinstance(locale, str) else None,
    )
    return Member(said, active, admin)


def _is_shared_externally(channel: dict[str, Any]) -> bool:
    """Whether another company reads a channel or is invited. One shared within an organization is not external."""
    return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))


def _is_active(user: dict[str, Any]) -> bool:
    """Whether this is a person who is not deactivated."""
    return not user.get("deleted") and not user.get("is_bot") and user.get("id") != SLACKBOT


def _next_cursor(page: AsyncSlackResponse) -> str:
    return (page.get("response_metadata") or {}).get("next_cursor") or ""


def _is_user_id(written: str) -> bool:
    """Whether it has the form of an id, unlike a name in capitals, such as WILL."""
    return len(written) >= SHORTEST_ID and written.startswith(("U", "W")) and written.isalnum() and written.isupper()
